import { expect, it } from 'vitest';

import { stepOf, stepped } from './roving.ts';

it('goes round the ends', () => {
  expect(stepped('next', 2, 3)).toBe(0);
  expect(stepped('previous', 0, 3)).toBe(2);
  expect(stepped('next', 0, 3)).toBe(1);
  expect(stepped('previous', 2, 3)).toBe(1);
});

it('starts at the end that the key points away from', () => {
  expect(stepped('next', -1, 3)).toBe(0);
  expect(stepped('previous', -1, 3)).toBe(2);
});

it('jumps to either end', () => {
  expect(stepped('first', 2, 3)).toBe(0);
  expect(stepped('last', 0, 3)).toBe(2);
});

it('knows the keys of a menu and leaves others alone', () => {
  expect(stepOf('ArrowDown')).toBe('next');
  expect(stepOf('Home')).toBe('first');
  expect(stepOf('m')).toBeNull();
  expect(stepOf('Tab')).toBeNull();
});
