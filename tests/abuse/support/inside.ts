// Attacks inside calls, in real browsers: the scenarios of tests/e2e that have a hostile participant.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const e2e = join(import.meta.dirname, '../../e2e');

/** How an honest tab answered: the longest time that it drew nothing, and that a key waited. */
export interface Watched {
  longestGapMs: number;
  slowestKeyMs: number;
}
export interface InsideRow {
  title: string;
  passed: boolean;
  idle: Watched | null;
  attacked: Watched | null;
  /** What does not hold, one sentence each. */
  problems: string[];
}

/** Two frames of 60 ms missed in a row, and the third drawn; and a key answered as people want it. */
const gapMax = 180;
const keyMax = 100;

function read(line: string): { what: string; watched: Watched } | null {
  const match = /^ℹ (\w+): (\{[^}]*\})/.exec(line);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  const watched = JSON.parse(match[2]) as Partial<Watched>;
  if (watched.longestGapMs === undefined || watched.slowestKeyMs === undefined) return null;
  return { what: match[1], watched: watched as Watched };
}

/** What node:test's "spec" reporter wrote: a test's line, then what it measured. */
export function rowsOf(output: string): InsideRow[] {
  const rows: InsideRow[] = [];
  for (const line of output.split('\n')) {
    const test = /^([✔✖]) (hostile: .*?) \([\d.]+ms\)/.exec(line);
    const row = rows.at(-1);
    if (line.includes('failing tests:')) break;
    if (test !== null) {
      const passed = test[1] === '✔';
      const problems = passed ? [] : ['the scenario failed'];
      rows.push({ title: test[2] ?? '', passed, idle: null, attacked: null, problems });
      continue;
    }
    const figures = read(line.trim());
    if (figures === null || row === undefined) continue;
    if (figures.what === 'idle') row.idle = figures.watched;
    else row.attacked = figures.watched;
  }
  for (const row of rows) judge(row);
  return rows;
}

function judge({ idle, attacked, problems }: InsideRow): void {
  if (attacked === null) return;
  const allowed = (limit: number, before: number | undefined): number =>
    Math.max(limit, 2 * (before ?? 0));
  if (attacked.longestGapMs > allowed(gapMax, idle?.longestGapMs)) {
    problems.push(`the honest tab drew nothing for ${attacked.longestGapMs.toFixed(0)} ms`);
  }
  if (attacked.slowestKeyMs > allowed(keyMax, idle?.slowestKeyMs)) {
    problems.push(`the honest tab answered a key after ${attacked.slowestKeyMs.toFixed(0)} ms`);
  }
}

/** Null where there is no such scenario. */
export async function attackInside(): Promise<InsideRow[] | null> {
  if (!existsSync(join(e2e, 'scenarios/hostile.test.ts'))) return null;
  const runner = spawn(process.execPath, ['run.ts', 'full', '--file', 'hostile'], {
    cwd: e2e,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  runner.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    process.stdout.write(text);
  });
  await once(runner, 'close');
  const rows = rowsOf(output);
  if (rows.length === 0) throw new Error('the scenarios with a hostile participant did not run');
  return rows;
}
