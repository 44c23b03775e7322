import { expect, test } from 'vitest';
import { cleanName } from './chat_text.ts';

test('a name is shown without a tower of marks', () => {
  expect(cleanName(`A${'\u0301'.repeat(63)}na`, 128)).toBe(`A${'\u0301'.repeat(4)}na`);
});

test.each(['Zoë', 'Nguyễn', 'שָׁלוֹם', 'မြင့်', 'བསྒྲུབས'])('the name %s stays as it is', (name) => {
  expect(cleanName(name, 128)).toBe(name);
});
