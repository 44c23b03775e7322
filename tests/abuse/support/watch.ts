// What the server itself shows while it is attacked: memory, and what /metrics counts.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { readMetrics } from '../../integration/support/metrics.ts';
import type { Server } from '../../integration/support/server.ts';

const run = promisify(execFile);
const interval = 250;

/** Bytes in the kernel's buffers of the sockets at this port, the server's side. */
export async function kernelBytes(port: number): Promise<number> {
  try {
    const { stdout } = await run('ss', ['-tmnH', `sport = :${port}`], { maxBuffer: 64e6 });
    let sum = 0;
    for (const [, received, , , , written] of stdout.matchAll(
      /skmem:\(r(\d+),rb(\d+),t(\d+),tb(\d+),f\d+,w(\d+)/g,
    )) {
      sum += Number(received) + Number(written);
    }
    return sum;
  } catch {
    return Number.NaN;
  }
}

export class Watch {
  #server: Server;
  readonly #timer: NodeJS.Timeout;
  #looking = false;
  residentMost = 0;
  kernelMost = 0;

  constructor(server: Server) {
    this.#server = server;
    this.#timer = setInterval(() => void this.#look(), interval);
  }
  follow(server: Server): void {
    this.#server = server;
  }
  stop(): void {
    clearInterval(this.#timer);
  }
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    try {
      this.residentMost = Math.max(this.residentMost, await this.#server.residentBytes());
      this.kernelMost = Math.max(this.kernelMost, await kernelBytes(this.#server.port));
    } catch {
      // It is just starting again.
    }
    this.#looking = false;
  }
}

/** Null while the server is away. */
export async function metricsOf(server: Server): Promise<Map<string, number> | null> {
  try {
    return await readMetrics(server);
  } catch {
    return null;
  }
}

export function growth(
  before: ReadonlyMap<string, number> | null,
  after: ReadonlyMap<string, number> | null,
): Map<string, number> {
  const grown = new Map<string, number>();
  for (const [sample, value] of after ?? []) {
    const by = value - (before?.get(sample) ?? 0);
    if (by !== 0) grown.set(sample, by);
  }
  return grown;
}

/** Seconds: the upper end of the histogram's highest bucket that something fell into; NaN without a histogram. */
export function worstLag(
  grown: ReadonlyMap<string, number>,
  total: ReadonlyMap<string, number>,
): number {
  const ends = new Map<string, number>();
  for (const sample of total.keys()) {
    const match = /^visavis_loop_lag_seconds_bucket\{(.*)\}$/.exec(sample);
    const end = /le="([^"]+)"/.exec(match?.[1] ?? '')?.[1];
    if (end !== undefined)
      ends.set(sample, end === '+Inf' ? Number.POSITIVE_INFINITY : Number(end));
  }
  if (ends.size === 0) return Number.NaN;
  const byLoop = new Map<string, [number, number][]>();
  for (const [sample, end] of ends) {
    const loop = sample.replace(/,?le="[^"]+"/, '');
    const buckets = byLoop.get(loop) ?? [];
    buckets.push([end, grown.get(sample) ?? 0]);
    byLoop.set(loop, buckets);
  }
  let worst = 0;
  for (const buckets of byLoop.values()) {
    buckets.sort(([a], [b]) => a - b);
    const most = buckets.at(-1)?.[1] ?? 0;
    if (most > 0) worst = Math.max(worst, buckets.find(([, count]) => count >= most)?.[0] ?? 0);
  }
  return worst;
}
