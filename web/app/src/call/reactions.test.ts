import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import {
  isEmoji,
  REACTION_SHOWN_MS,
  Reactions,
  REACTIONS_EACH_MAX,
  REACTIONS_MAX,
} from './reactions.ts';

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
  reactions.add('cleo', '👍');
  for (let sent = 0; sent < 1000; sent++) reactions.add('ben', '🎉');
  expect(reactions.list).toHaveLength(REACTIONS_EACH_MAX + 1);
  expect(reactions.list.at(-1)?.number).toBe(1000);
  // Whoever floods with them hides nobody else's.
  expect(reactions.list[0]?.from).toBe('cleo');
  expect(vi.getTimerCount()).toBe(1);
});

it('keeps no more than a screen can show, however many people send them', () => {
  const reactions = new Reactions(() => undefined);
  for (let sent = 0; sent < 1000; sent++) reactions.add(`person ${String(sent % 50)}`, '🎉');
  expect(reactions.list).toHaveLength(REACTIONS_MAX);
  vi.advanceTimersByTime(REACTION_SHOWN_MS);
  expect(reactions.list).toEqual([]);
});

it.each(['👍', '❤️', '👩🏽‍🚀', '🇩🇪', '👨‍👩‍👧‍👦'])('%s is an emoji', (emoji) => {
  expect(isEmoji(emoji)).toBe(true);
});

it.each(['', 'go away', '👍 hello', '<b>', 'é'])('“%s” is no emoji', (text) => {
  expect(isEmoji(text)).toBe(false);
});

it('leaves no timer behind', () => {
  const reactions = new Reactions(() => undefined);
  reactions.add('ben', '🎉');
  reactions.dispose();
  expect(vi.getTimerCount()).toBe(0);
});
