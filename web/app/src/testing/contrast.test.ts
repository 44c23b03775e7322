import { expect, it } from 'vitest';

import { BLACK, contrast, over, parseColor, WHITE } from './contrast.ts';

it('reads colours as style sheets and browsers write them', () => {
  const green = { red: 12, green: 106, blue: 82, alpha: 1 };
  expect(parseColor('#0c6a52')).toEqual(green);
  expect(parseColor('rgb(12, 106, 82)')).toEqual(green);
  expect(parseColor('rgb(12 106 82 / 50%)')).toEqual({ ...green, alpha: 0.5 });
  expect(parseColor('rgba(12, 106, 82, 0.5)')).toEqual({ ...green, alpha: 0.5 });
  expect(parseColor('color(srgb 1 0 0.2 / 0.5)')).toEqual({
    red: 255,
    green: 0,
    blue: 51,
    alpha: 0.5,
  });
  expect(parseColor('var(--ink)')).toBeNull();
  expect(parseColor('none')).toBeNull();
});

it('counts contrast as WCAG does', () => {
  expect(contrast(WHITE, BLACK)).toBeCloseTo(21);
  expect(contrast(WHITE, WHITE)).toBe(1);
  // The lightest grey that is legible on white.
  const grey = parseColor('#767676') ?? WHITE;
  expect(contrast(WHITE, grey)).toBeCloseTo(4.54, 2);
});

it('looks through what covers only a part', () => {
  expect(over({ ...BLACK, alpha: 0.5 }, WHITE)).toEqual({
    red: 127.5,
    green: 127.5,
    blue: 127.5,
    alpha: 1,
  });
});
