import { expect, it } from 'vitest';

import { stageWords } from '../../strings/stage.ts';
import { FakeParticipant } from '../../testing/fake_participant.ts';
import { tileStatus } from './tile_status.ts';

const { status } = stageWords;

it.each([
  [{ link: 'connected' }, null],
  [
    { state: 'invited', link: 'new' },
    { text: status.ringing, busy: true, retry: false },
  ],
  [{ link: 'new' }, { text: status.connecting, busy: true, retry: false }],
  [{ link: 'disconnected' }, { text: status.reconnecting, busy: true, retry: false }],
  [{ link: 'failed' }, { text: status.failed, busy: false, retry: true }],
  [{ trust: 'proving' }, { text: status.proving, busy: true, retry: false }],
  // Trying again would not help against a wrong passphrase.
  [
    { trust: 'refused', link: 'failed' },
    { text: status.refused, busy: false, retry: false },
  ],
  [{ trust: 'proven' }, null],
  [
    { link: 'removed', removedBy: 'us' },
    { text: status.removed, busy: false, retry: false },
  ],
  [
    { link: 'removed', removedBy: 'them' },
    { text: status.removedUs, busy: false, retry: false },
  ],
] as const)('%o is told as %o', (changes, told) => {
  const ben = new FakeParticipant('ben', 'Ben');
  ben.update(changes);
  expect(tileStatus(ben)).toEqual(told);
});
