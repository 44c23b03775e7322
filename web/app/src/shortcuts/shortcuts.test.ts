import { expect, it } from 'vitest';

import { shortcutWords } from '../strings/controls.ts';
import { isTalkKey, keyOf, type KeyPress, SHORTCUTS, shortcutOf } from './shortcuts.ts';

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return {
    key,
    code: key === ' ' ? 'Space' : `Key${key.toUpperCase()}`,
    repeat: false,
    ctrlKey: false,
    altKey: false,
    metaKey: false,
    isComposing: false,
    ...more,
  };
}

it('knows every key of the table, in capitals too, and no other', () => {
  for (const { key, action } of SHORTCUTS) {
    expect(shortcutOf(press(key), 'free')).toBe(action);
    expect(keyOf(action)).toBe(key);
  }
  expect(shortcutOf(press('M'), 'free')).toBe('microphone');
  expect(shortcutOf(press('x'), 'free')).toBeNull();
  expect(shortcutOf(press('Escape'), 'free')).toBeNull();
});

it('gives each key one meaning and each meaning words', () => {
  expect(new Set(SHORTCUTS.map(({ key }) => key)).size).toBe(SHORTCUTS.length);
  for (const { action } of SHORTCUTS) expect(shortcutWords.action[action]).not.toBe('');
});

it('leaves letters to a field that is typed in, but not to a button that has the focus', () => {
  expect(shortcutOf(press('m'), 'typing')).toBeNull();
  expect(shortcutOf(press('m'), 'pressing')).toBe('microphone');
});

it.each(['ctrlKey', 'altKey', 'metaKey', 'repeat', 'isComposing'] as const)(
  'does nothing with %s',
  (modifier) => {
    expect(shortcutOf(press('m', { [modifier]: true }), 'free')).toBeNull();
  },
);

it('takes Space for talking only where it would press nothing', () => {
  expect(isTalkKey(press(' '), 'free')).toBe(true);
  expect(isTalkKey(press(' '), 'pressing')).toBe(false);
  expect(isTalkKey(press(' '), 'typing')).toBe(false);
  expect(isTalkKey(press(' ', { ctrlKey: true }), 'free')).toBe(false);
  expect(isTalkKey(press('m'), 'free')).toBe(false);
});
