// What a person sends to whoever helps them: all that was found, and nobody's address, name or device.
import { checkWords as words } from '../strings/check.ts';
import type { Finding, Level } from './findings.ts';
import type { Observations } from './observations.ts';
import type { Verdict } from './verdict.ts';

const MARKS: Readonly<Record<Level, string>> = {
  good: '[ok]',
  warn: '[!]',
  bad: '[X]',
  unknown: '[?]',
  waiting: '[…]',
};

/** @param at When it was checked. */
export function reportText(
  seen: Observations,
  found: readonly Finding[],
  { sentence, enoughFor }: Verdict,
  at: Date,
): string {
  const time = at.toISOString().slice(0, 16).replace('T', ' ');
  const head = ['Vis-à-vis', words.title, `${time} UTC`, seen.browser.name].filter(Boolean);
  return [
    head.join(' · '),
    [sentence, enoughFor].filter(Boolean).join(' '),
    '',
    ...found.flatMap(inLines),
    '',
  ].join('\n');
}

function inLines({ id, level, sentence, details }: Finding): string[] {
  const told = details.filter(({ isAddress }) => isAddress !== true);
  return [
    `${MARKS[level]} ${words.subjects[id]}: ${sentence}`,
    ...told.map(({ label, value }) => `    ${label}: ${value}`),
  ];
}
