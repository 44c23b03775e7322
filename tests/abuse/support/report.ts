// What is said of an attack: a line on the terminal, a row in docs/security/abuse.md.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verdict } from '../judge.ts';
import type { CostRow } from './cost.ts';
import { quantile } from './figures.ts';
import type { InsideRow } from './inside.ts';

const page = join(import.meta.dirname, '../../../docs/security/abuse.md');

function ms(samples: readonly number[], q: number): string {
  const value = quantile(samples, q);
  return value < 10 ? value.toFixed(1) : value.toFixed(0);
}
function short(count: number): string {
  if (count >= 10_000) return `${Math.round(count / 1000)}k`;
  return count >= 1_000 ? `${(count / 1000).toFixed(1)}k` : count.toFixed(0);
}
function mega(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

/** What came most, refusals first. */
function told(counts: Readonly<Record<string, number>>): string {
  const isRefusal = (what: string): boolean => /^(error|close|bye|http|turn)/.test(what);
  const refusals = Object.entries(counts).filter(([what]) => isRefusal(what));
  const most = refusals.toSorted(([, a], [, b]) => b - a).slice(0, 3);
  return most.map(([what, count]) => `${what.replace(/^error /, '')} ${short(count)}`).join(', ');
}
function intensity({ outcome }: Verdict): string {
  const rate = (count: number): string => short(count / outcome.seconds);
  const bytes = outcome.bytes / outcome.seconds;
  return `${rate(outcome.sent)}/s, ${(bytes / 1e6).toFixed(1)} MB/s, ${rate(outcome.dialled)} dials/s`;
}
function pongs({ ledger }: Verdict): string {
  const of = (samples: readonly number[]): string => `${ms(samples, 0.5)}/${ms(samples, 0.99)}`;
  return [ledger.before, ledger.during, ledger.after]
    .map(({ pongs: samples }) => of(samples))
    .join(' ');
}
function calls({ ledger }: Verdict): { made: number; failed: number; lost: number } {
  const pages = Object.values(ledger);
  return {
    made: pages.reduce((sum, { calls: made }) => sum + made, 0),
    failed: pages.reduce((sum, { failedCalls }) => sum + failedCalls.length, 0),
    lost: pages.reduce((sum, { lost: count }) => sum + count, 0),
  };
}

export function line(verdict: Verdict): string {
  const { attack, problems, residentGrowth, outcome, lag, busy, ledger } = verdict;
  const { made, failed, lost } = calls(verdict);
  const head = `${problems.length === 0 ? '✔' : '✘'} ${attack.name.padEnd(28)} ${intensity(verdict)}`;
  const drowned = short(ledger.during.bytesMost / ledger.during.seconds);
  const facts = [
    `pong ${pongs(verdict)} ms`,
    `calls ${made - failed}/${made}`,
    `lost ${lost}`,
    `memory +${mega(residentGrowth)}, kernel ${mega(outcome.kernelBytes)}`,
    `got ${drowned}B/s`,
    ...(Number.isNaN(lag) ? [] : [`lag ≤ ${lag} s`]),
    `busy ${(busy * 100).toFixed(0)} %`,
    `told ${told(outcome.told)}`,
  ];
  return [head, `    ${facts.join('; ')}`, ...problems.map((problem) => `    ✘ ${problem}`)].join(
    '\n',
  );
}

function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
async function writeBetween(what: string, table: string): Promise<void> {
  const begin = `<!-- ${what}: made by ./dev abuse --write -->`;
  const end = `<!-- end of ${what} -->`;
  const text = await readFile(page, 'utf8');
  const [front = '', rest = ''] = text.split(begin);
  const back = rest.split(end)[1] ?? '';
  await writeFile(page, `${front}${begin}\n\n${table}\n\n${end}${back}`);
}

export async function writeResults(verdicts: readonly Verdict[]): Promise<void> {
  const rows = verdicts.map((verdict) => {
    const { attack, problems, residentGrowth } = verdict;
    const { made, failed, lost } = calls(verdict);
    const row = attack.row === 0 ? '' : ` (${attack.row})`;
    return [
      `${problems.length === 0 ? '✔' : '✘'} \`${attack.name}\`${row}: ${attack.what}`,
      intensity(verdict),
      pongs(verdict),
      `${made - failed} of ${made}`,
      String(lost),
      mega(residentGrowth),
      told(verdict.outcome.told),
    ];
  });
  const head = [
    ...['attack', 'how hard', 'pong p50/p99, ms: before, during, after'],
    ...['calls made', 'messages lost', 'memory', 'the attacker was told'],
  ];
  await writeBetween('results', tableText(head, rows));
}

export async function writeCosts(rows: readonly CostRow[]): Promise<void> {
  const head = ['message', 'at the edge', 'median µs', 'sends'];
  const cells = rows.map(({ type, name, median_us, sent }) => [
    type === '-' ? '' : `\`${type}\``,
    name,
    median_us.toFixed(median_us < 10 ? 1 : 0),
    String(sent),
  ]);
  await writeBetween('costs', tableText(head, cells));
}

export async function writeInside(rows: readonly InsideRow[]): Promise<void> {
  const whole = (value: number | undefined): string => value?.toFixed(0) ?? '';
  const cells = rows.map(({ title, problems, idle, attacked }) => [
    `${problems.length === 0 ? '✔' : '✘'} ${title.replace(/^hostile: /, '')}`,
    `${whole(idle?.longestGapMs)} / ${whole(attacked?.longestGapMs)}`,
    `${whole(idle?.slowestKeyMs)} / ${whole(attacked?.slowestKeyMs)}`,
  ]);
  const head = ['inside a call', 'longest without a frame, ms: idle / attacked', 'slowest key, ms'];
  await writeBetween('inside', tableText(head, cells));
}
