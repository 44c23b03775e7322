import { describe, expect, it } from 'vitest';

import { directions } from './directions.ts';

const load = (bitrate: number, capped = false): Parameters<typeof directions>[0] => ({
  bitrate,
  capped,
  bytesSent: 1,
});
const exactly = (bitrate: number): object => ({ bitrate, orMore: false });
const atLeast = (bitrate: number): object => ({ bitrate, orMore: true });

describe('up and down', () => {
  it.each([
    ['up is the slower', load(1e6), 8e6, false, exactly(1e6), exactly(8e6), 'up'],
    ['up is, and more may come down', load(1e6), 1e7, true, exactly(1e6), atLeast(1e7), 'up'],
    ['down is the slower', load(1e6), 1.2e6, false, atLeast(1e6), exactly(1.2e6), 'down'],
    ['what came back came down', load(1e6), 4e5, false, atLeast(1e6), exactly(1e6), 'down'],
  ] as const)('%s', (_, loop, bitrate, capped, up, down, slower) => {
    expect(directions(loop, { bitrate, capped })).toEqual({ up, down, slower });
  });

  it('both carry more than was tried', () => {
    const both = atLeast(9_800_000);
    expect(directions(load(9_800_000, true), null)).toEqual({ up: both, down: both, slower: null });
  });

  it('are not told apart by one figure', () => {
    expect(directions(load(1e6), null)).toBeNull();
    expect(directions(load(0), { bitrate: 1e6, capped: false })).toBeNull();
  });
});
