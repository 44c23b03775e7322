import { describe, expect, it } from 'vitest';

import { type Box, grid, spotlight } from './layout.ts';

const DESKTOP: Box = { x: 16, y: 80, width: 1408, height: 716 };
const PHONE: Box = { x: 8, y: 80, width: 344, height: 556 };
const SIDEWAYS: Box = { x: 16, y: 60, width: 708, height: 224 };
const GAP = 8;

const columnsOf = (boxes: readonly Box[]): number => new Set(boxes.map(({ x }) => x)).size;

function overlaps(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

function expectTidy(boxes: readonly Box[], area: Box): void {
  boxes.forEach((box, index) => {
    expect(box.width).toBeGreaterThan(0);
    expect(box.x).toBeGreaterThanOrEqual(area.x - 0.01);
    expect(box.y).toBeGreaterThanOrEqual(area.y - 0.01);
    expect(box.x + box.width).toBeLessThanOrEqual(area.x + area.width + 0.01);
    expect(box.y + box.height).toBeLessThanOrEqual(area.y + area.height + 0.01);
    for (const other of boxes.slice(index + 1)) expect(overlaps(box, other)).toBe(false);
  });
}

describe('grid', () => {
  for (const [name, area] of Object.entries({ DESKTOP, PHONE, SIDEWAYS })) {
    it.each([1, 2, 3, 4, 5, 6, 9])(
      `gives everybody the same, inside, apart: ${name}, %i`,
      (count) => {
        const boxes = grid(count, area, GAP);
        expect(boxes).toHaveLength(count);
        expectTidy(boxes, area);
        for (const { width, height } of boxes) {
          expect(width).toBeCloseTo(boxes[0]!.width);
          expect(height).toBeCloseTo(boxes[0]!.height);
          expect(width / height).toBeLessThanOrEqual(16 / 9 + 0.01);
          expect(width / height).toBeGreaterThanOrEqual(3 / 4 - 0.01);
        }
      },
    );
  }

  it('takes two columns for two and four on a desktop, three for six', () => {
    expect(columnsOf(grid(2, DESKTOP, GAP))).toBe(2);
    expect(columnsOf(grid(4, DESKTOP, GAP))).toBe(2);
    expect(columnsOf(grid(6, DESKTOP, GAP))).toBe(3);
  });

  it('stacks two or three on a phone held upright and takes two columns from four', () => {
    expect(columnsOf(grid(2, PHONE, GAP))).toBe(1);
    expect(columnsOf(grid(3, PHONE, GAP))).toBe(1);
    expect(columnsOf(grid(4, PHONE, GAP))).toBe(2);
    expect(columnsOf(grid(6, PHONE, GAP))).toBe(2);
  });

  it('centres a last row that is not full', () => {
    const boxes = grid(5, DESKTOP, GAP);
    const [, , , fourth, fifth] = boxes;
    const middle = (fourth!.x + fifth!.x + fifth!.width) / 2;
    expect(middle).toBeCloseTo(DESKTOP.x + DESKTOP.width / 2);
  });

  it('gives nothing for nobody, or without space', () => {
    expect(grid(0, DESKTOP, GAP)).toEqual([]);
    expect(grid(3, { ...DESKTOP, width: -5 }, GAP)).toEqual([]);
  });
});

describe('spotlight', () => {
  it('puts the strip beside the large one where it is wide', () => {
    const { large, small } = spotlight(1, 5, DESKTOP, GAP);
    expect(small).toHaveLength(5);
    expectTidy([...large, ...small], DESKTOP);
    expect(columnsOf(small)).toBe(1);
    expect(large[0]!.width).toBeGreaterThan(DESKTOP.width * 0.75);
    expect(large[0]!.height).toBe(DESKTOP.height);
  });

  it('puts it above where it is high', () => {
    const { large, small } = spotlight(1, 3, PHONE, GAP);
    expectTidy([...large, ...small], PHONE);
    expect(columnsOf(small)).toBe(3);
    expect(small[0]!.y).toBeLessThan(large[0]!.y);
    expect(large[0]!.width).toBe(PHONE.width);
  });

  it('shares the light between two screens', () => {
    const { large, small } = spotlight(2, 4, DESKTOP, GAP);
    expectTidy([...large, ...small], DESKTOP);
    expect(large[0]!.width).toBe(large[1]!.width);
  });

  it('gives everything to the large one where nobody is left', () => {
    expect(spotlight(1, 0, DESKTOP, GAP)).toEqual({ large: [DESKTOP], small: [] });
  });
});
