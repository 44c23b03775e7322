// ./dev abuse: tries the attacks one after the other, and tells what bystanders noticed.
import { parseArgs } from 'node:util';
import { attacks } from './attacks/index.ts';
import { type Terms, tryAttack, type Verdict } from './judge.ts';
import type { Attack } from './support/attack.ts';
import { measureCosts, problemOf } from './support/cost.ts';
import { attackInside } from './support/inside.ts';
import { canMeasure } from './support/processes.ts';
import { line, writeCosts, writeInside, writeResults } from './support/report.ts';

const usage = `usage: node run.ts [--only NAME]… [--same-address] [--seconds N] [--short] [--write] [--list] [--without-browsers]
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    'same-address': { type: 'boolean', default: false },
    seconds: { type: 'string' },
    short: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    'without-browsers': { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

function chosen(): readonly Attack[] {
  const { only } = values;
  if (only === undefined) return attacks;
  const found = attacks.filter(({ name, row }) =>
    only.some((wanted) => (/^\d+$/.test(wanted) ? row === Number(wanted) : name.includes(wanted))),
  );
  if (found.length === 0) throw new Error(`no attack is called ${only.join(' or ')}`);
  return found;
}

async function tryOne(attack: Attack, terms: Terms): Promise<Verdict | null> {
  try {
    const verdict = await tryAttack(attack, terms);
    console.log(line(verdict));
    return verdict;
  } catch (error) {
    console.log(`✘ ${attack.name}: not tried: ${(error as Error).message}`);
    return null;
  }
}

/** So many servers at once. */
async function tryAll(
  list: readonly Attack[],
  terms: Terms,
  lanes: number,
): Promise<(Verdict | null)[]> {
  const verdicts: (Verdict | null)[] = [];
  const left = list[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) {
      verdicts.push(await tryOne(next.value, terms));
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return verdicts;
}

interface Count {
  passed: number;
  failed: number;
}

async function judgeCosts(): Promise<Count> {
  const rows = await measureCosts(values.short);
  const count: Count = { passed: 0, failed: 0 };
  for (const row of rows) {
    const problem = problemOf(row, values.short);
    count[problem === null ? 'passed' : 'failed'] += 1;
    if (problem !== null) console.log(`✘ ${row.type}, ${row.name}: ${problem}`);
  }
  console.log(`what ${rows.length} messages cost the hub: ${count.failed} too much`);
  if (values.write) await writeCosts(rows);
  return count;
}
async function judgeInside(): Promise<Count> {
  const rows = await attackInside();
  if (rows === null) {
    console.log('there is no scenario with a hostile participant');
    return { passed: 0, failed: 0 };
  }
  for (const { title, problems } of rows) {
    for (const problem of problems) console.log(`✘ ${title}: ${problem}`);
  }
  if (values.write) await writeInside(rows);
  const passed = rows.filter(({ problems }) => problems.length === 0).length;
  return { passed, failed: rows.length - passed };
}
async function judgeAttacks(): Promise<Count> {
  const { short } = values;
  const terms: Terms = {
    seconds: Number(values.seconds ?? (short ? 1.2 : 10)),
    quietSeconds: short ? 0.5 : 3,
    short,
    sameAddress: values['same-address'],
  };
  const verdicts = await tryAll(chosen(), terms, short ? 4 : 1);
  const tried = verdicts.filter((verdict) => verdict !== null);
  if (values.write && values.only === undefined) await writeResults(tried);
  const passed = tried.filter(({ problems }) => problems.length === 0).length;
  return { passed, failed: verdicts.length - passed };
}

if (values.help) {
  process.stderr.write(usage);
} else if (values.list) {
  for (const { name, row, what } of attacks) {
    console.log(`${name.padEnd(28)} ${row === 0 ? '  ' : String(row).padStart(2)}  ${what}`);
  }
} else {
  if (!values.short && !canMeasure()) {
    throw new Error('this needs two cores and leave to run one program ahead of others (chrt)');
  }
  const counts: Count[] = [];
  // Those that name attacks want only these.
  if (values.only === undefined) counts.push(await judgeCosts());
  counts.push(await judgeAttacks());
  if (values.only === undefined && !values['without-browsers']) counts.push(await judgeInside());
  const sum = (kind: keyof Count): number =>
    counts.reduce((total, count) => total + count[kind], 0);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  process.exitCode = sum('failed') === 0 ? 0 : 1;
}
