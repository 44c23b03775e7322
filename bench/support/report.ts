// Runs the parts of a benchmark one after the other and writes what they found.
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { workDirectory } from './server.ts';
import { isReached, judge, type Part, type Verdict } from './verdicts.ts';

/** Each measures something, by its name in `--only`. */
export type Parts = Readonly<Record<string, () => Promise<Part>>>;

/** Whether all targets were reached. The report is build/bench/NAME.md. */
export async function report(
  name: string,
  parts: Parts,
  only: string | undefined,
): Promise<boolean> {
  if (only !== undefined && !(only in parts))
    throw new Error(`there is no part '${only}', but ${Object.keys(parts).join(', ')}`);
  if (cpus().length < 2)
    throw new Error('this needs two cores: one for the server, one for the generator');
  mkdirSync(workDirectory, { recursive: true });
  const texts: string[] = [];
  const verdicts: Verdict[] = [];
  for (const [partName, part] of Object.entries(parts)) {
    if (only !== undefined && partName !== only) continue;
    const result = await part();
    texts.push(result.text);
    verdicts.push(...result.verdicts);
    // After each part: what took minutes is not lost when a later part fails.
    const written = [...texts, judge(verdicts)].join('\n\n');
    writeFileSync(join(workDirectory, `${name}.md`), `${written}\n`);
    console.log(`${result.text}\n`);
  }
  console.log(judge(verdicts));
  return verdicts.every(isReached);
}
