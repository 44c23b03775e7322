import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { IDLE_AFTER_MS, IdleWatch } from './idle_watch.ts';

let watch: IdleWatch;

beforeEach(() => {
  vi.useFakeTimers();
  watch = new IdleWatch(() => undefined);
});

afterEach(() => {
  vi.useRealTimers();
});

it('waits for a first move: whoever came by keyboard keeps the controls', () => {
  vi.advanceTimersByTime(IDLE_AFTER_MS * 100);
  expect(watch.idle).toBe(false);
});

it('is idle once the pointer has rested', () => {
  watch.onPointer();
  vi.advanceTimersByTime(IDLE_AFTER_MS - 1);
  watch.onPointer();
  vi.advanceTimersByTime(IDLE_AFTER_MS - 1);
  expect(watch.idle).toBe(false);
  vi.advanceTimersByTime(1);
  expect(watch.idle).toBe(true);
  watch.onPointer();
  expect(watch.idle).toBe(false);
});

it('is never idle for people who use the keyboard', () => {
  watch.onKey();
  vi.advanceTimersByTime(IDLE_AFTER_MS * 100);
  expect(watch.idle).toBe(false);
  watch.onPointer();
  vi.advanceTimersByTime(IDLE_AFTER_MS);
  expect(watch.idle).toBe(true);
  watch.onKey();
  expect(watch.idle).toBe(false);
});

it('leaves no timer behind', () => {
  watch.onPointer();
  watch.stop();
  expect(vi.getTimerCount()).toBe(0);
});
