import { beforeEach, expect, test } from 'vitest';
import type { Report } from '../link/path.ts';
import { UplinkMeter } from './uplink_stats.ts';

type Entry = { id: string; type: string } & Record<string, unknown>;

const report = (...entries: Entry[]): Report =>
  new Map(entries.map((entry) => [entry.id, entry])) as unknown as Report;
const outbound = (id: string, bytesSent: number, packetsSent = 0): Entry => ({
  id,
  type: 'outbound-rtp',
  bytesSent,
  headerBytesSent: 1_000,
  packetsSent,
});
const remote = (localId: string, packetsLost: unknown, roundTripTime?: unknown): Entry => ({
  id: `remote ${localId}`,
  type: 'remote-inbound-rtp',
  localId,
  packetsLost,
  roundTripTime,
});
const pair = (fields: object): Entry => ({
  id: 'P',
  type: 'candidate-pair',
  selected: true,
  ...fields,
});

let meter: UplinkMeter;

beforeEach(() => {
  meter = new UplinkMeter();
});

test('two looks make a bitrate, headers included', () => {
  expect(meter.read(report(outbound('A', 0), outbound('V', 0)), 1_000)).toBeNull();
  const sample = meter.read(
    report(
      pair({ availableOutgoingBitrate: 700_000 }),
      outbound('A', 3_000),
      outbound('V', 47_000),
    ),
    1_500,
  );
  expect(sample).toEqual({ available: 700_000, sent: 800_000, loss: null, roundTrip: null });
});

test('counters that begin anew make none', () => {
  meter.read(report(outbound('V', 50_000)), 0);
  expect(meter.read(report(outbound('V', 10)), 500)).toBeNull();
});

test('where the browser has no estimate there is none', () => {
  meter.read(report(pair({})), 0);
  expect(meter.read(report(pair({ availableOutgoingBitrate: 'much' })), 500)?.available).toBeNull();
});

test('loss is of what was sent since the receivers reported last', () => {
  meter.read(report(outbound('V', 0, 100), remote('V', 0, 0.2)), 0);
  expect(meter.read(report(outbound('V', 0, 200), remote('V', 10, 0.2)), 500)).toMatchObject({
    loss: 0.1,
    roundTrip: 0.2,
  });
  // Hardly anything was sent meanwhile: no news.
  expect(meter.read(report(outbound('V', 0, 210), remote('V', 10)), 1_000)?.loss).toBeNull();
  expect(meter.read(report(outbound('V', 0, 300), remote('V', 10)), 1_500)?.loss).toBe(0);
});

test('several streams are one link: all their packets, and the least delay', () => {
  const at = (a: number, lostA: number, v: number, lostV: number): Report =>
    report(
      outbound('A', 0, a),
      remote('A', lostA, 0.3),
      outbound('V', 0, v),
      remote('V', lostV, 0.1),
    );
  meter.read(at(0, 0, 0, 0), 0);
  expect(meter.read(at(100, 0, 300, 100), 500)).toMatchObject({ loss: 0.25, roundTrip: 0.1 });
});

test('what makes no sense is nothing', () => {
  meter.read(report(outbound('V', 0, 0), remote('V', 'some', NaN)), 0);
  const odd = report(outbound('V', 0, 100), remote('V', null, 'fast'), remote('gone', 5));
  expect(meter.read(odd, 500)).toMatchObject({ loss: null, roundTrip: null });
});
