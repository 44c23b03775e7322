import { expect, it } from 'vitest';

import { linkify } from './linkify.ts';

const links = (text: string): (string | null)[] =>
  linkify(text).flatMap(({ href }) => (href === null ? [] : [href]));

it.each([
  ['see https://example.org/a?b=c#d.', ['https://example.org/a?b=c#d']],
  [
    '(https://example.org/), and http://localhost:8080/x!',
    ['https://example.org/', 'http://localhost:8080/x'],
  ],
  [
    'https://en.wikipedia.org/wiki/Rust_(language)',
    ['https://en.wikipedia.org/wiki/Rust_(language)'],
  ],
  ['"https://example.org/"', ['https://example.org/']],
  ['HTTPS://EXAMPLE.ORG', ['https://example.org/']],
  ['https://a.example/ https://b.example/', ['https://a.example/', 'https://b.example/']],
  ['javascript:alert(1)', []],
  ['data:text/html,<script>alert(1)</script>', []],
  ['<img src=x onerror=alert(1)>', []],
  ['<a href="https://example.org/">x</a>', ['https://example.org/']],
  ['https://bank.example@evil.example/', []],
  ['https://user:secret@evil.example/', []],
  ['https://', []],
  ['https://?', []],
  ['www.example.org and mail@example.org', []],
])('%s', (text, wanted) => {
  expect(links(text)).toEqual(wanted);
  expect(
    linkify(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
});

it('tells the real name of a host whose letters look like others', () => {
  // The first letter is Cyrillic.
  const [piece] = linkify('https://\u0430pple.com/');
  expect(piece).toMatchObject({ text: 'https://\u0430pple.com/', host: 'xn--pple-43d.com' });
  expect(linkify('https://apple.com/')[0]).toMatchObject({ host: null });
});

it('takes long text in one go', () => {
  const text = 'https://example.org/('.repeat(380);
  expect(
    linkify(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text);
  expect(linkify(`https://example.org/${'.'.repeat(7_900)}`)).toHaveLength(2);
});
