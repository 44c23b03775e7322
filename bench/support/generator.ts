// The load generators, alone on core 1.
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { pinned } from './pinned.ts';
import type { RunningServer } from './server.ts';

const directory = resolve(
  import.meta.dirname,
  '../..',
  process.env['VISAVIS_BENCH_DIRECTORY'] ?? 'build/release/bench',
);

export type Scenario = 'one' | 'burst' | 'latency' | 'idle' | 'connect' | 'join' | 'storm';
export type Figures = Readonly<Record<string, number>>;

/** Options are the generator's own, such as { count: 2000 }. */
export async function generate(
  scenario: Scenario,
  server: RunningServer,
  options: Readonly<Record<string, number>> = {},
): Promise<Figures> {
  return await runGenerator('bench_generator', [
    ...[scenario, '--dialect', server.dialect],
    ...['--port', String(server.port), '--pid', String(server.pid)],
    ...(server.tls ? ['--tls'] : []),
    ...asArguments(options),
  ]);
}

export function asArguments(options: Readonly<Record<string, number | string>>): string[] {
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

export async function runGenerator(program: string, options: readonly string[]): Promise<Figures> {
  const [launcher, ...args] = pinned(1, [resolve(directory, program), ...options]);
  const { stdout } = await promisify(execFile)(launcher, args);
  return JSON.parse(stdout) as Figures;
}
