// What was to be reached, and whether it was.
import { round, table } from './figures.ts';

export type Verdict = { what: string; measured: number; limit: number; unit: string };
export type Part = { text: string; verdicts: Verdict[] };

export function isReached({ measured, limit }: Verdict): boolean {
  return measured <= limit;
}

export function judge(verdicts: readonly Verdict[]): string {
  const rows = verdicts.map((verdict) => [
    isReached(verdict) ? '✔' : '✘',
    verdict.what,
    `${round(verdict.measured)}${verdict.unit}`,
    `≤ ${round(verdict.limit)}${verdict.unit}`,
  ]);
  return `### Targets\n\n${table(['', 'what', 'measured', 'to reach'], rows)}`;
}
