import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { Countdown } from './countdown.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('counts whole seconds down to none, and says so at each', () => {
  const seen: number[] = [];
  const countdown: Countdown = new Countdown(() => seen.push(countdown.seconds));
  countdown.start(2_500);
  expect(countdown.seconds).toBe(3);
  vi.advanceTimersByTime(10_000);
  expect(seen).toEqual([2, 1, 0]);
  expect(vi.getTimerCount()).toBe(0);
});

it('begins anew, and stops when told to', () => {
  const onTick = vi.fn();
  const countdown = new Countdown(onTick);
  expect(countdown.seconds).toBe(0);
  countdown.start(1_000);
  countdown.start(30_000);
  vi.advanceTimersByTime(1_000);
  expect(countdown.seconds).toBe(29);
  countdown.stop();
  expect(countdown.seconds).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});
