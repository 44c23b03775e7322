import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Announcer, MENTION_INTERVAL_MS } from './announcer.ts';

const changed = vi.fn();
let announcer: Announcer;

beforeEach(() => {
  vi.useFakeTimers();
  changed.mockClear();
  announcer = new Announcer(changed);
});
afterEach(() => {
  vi.useRealTimers();
});

it('mentions the first at once, and of those that follow the latest, later', () => {
  for (let count = 1; count <= 1000; count += 1) announcer.mention(String(count));
  expect([announcer.text, changed.mock.calls.length]).toEqual(['1', 1]);
  vi.advanceTimersByTime(MENTION_INTERVAL_MS);
  expect([announcer.text, changed.mock.calls.length]).toEqual(['1000', 2]);
  vi.advanceTimersByTime(10 * MENTION_INTERVAL_MS);
  expect(changed).toHaveBeenCalledTimes(2);
});

it('says what matters at once, in place of what waits', () => {
  announcer.mention('one');
  announcer.mention('two');
  announcer.say('Ben has left');
  expect(announcer.text).toBe('Ben has left');
  vi.advanceTimersByTime(MENTION_INTERVAL_MS);
  expect(announcer.text).toBe('Ben has left');
});

it('leaves no timer behind', () => {
  announcer.mention('one');
  announcer.dispose();
  expect(vi.getTimerCount()).toBe(0);
});
