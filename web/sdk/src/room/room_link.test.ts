import { describe, expect, test } from 'vitest';
import { PASSPHRASE_CHARS_MAX } from '../base/limits.ts';
import { parseRoomLink, roomLink } from './room_link.ts';
import { generatePassphrase, generateRoomName, isRoomName } from './room_name.ts';

/** Bytes that begin anew when they are used up. */
function bytesOf(...bytes: number[]): (count: number) => Uint8Array {
  let next = 0;
  return (count) => Uint8Array.from({ length: count }, () => bytes[next++ % bytes.length] ?? 0);
}

describe('a name of a room', () => {
  test.each(['abc', 'a-b', '123', 'lumo-kate-rido-basu', 'a'.repeat(64)])('is %s', (name) => {
    expect(isRoomName(name)).toBe(true);
  });

  test.each([
    'ab',
    'a'.repeat(65),
    'Abc',
    '-abc',
    'abc-',
    'a--b',
    'a_b',
    'ä-b-c',
    'abc\n',
    'a b',
    'a/b',
    '',
  ])('is not %j', (name) => {
    expect(isRoomName(name)).toBe(false);
  });

  test('is made of four words of two syllables, out of secure randomness', () => {
    const names = new Set(Array.from({ length: 1000 }, () => generateRoomName()));
    expect(names.size).toBe(1000);
    for (const name of names) {
      expect(name).toMatch(/^([bdgklmnprst][aeiou]){2}(-([bdgklmnprst][aeiou]){2}){3}$/);
      expect(isRoomName(name)).toBe(true);
    }
  });

  test('takes every syllable as likely as another, and has at least 40 bits', () => {
    // 220 to 255 would make the first syllables likelier.
    expect(generateRoomName(bytesOf(255, 0, 54, 220, 1, 219))).toBe('batu-betu-batu-betu');
    expect(Math.log2(55 ** 8)).toBeGreaterThan(40);
  });

  test('is no word that nobody wants', () => {
    const kaka = bytesOf(15, 15, 15, 15, 0, 1);
    expect(generateRoomName(kaka)).toBe('babe-babe-babe-babe'.replace(/babe-babe$/, 'babe-babe'));
  });
});

test('a passphrase is made alike, and longer', () => {
  expect(generatePassphrase()).toMatch(/^([a-z]{4}-){5}[a-z]{4}$/);
  expect(generatePassphrase()).not.toBe(generatePassphrase());
});

describe('the link of a room', () => {
  const origin = 'https://calls.example.org';

  test.each([
    ['without a passphrase', null, ''],
    ['with one', 'sesame', '#sesame'],
    ['with one that needs encoding', 'ä #%/?&  "', '#%C3%A4%20%23%25%2F%3F%26%20%20%22'],
  ])('%s leads back', (_title, passphrase, fragment) => {
    const link = roomLink(origin, 'abc', passphrase);
    expect(link).toBe(`${origin}/r/abc${fragment}`);
    expect(parseRoomLink(link)).toEqual({ room: 'abc', passphrase });
    expect(parseRoomLink(new URL(link))).toEqual({ room: 'abc', passphrase });
  });

  test('is only made for what is a name', () => {
    expect(() => roomLink(origin, '../abc')).toThrow(
      expect.objectContaining({ code: 'invalid_field' }),
    );
    expect(roomLink(origin, 'abc', '')).toBe(`${origin}/r/abc`);
  });

  test('may be typed in capitals, and with a slash at its end', () => {
    expect(parseRoomLink(`${origin}/r/Lumo-Kate/`)).toEqual({
      room: 'lumo-kate',
      passphrase: null,
    });
  });

  test.each([
    'nothing',
    `${origin}/`,
    `${origin}/r/`,
    `${origin}/r/a`,
    `${origin}/r/abc/def`,
    `${origin}/x/abc`,
    `${origin}/r/a%20b`,
    `${origin}/r/abc#%E0%A4%A`,
    `${origin}/r/abc#${'x'.repeat(PASSPHRASE_CHARS_MAX + 1)}`,
  ])('is not %s', (link) => {
    expect(parseRoomLink(link)).toBeNull();
  });
});
