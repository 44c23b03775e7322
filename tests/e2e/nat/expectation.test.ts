// The rule against the table that everybody knows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { directIsPossible } from './expectation.ts';
import { natKinds } from './lab/nat_kind.ts';

test('of the pairs that have UDP, two need a relay', () => {
  const withUdp = natKinds.slice(0, natKinds.indexOf('udp-blocked'));
  const relayed = withUdp.flatMap((one, index) =>
    withUdp
      .slice(index)
      .filter((other) => !directIsPossible(one, other))
      .map((other) => `${one} and ${other}`),
  );
  assert.deepEqual(relayed, ['port-restricted and symmetric', 'symmetric and symmetric']);
});

test('without UDP on one side, every pair needs a relay', () => {
  for (const blocked of natKinds.slice(natKinds.indexOf('udp-blocked'))) {
    for (const other of natKinds) assert(!directIsPossible(blocked, other));
  }
});
