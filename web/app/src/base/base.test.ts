import { expect, it } from 'vitest';

import { formatClock } from './duration.ts';
import { avatarTone, initials } from './initials.ts';

it.each([
  [0, '0:00'],
  [7_999, '0:07'],
  [754_000, '12:34'],
  [3_723_000, '1:02:03'],
  [-5, '0:00'],
])('%d ms is %s on the clock', (elapsed, clock) => {
  expect(formatClock(elapsed)).toBe(clock);
});

it.each([
  ['Ana Bell', 'AB'],
  ['ana', 'A'],
  ['Ana Maria van den Bosch', 'AB'],
  ['  Émile  ', 'É'],
  ['李小龍', '李'],
  ['👩‍👩‍👧 Smith', '👩‍👩‍👧S'],
  ['', '?'],
])('%s has the initials %s', (name, letters) => {
  expect(initials(name)).toBe(letters);
});

it('gives a person the same colour every time, and different ones to most', () => {
  const tones = Array.from({ length: 60 }, (_, index) => avatarTone(`user-${index}`));
  expect(avatarTone('user-7')).toBe(tones[7]);
  expect(new Set(tones)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
});
