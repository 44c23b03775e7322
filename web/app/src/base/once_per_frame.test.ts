import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { OncePerFrame } from './once_per_frame.ts';

const draw = vi.fn();
let frames: (() => void)[];
let drawing: OncePerFrame;

beforeEach(() => {
  vi.useFakeTimers();
  draw.mockClear();
  frames = [];
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => frames.push(callback));
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  drawing = new OncePerFrame(draw);
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const frame = (): void => {
  for (const callback of frames.splice(0)) callback();
};

it('draws at once, and then what was wanted meanwhile with the next frame', () => {
  for (let times = 0; times < 1000; times += 1) drawing.request();
  expect(draw).toHaveBeenCalledTimes(1);
  frame();
  expect(draw).toHaveBeenCalledTimes(2);
  frame();
  expect(draw).toHaveBeenCalledTimes(2);
  drawing.request();
  expect(draw).toHaveBeenCalledTimes(3);
});

it('draws in a tab without frames, too, if not as often', () => {
  drawing.request();
  drawing.request();
  vi.advanceTimersByTime(200);
  expect(draw).toHaveBeenCalledTimes(2);
});

it('leaves nothing behind', () => {
  drawing.request();
  drawing.request();
  drawing.cancel();
  expect(vi.getTimerCount()).toBe(0);
});
