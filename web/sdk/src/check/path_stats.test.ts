import { describe, expect, it } from 'vitest';

import { loadStats, packetStats, type Packet } from './path_stats.ts';

/** Sent every 20 ms, arriving after so long; null: lost. */
const stream = (...delays: readonly (number | null)[]): Packet[] =>
  delays.map((delay, index) => ({
    sentAt: index * 20,
    arrivedAt: delay === null ? null : index * 20 + delay,
  }));

describe('packets of a steady stream', () => {
  it.each([
    ['that all arrive alike', stream(30, 30, 30, 30), 0, 30, 0],
    ['that arrive unevenly', stream(30, 40, 30, 40), 0, 40, 10],
    ['of which every second is lost', stream(30, null, 30, null), 0.5, 30, 0],
    ['of which one is very late', stream(30, 30, 900, 30, 30), 0, 30, 435],
    ['of which one arrives', stream(null, 25, null, null), 0.75, 25, null],
    ['of which none arrives', stream(null, null), 1, null, null],
    ['that were never sent', [], 0, null, null],
  ] as const)('%s', (_, packets, loss, delayMs, jitterMs) => {
    expect(packetStats(packets)).toEqual({ sent: packets.length, loss, delayMs, jitterMs });
  });
});

describe('as much as a path takes', () => {
  const arrivals = (perSecond: number, bytes: number): { at: number; bytes: number }[] =>
    Array.from({ length: perSecond * 5 }, (_, index) => ({
      at: (index * 1_000) / perSecond,
      bytes,
    }));

  it('is what arrives after the slow start', () => {
    const stats = loadStats(arrivals(100, 1_000), {
      from: 1_000,
      until: 5_000,
      limit: 10_000_000,
      bytesSent: 600_000,
    });
    expect(stats).toEqual({ bitrate: 800_000, capped: false, bytesSent: 600_000 });
  });

  it('is at least that, where no more was tried', () => {
    const stats = loadStats(arrivals(1_000, 1_200), {
      from: 1_000,
      until: 5_000,
      limit: 10_000_000,
      bytesSent: 6_000_000,
    });
    expect(stats.capped).toBe(true);
  });

  it('is nothing where it ended before it began', () => {
    const stats = loadStats([], { from: 1_000, until: 1_000, limit: 1, bytesSent: 0 });
    expect(stats).toEqual({ bitrate: 0, capped: false, bytesSent: 0 });
  });
});
