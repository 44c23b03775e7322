import { describe, expect, it } from 'vitest';

import { capacity, steadiness } from './enough_for.ts';

const load = (bitrate: number, capped = false): Parameters<typeof capacity>[0] => ({
  bitrate,
  capped,
  bytesSent: 0,
});

describe('a connection is enough for', () => {
  it.each([
    ['nothing', 0, 1, 1],
    ['nothing', 90_000, 1, 1],
    ['two who talk', 100_000, 1, 2],
    ['five who talk', 400_000, 1, 5],
    ['two with video, not three', 800_000, 2, 6],
    ['three with video', 1_100_000, 3, 6],
    ['four with video', 1_700_000, 4, 6],
    ['six with video', 3_000_000, 6, 6],
    ['six with video, not more', 9_000_000, 6, 6],
  ])('%s (%i bit/s)', (_, bitrate, video, voice) => {
    expect(capacity(load(bitrate))).toEqual({ video, voice });
  });

  it('six with video, where no more was tried', () => {
    expect(capacity(load(2_000_000, true))).toEqual({ video: 6, voice: 6 });
  });
});

describe('a voice arrives', () => {
  it.each([
    [0, 40, 3, 'good'],
    [0.019, 240, 29, 'good'],
    [0.02, 40, 3, 'fair'],
    [0, 250, 3, 'fair'],
    [0, 40, 30, 'fair'],
    [0.1, 40, 3, 'poor'],
    [0, 600, 3, 'poor'],
    [0, 40, 80, 'poor'],
    [1, null, null, 'poor'],
  ] as const)('loss %f, delay %s ms, jitter %s ms: %s', (loss, delayMs, jitterMs, steady) => {
    expect(steadiness({ sent: 100, loss, delayMs, jitterMs })).toBe(steady);
  });
});
