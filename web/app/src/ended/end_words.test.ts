import { expect, it } from 'vitest';

import { VisavisError } from '@visavis/client';

import type { EndSummary } from './end_summary.ts';
import { isWorthACheck } from './end_words.ts';

const ENDED: EndSummary = {
  reason: 'hangup',
  error: null,
  side: 'caller',
  endedByUs: true,
  troubled: false,
  clock: '0:42',
  peers: [],
  video: true,
  room: null,
};
const failed = (code: ConstructorParameters<typeof VisavisError>[0]): Partial<EndSummary> => ({
  reason: 'error',
  error: new VisavisError(code, ''),
});

it.each([
  ['an ordinary one', {}, false],
  ['one in which the connection was bad', { troubled: true }, true],
  ['one that was lost', { reason: 'lost' }, true],
  ['one that found no way', failed('connection_failed'), true],
  ['one that failed for no known reason', { reason: 'error' }, true],
  ['one that was declined', { reason: 'declined' }, false],
  ['one that may not be made', failed('no_relay'), false],
  ['one that came too soon after another', failed('rate_limited'), false],
] satisfies [string, Partial<EndSummary>, boolean][])('after %s', (_, end, worth) => {
  expect(isWorthACheck({ ...ENDED, ...end })).toBe(worth);
});
