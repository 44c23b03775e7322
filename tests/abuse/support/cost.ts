// What each message costs the hub: bench/cost, run and judged.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { serverCore } from './processes.ts';

export interface CostRow {
  type: string;
  name: string;
  median_us: number;
  sent: number;
  measured: boolean;
}

const program = join(import.meta.dirname, '../../../build/release/bench/bench_hub_cost');

/** Microseconds that one message may cost; on shared cores three times as much. */
export const costLimit = 100;

export async function measureCosts(short: boolean): Promise<CostRow[]> {
  const args = ['--json', '--runs', short ? '11' : '31'];
  const command = short ? [program, ...args] : [...serverCore, program, ...args];
  const [file = program, ...rest] = command;
  return await new Promise((resolve, reject) => {
    execFile(file, rest, { maxBuffer: 1e7 }, (error, stdout, stderr) => {
      // It tells by its exit code what is above the limit; that is judged here.
      if (stdout === '')
        reject(new Error(`bench_hub_cost: ${stderr || (error?.message ?? 'nothing came')}`));
      else resolve(JSON.parse(stdout) as CostRow[]);
    });
  });
}

export function problemOf({ median_us, measured }: CostRow, short: boolean): string | null {
  const limit = short ? 3 * costLimit : costLimit;
  if (!measured) return 'was refused, so that nothing was measured';
  return median_us > limit ? `cost ${median_us} µs, at most ${limit}` : null;
}
