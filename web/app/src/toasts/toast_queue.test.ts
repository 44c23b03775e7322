import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { ACTION_TOAST_MS, TOAST_MS, ToastQueue, TOASTS_MAX } from './toast_queue.ts';

let queue: ToastQueue;

beforeEach(() => {
  vi.useFakeTimers();
  queue = new ToastQueue();
});
afterEach(() => {
  vi.useRealTimers();
});

const texts = (): string[] => queue.shown.map((toast) => toast.text);

it('shows a toast for a while, one with an action for longer', () => {
  queue.show({ text: 'plain' });
  queue.show({ text: 'with action', action: { label: 'Use it', run: () => undefined } });
  vi.advanceTimersByTime(TOAST_MS);
  expect(texts()).toEqual(['with action']);
  vi.advanceTimersByTime(ACTION_TOAST_MS - TOAST_MS);
  expect(texts()).toEqual([]);
});

it('lets the oldest give way to one too many', () => {
  for (let index = 0; index <= TOASTS_MAX; index++) queue.show({ text: String(index) });
  expect(texts()).toEqual(['1', '2', '3']);
});

it('puts a toast in place of one of the same key, and of the same words', () => {
  queue.show({ text: 'Headset lost', key: 'microphone' });
  queue.show({ text: 'other' });
  queue.show({ text: 'Headset is back', key: 'microphone' });
  queue.show({ text: 'other' });
  expect(texts()).toEqual(['Headset is back', 'other']);
});

it('gives a toast that came again its full time', () => {
  queue.show({ text: 'again' });
  vi.advanceTimersByTime(TOAST_MS - 1);
  queue.show({ text: 'again' });
  vi.advanceTimersByTime(TOAST_MS - 1);
  expect(texts()).toEqual(['again']);
  vi.advanceTimersByTime(1);
  expect(texts()).toEqual([]);
});

it('keeps all while they are held, and gives them their time afterwards', () => {
  queue.show({ text: 'before' });
  queue.hold();
  queue.show({ text: 'during' });
  vi.advanceTimersByTime(10 * TOAST_MS);
  expect(texts()).toEqual(['before', 'during']);
  queue.release();
  vi.advanceTimersByTime(TOAST_MS);
  expect(texts()).toEqual([]);
});

it('closes a toast before its action runs, once', () => {
  const run = vi.fn(() => {
    expect(texts()).toEqual([]);
  });
  queue.show({ text: 'found', action: { label: 'Use it', run } });
  const id = queue.shown[0]?.id ?? 0;
  queue.act(id);
  queue.act(id);
  expect(run).toHaveBeenCalledTimes(1);
});

it('tells of every change, also of the one that time makes', () => {
  const changed = vi.fn();
  queue.subscribe(changed);
  queue.show({ text: 'plain' });
  vi.advanceTimersByTime(TOAST_MS);
  expect(changed).toHaveBeenCalledTimes(2);
});
