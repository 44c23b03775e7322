import type { UplinkSample } from './link_capacity.ts';
import { pairInUse, type Report, type Stats } from '../link/path.ts';

/** Reads from getStats, time after time, how one connection's sending goes. */
export class UplinkMeter {
  #bytes: number | null = null;
  #at = 0;
  readonly #streams = new Map<string, { sent: number; lost: number }>();

  /** @param now Of performance.now(). Null the first time, and when the counters began anew: two looks make a rate. */
  read(report: Report, now: number): UplinkSample | null {
    const streams = [...report.values()];
    const bytes = sum(streams.filter(isOutbound), ['bytesSent', 'headerBytesSent']);
    const before = this.#bytes;
    const elapsed = now - this.#at;
    this.#bytes = bytes;
    this.#at = now;
    const reports = streams.filter(({ type }) => type === 'remote-inbound-rtp');
    const loss = this.#loss(reports, report);
    if (before === null || bytes < before || elapsed <= 0) return null;
    return {
      available: number(pairInUse(report)?.['availableOutgoingBitrate']),
      sent: ((bytes - before) * 8 * 1000) / elapsed,
      loss,
      roundTrip: leastRoundTrip(reports),
    };
  }

  /** Over all streams whose receivers have reported since; null when none has. */
  #loss(reports: readonly Stats[], all: Report): number | null {
    let sent = 0;
    let lost = 0;
    for (const report of reports) {
      const local = typeof report['localId'] === 'string' ? all.get(report['localId']) : undefined;
      const packetsSent = number(local?.['packetsSent']);
      const packetsLost = number(report['packetsLost']);
      if (packetsSent === null || packetsLost === null) continue;
      const before = this.#streams.get(report.id);
      const now = { sent: packetsSent, lost: packetsLost };
      // Receivers report about every second; a loss belongs to all that was sent since it was last told.
      if (before && now.sent - before.sent < PACKETS_OF_A_FIGURE && now.lost === before.lost)
        continue;
      this.#streams.set(report.id, now);
      if (!before) continue;
      sent += now.sent - before.sent;
      lost += Math.max(0, now.lost - before.lost);
    }
    return sent > 0 ? Math.min(1, lost / sent) : null;
  }
}

/** Fewer packets say nothing about loss: one of three would be a catastrophe. */
const PACKETS_OF_A_FIGURE = 50;

function isOutbound({ type }: Stats): boolean {
  return type === 'outbound-rtp';
}

function sum(entries: readonly Stats[], names: readonly string[]): number {
  return entries.reduce(
    (total, entry) => total + names.reduce((part, name) => part + (number(entry[name]) ?? 0), 0),
    0,
  );
}

function leastRoundTrip(reports: readonly Stats[]): number | null {
  const times = reports
    .map((report) => number(report['roundTripTime']))
    .filter((time) => time !== null);
  return times.length === 0 ? null : Math.min(...times);
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
