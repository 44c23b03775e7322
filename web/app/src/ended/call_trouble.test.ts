import { expect, it } from 'vitest';

import { CallTrouble } from './call_trouble.ts';

const S = 1_000;

it.each([
  ['went well', () => undefined, false],
  ['broke once', (call: CallTrouble) => call.onState('reconnecting'), false],
  [
    'broke twice',
    (call: CallTrouble) => {
      for (const state of ['reconnecting', 'connected', 'reconnecting'] as const)
        call.onState(state);
    },
    true,
  ],
  [
    'had no room for a picture for a moment',
    (call: CallTrouble) => {
      call.onUplink('paused', 300 * S);
      call.onUplink('good', 310 * S);
    },
    false,
  ],
  [
    'had no room for a picture at its end',
    (call: CallTrouble) => call.onUplink('paused', 580 * S),
    true,
  ],
  [
    'had poor pictures, now and then, for long',
    (call: CallTrouble) => {
      for (const at of [100, 200, 300]) {
        call.onUplink('reduced', at * S);
        call.onUplink('good', (at + 25) * S);
      }
    },
    true,
  ],
  [
    'had poor pictures for half a minute',
    (call: CallTrouble) => {
      call.onUplink('reduced', 100 * S);
      call.onUplink('good', 130 * S);
    },
    false,
  ],
])('a call that %s', (_, happens, bad) => {
  const call = new CallTrouble();
  call.onUplink('good', 0);
  happens(call);
  expect(call.wasBad(600 * S)).toBe(bad);
});
