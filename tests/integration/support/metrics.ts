// /metrics, read.
import assert from 'node:assert/strict';
import { request } from './http.ts';
import { until } from './pace.ts';
import type { Server } from './server.ts';

/** A server whose metrics can be read. */
export type Watched = Pick<Server, 'origin' | 'metricsSocket'>;

/** Every sample by its name and labels, as they are written. */
export async function readMetrics(server: Watched): Promise<Map<string, number>> {
  const response = await request(server, '/metrics', { socketPath: server.metricsSocket });
  assert.equal(response.status, 200);
  const samples = new Map<string, number>();
  for (const line of response.body.toString('utf8').split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([a-z_]\w*(?:\{[^}]*\})?) (\S+)$/.exec(line);
    assert(match !== null, `a sample: ${line}`);
    samples.set(match[1] ?? '', Number(match[2]));
  }
  return samples;
}

/** The sum over all labels of one metric. */
export async function readMetric(server: Watched, name: string): Promise<number> {
  let sum = 0;
  for (const [sample, value] of await readMetrics(server)) {
    if (sample === name || sample.startsWith(`${name}{`)) sum += value;
  }
  return sum;
}

/** Requests refused and packets that went nowhere, for this reason. */
export async function readRefusals(server: Watched, reason: string): Promise<number> {
  const sample = `visavis_relay_refusals_total{reason="${reason}"}`;
  const count = (await readMetrics(server)).get(sample);
  assert(count !== undefined, sample);
  return count;
}

/** Until so many are counted: the relay's loops tell their counts ten times a second. */
export async function refusalsBecome(
  server: Watched,
  reason: string,
  expected: number,
): Promise<void> {
  let last = 0;
  const counted = async (): Promise<boolean> =>
    (last = await readRefusals(server, reason)) >= expected;
  try {
    await until(counted, `${expected} refusals: ${reason}`);
  } finally {
    assert.equal(last, expected, reason);
  }
}
