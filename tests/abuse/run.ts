// ./dev abuse: tries the attacks one after the other, and tells what bystanders noticed.
import { parseArgs } from 'node:util';
import { attacks } from './attacks/index.ts';
import { type Terms, tryAttack, type Verdict } from './judge.ts';
import type { Attack } from './support/attack.ts';
import { canMeasure } from './support/processes.ts';
import { line, writeTable } from './support/report.ts';

const usage = `usage: node run.ts [--only NAME]… [--same-address] [--seconds N] [--short] [--write] [--list]
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    'same-address': { type: 'boolean', default: false },
    seconds: { type: 'string' },
    short: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
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

if (values.help) {
  process.stderr.write(usage);
} else if (values.list) {
  for (const { name, row, what } of attacks)
    console.log(`${name.padEnd(28)} ${row === 0 ? '  ' : String(row).padStart(2)}  ${what}`);
} else {
  const { short } = values;
  const terms: Terms = {
    seconds: Number(values.seconds ?? (short ? 1.5 : 10)),
    quietSeconds: short ? 0.6 : 3,
    short,
    sameAddress: values['same-address'],
  };
  if (!short && !canMeasure()) {
    throw new Error('this needs two cores and leave to run one program ahead of others (chrt)');
  }
  const verdicts = await tryAll(chosen(), terms, short ? 3 : 1);
  const tried = verdicts.filter((verdict) => verdict !== null);
  if (values.write) await writeTable(tried);
  const passed = tried.filter(({ problems }) => problems.length === 0).length;
  console.log(`${passed} passed, ${verdicts.length - passed} failed`);
  process.exitCode = passed === verdicts.length ? 0 : 1;
}
