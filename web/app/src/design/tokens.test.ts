import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { BLACK, type Color, contrast, over, parseColor, WHITE } from '../testing/contrast.ts';

const TEXT_MIN = 4.5; // WCAG 2.2, 1.4.3
const SHAPE_MIN = 3; // WCAG 2.2, 1.4.11: drawings, the edges of fields, focus rings

type Tokens = ReadonlyMap<string, Color>;

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const blocks = css.split('@media (prefers-color-scheme: dark)');
const light = tokensOf(blocks[0] ?? '');
const dark: Tokens = new Map([...light, ...tokensOf(blocks[1] ?? '')]);
const schemes = { light, dark };

function tokensOf(text: string): Tokens {
  return new Map(
    [...text.matchAll(/--([\w-]+): ([^;]+);/g)].flatMap(([, name = '', value = '']) => {
      const color = parseColor(value);
      return color ? [[name, color] as const] : [];
    }),
  );
}

function token(tokens: Tokens, name: string): Color {
  const color = tokens.get(name);
  if (!color) throw new Error(`There is no colour --${name}.`);
  return color;
}

/** Which text stands on which ground. */
const TEXT: readonly (readonly [ground: string, ...inks: string[]])[] = [
  ['paper', 'ink', 'ink-soft', 'danger'],
  ['paper-glow', 'ink', 'ink-soft', 'danger'],
  ['surface', 'ink', 'ink-soft', 'accent', 'danger'],
  ['surface-sunk', 'ink', 'ink-soft', 'accent', 'danger'],
  ['accent', 'on-accent'],
  ['accent-strong', 'on-accent'],
  ['accent-soft', 'on-accent-soft', 'danger', 'ink-soft'],
  ['danger', 'on-danger'],
  ['danger-strong', 'on-danger'],
  ['danger-soft', 'on-danger-soft'],
  ['warning-soft', 'on-warning-soft'],
  ['second', 'on-second'],
  ['stage', 'stage-ink', 'stage-ink-soft'],
  ['stage-raised', 'stage-ink', 'stage-ink-soft'],
];

const SHAPES: typeof TEXT = [
  ['paper', 'line-strong', 'focus', 'accent'],
  ['paper-glow', 'line-strong', 'focus', 'accent'],
  ['surface', 'line-strong', 'focus'],
  ['surface-sunk', 'focus'],
  ['stage', 'stage-ink', 'speaking'],
];

describe.each(Object.entries(schemes))('in the %s scheme', (_, tokens) => {
  const cases = (pairs: typeof TEXT): (readonly [string, string])[] =>
    pairs.flatMap(([ground, ...inks]) => inks.map((ink) => [ink, ground] as const));

  it.each(cases(TEXT))('the text --%s is legible on --%s', (ink, ground) => {
    expect(contrast(token(tokens, ink), token(tokens, ground))).toBeGreaterThanOrEqual(TEXT_MIN);
  });

  it.each(cases(SHAPES))('the shape --%s is seen on --%s', (ink, ground) => {
    expect(contrast(token(tokens, ink), token(tokens, ground))).toBeGreaterThanOrEqual(SHAPE_MIN);
  });
});

// What floats over pictures of which nobody knows the colours: from white to black they lie between these two.
describe.each([
  ['white', WHITE],
  ['black', BLACK],
])('over a %s picture', (_, picture) => {
  it.each(['stage-glass', 'stage-shade', 'stage-veil'])('text on --%s is legible', (scrim) => {
    const ground = over(token(light, scrim), picture);
    expect(contrast(token(light, 'stage-ink'), ground)).toBeGreaterThanOrEqual(TEXT_MIN);
  });

  it('a focus ring is seen, itself or by its halo', () => {
    const ring = token(light, 'stage-ink');
    const halo = token(light, 'stage');
    expect(Math.max(contrast(ring, picture), contrast(ring, halo))).toBeGreaterThanOrEqual(
      SHAPE_MIN,
    );
  });
});

it.each([0, 1, 2, 3, 4, 5])('initials are legible on --tone-%i', (tone) => {
  expect(contrast(WHITE, token(light, `tone-${tone}`))).toBeGreaterThanOrEqual(TEXT_MIN);
});

it.each(['hang-up', 'hang-up-strong', 'answer', 'answer-strong'])(
  'white words are legible on --%s',
  (ground) => {
    expect(contrast(WHITE, token(light, ground))).toBeGreaterThanOrEqual(TEXT_MIN);
  },
);
