// What packets that were sent through a path say about it. Times in ms of one clock: both ends are in this page.

/** How a thin, steady stream of packets fares. */
export interface PacketStats {
  readonly sent: number;
  /** Part of the packets that did not arrive, 0 to 1. */
  readonly loss: number;
  /** Of the packets that arrived: from one end to the other, the middle one; null where none arrived. */
  readonly delayMs: number | null;
  /** The mean difference between the delays of packets that follow each other. */
  readonly jitterMs: number | null;
}

/** What a path carries when it is given as much as it takes. */
export interface LoadStats {
  /** In bit/s, of what arrived, without headers. */
  readonly bitrate: number;
  /** No more was tried: the path may carry more. */
  readonly capped: boolean;
  readonly bytesSent: number;
}

export interface Packet {
  readonly sentAt: number;
  /** Null: lost. */
  readonly arrivedAt: number | null;
}

export interface Arrival {
  readonly at: number;
  readonly bytes: number;
}

export function packetStats(packets: readonly Packet[]): PacketStats {
  const delays = packets.flatMap(({ sentAt, arrivedAt }) =>
    arrivedAt === null ? [] : [arrivedAt - sentAt],
  );
  const changes = delays.slice(1).map((delay, index) => Math.abs(delay - (delays[index] ?? delay)));
  return {
    sent: packets.length,
    loss: packets.length === 0 ? 0 : 1 - delays.length / packets.length,
    delayMs: median(delays),
    jitterMs:
      changes.length === 0 ? null : changes.reduce((sum, one) => sum + one, 0) / changes.length,
  };
}

/**
 * @param from,until The part of the time that counts.
 * @param limit In bit/s: so much was tried at most.
 */
export function loadStats(
  arrivals: readonly Arrival[],
  {
    from,
    until,
    limit,
    bytesSent,
  }: { from: number; until: number; limit: number; bytesSent: number },
): LoadStats {
  const bytes = arrivals
    .filter(({ at }) => at >= from && at < until)
    .reduce((sum, arrival) => sum + arrival.bytes, 0);
  const bitrate = until > from ? (bytes * 8 * 1_000) / (until - from) : 0;
  return { bitrate, capped: bitrate >= limit * CAPPED_FROM, bytesSent };
}

/** Of the limit. Timers are late now and then, so that it is never quite reached. */
const CAPPED_FROM = 0.9;

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
