import { expect, it } from 'vitest';

import { sizeText } from './size_text.ts';

it.each([
  [0, '0 byte'],
  [512, '512 byte'],
  [1_500, '1.5 kB'],
  [12_345, '12 kB'],
  [268_435_456, '268 MB'],
  [1_000_000_000, '1 GB'],
  [5e15, '5,000 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
