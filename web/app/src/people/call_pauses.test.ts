import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { CallPauses } from './call_pauses.ts';

let pauses: CallPauses;

beforeEach(() => {
  vi.useFakeTimers();
  pauses = new CallPauses();
});

afterEach(() => {
  vi.useRealTimers();
});

it('counts down for whom it concerns, and for nobody else', () => {
  const listener = vi.fn();
  pauses.subscribe(listener);
  pauses.begin(['ben'], 30_000);
  expect(pauses.secondsFor('ben')).toBe(30);
  expect(pauses.secondsFor('cleo')).toBe(0);
  vi.advanceTimersByTime(1_000);
  expect(pauses.secondsFor('ben')).toBe(29);
  expect(listener).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(29_000);
  expect(pauses.secondsFor('ben')).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

it('keeps a bounded number of them', () => {
  for (let number = 0; number < 100; number += 1) pauses.begin([`user-${number}`], 10_000);
  expect(vi.getTimerCount()).toBe(32);
  expect(pauses.secondsFor('user-0')).toBe(0);
  expect(pauses.secondsFor('user-99')).toBe(10);
  pauses.dispose();
  expect(vi.getTimerCount()).toBe(0);
});
