// How well one tells colours apart: WCAG 2.2, "relative luminance" and "contrast ratio".

/** sRGB, channels 0 to 255; `alpha` is how much of what lies behind it covers, 0 to 1. */
export interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  readonly alpha: number;
}

export const WHITE: Color = { red: 255, green: 255, blue: 255, alpha: 1 };
export const BLACK: Color = { red: 0, green: 0, blue: 0, alpha: 1 };

/** As our style sheets and the browsers' computed styles write it: #rrggbb, rgb(), rgba(), color(srgb …); null for anything else. */
export function parseColor(text: string): Color | null {
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text);
  if (hex) {
    const [red = 0, green = 0, blue = 0] = hex.slice(1).map((pair) => Number.parseInt(pair, 16));
    return { red, green, blue, alpha: 1 };
  }
  const call = /^(?:rgba?|color)\((srgb )?([^()]+)\)$/.exec(text);
  const numbers = call?.[2]?.match(/[\d.e-]+%?/g);
  if (!call || !numbers || numbers.length < 3) return null;
  const scale = call[1] === undefined ? 1 : 255;
  const [red = 0, green = 0, blue = 0] = numbers.map((number) => Number.parseFloat(number) * scale);
  const alpha = numbers[3] ?? '1';
  return { red, green, blue, alpha: Number.parseFloat(alpha) / (alpha.endsWith('%') ? 100 : 1) };
}

/** What one sees of `back` through `front`; `back` has to be opaque. */
export function over(front: Color, back: Color): Color {
  const mix = (one: number, other: number): number => one * front.alpha + other * (1 - front.alpha);
  return {
    red: mix(front.red, back.red),
    green: mix(front.green, back.green),
    blue: mix(front.blue, back.blue),
    alpha: 1,
  };
}

/** From 1, the same, to 21, black and white; both opaque. */
export function contrast(one: Color, other: Color): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance({ red, green, blue }: Color): number {
  const linear = (channel: number): number => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
