// Attacks inside calls, in real browsers: the scenario of tests/e2e that has a hostile participant.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const e2e = join(import.meta.dirname, '../../e2e');

export interface InsideResult {
  passed: number;
  failed: number;
  /** Lines that begin with "hostile:", which say what was measured. */
  figures: string[];
}

/** Null where there is no such scenario. */
export async function attackInside(): Promise<InsideResult | null> {
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
  const count = (word: string): number =>
    Number(new RegExp(`^[ℹ#] ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const figures = [...output.matchAll(/hostile: (.*)$/gm)].map(([, figure = '']) => figure);
  return { passed: count('pass'), failed: count('fail') + count('cancelled'), figures };
}
