// Runs in the page. How well text and focus rings stand out from what may lie behind them, over pictures too.
import {
  BLACK,
  contrast,
  over,
  parseColor,
  WHITE,
  type Color,
} from '../../../../web/app/src/testing/contrast.ts';
import { parentOf } from './finder.ts';

// The least contrast that an element's text has: with every colour of a gradient, and with white and black where
// the element floats over something else.
export function textContrast(element: Element): number {
  const ink = parseColor(getComputedStyle(element).color) ?? BLACK;
  return leastContrast(ink, element);
}

// Why nobody sees that the element has the focus, or null.
export function focusProblem(element: Element): string | null {
  const { outlineStyle, outlineWidth, outlineColor, outlineOffset, boxShadow } =
    getComputedStyle(element);
  const color = parseColor(outlineColor);
  if (outlineStyle === 'none' || color === null) return 'has no focus ring';
  if (Number.parseFloat(outlineWidth) < ringWidthMin) return `has a ring of ${outlineWidth}`;
  const inside = Number.parseFloat(outlineOffset) < 0;
  const around = inside ? element : (parentOf(element) ?? element);
  const least = Math.max(leastContrast(color, around), haloContrast(color, boxShadow));
  return least >= ringContrastMin ? null : `has a ring with a contrast of ${least.toFixed(2)}`;
}

const ringWidthMin = 2; // CSS pixels; WCAG 2.2, 2.4.13
const ringContrastMin = 3; // WCAG 2.2, 1.4.11

function leastContrast(front: Color, behind: Element): number {
  return Math.min(...backdrops(behind).map((back) => contrast(over(front, back), back)));
}

// A ring in a second colour beside the outline is seen on whatever lies around both.
function haloContrast(outline: Color, boxShadow: string): number {
  const ring = /^((?:rgba?|color)\([^)]+\)) 0px 0px 0px \d+px/.exec(boxShadow)?.[1];
  const color = ring === undefined ? null : parseColor(ring);
  return color === null || color.alpha < 1 ? 1 : contrast(outline, color);
}

// All colours, opaque, that may lie behind what the element shows.
function backdrops(element: Element): readonly Color[] {
  const layers: (readonly Color[])[] = []; // from the front to the back
  for (let node: Element | null = element; node !== null; node = parentOf(node)) {
    const style = getComputedStyle(node);
    const here = [gradientColors(style.backgroundImage), colors([style.backgroundColor])].filter(
      (layer) => layer.length > 0,
    );
    layers.push(...here);
    if (here.some((layer) => layer.every(({ alpha }) => alpha === 1))) break;
    if (style.position === 'absolute' || style.position === 'fixed') break;
  }
  return layers.reduceRight<readonly Color[]>(
    (behind, layer) => layer.flatMap((front) => behind.map((back) => over(front, back))),
    [WHITE, BLACK],
  );
}

const gradientColors = (image: string): readonly Color[] =>
  image.includes('gradient(') ? colors(image.match(/(?:rgba?|color)\([^()]+\)/g) ?? []) : [];

function colors(texts: readonly string[]): readonly Color[] {
  return texts
    .map(parseColor)
    .filter((color) => color !== null)
    .filter(({ alpha }, _, all) => alpha > 0 || all.length > 1);
}
