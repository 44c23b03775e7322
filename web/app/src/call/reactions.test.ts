import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { REACTION_SHOWN_MS, Reactions, REACTIONS_MAX } from './reactions.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

it('floats for a while and goes, each by itself', () => {
  const changed = vi.fn();
  const reactions = new Reactions(changed);
  reactions.add('ben', '🎉');
  vi.advanceTimersByTime(REACTION_SHOWN_MS / 2);
  reactions.add(null, '👍');
  expect(reactions.list.map(({ emoji }) => emoji)).toEqual(['🎉', '👍']);
  vi.advanceTimersByTime(REACTION_SHOWN_MS / 2);
  expect(reactions.list.map(({ emoji }) => emoji)).toEqual(['👍']);
  vi.advanceTimersByTime(REACTION_SHOWN_MS / 2);
  expect(reactions.list).toEqual([]);
  expect(changed).toHaveBeenCalledTimes(4);
});

it('keeps the last ones, however many somebody sends', () => {
  const reactions = new Reactions(() => undefined);
  for (let sent = 0; sent < 1000; sent++) reactions.add('ben', '🎉');
  expect(reactions.list).toHaveLength(REACTIONS_MAX);
  expect(reactions.list.at(-1)?.number).toBe(999);
});

it('leaves no timer behind', () => {
  const reactions = new Reactions(() => undefined);
  reactions.add('ben', '🎉');
  reactions.dispose();
  expect(vi.getTimerCount()).toBe(0);
});
