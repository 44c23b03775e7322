import { expect, test } from 'vitest';
import { isSame } from './same.ts';

interface Plan {
  rate: number;
  active?: boolean | undefined;
}

test.each<[Plan | null, Plan | null, boolean]>([
  [{ rate: 1 }, { rate: 1 }, true],
  [{ rate: 1 }, { rate: 2 }, false],
  [{ rate: 1 }, { rate: 1, active: true }, false],
  [{ rate: 1, active: true }, { rate: 1 }, false],
  [{ rate: 1, active: undefined }, { rate: 1 }, true],
  [null, { rate: 1 }, false],
  [{ rate: 1 }, null, false],
  [null, null, true],
])('%j and %j: %s', (one, other, same) => {
  expect(isSame(one, other)).toBe(same);
});
