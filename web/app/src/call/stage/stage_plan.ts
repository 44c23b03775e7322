// Who is where on the stage, and how large: from the state of a call to boxes, without a browser.
import { type Box, type Size, grid, spotlight } from './layout.ts';

export type Corner = 'top-left' | 'top-right' | 'bottom-left' | 'bottom-right';
export type StageLayout = 'grid' | 'speaker';

/**
 * - `full`: to the edges, behind header and controls
 * - `tile`: one of equals
 * - `main`, `strip`: one of few large ones, one of the small ones beside them
 * - `float`: small, above another picture
 */
export type Place = 'full' | 'tile' | 'main' | 'strip' | 'float';

export interface Placed {
  /** Of `cameraKey`, `screenKey` or `SELF_KEY`. */
  readonly key: string;
  readonly box: Box;
  readonly place: Place;
}

export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

export interface StageInput {
  readonly size: Size;
  /** What notches and rounded corners of the device take. */
  readonly safe: Insets;
  readonly others: readonly { readonly id: string; readonly sharing: boolean }[];
  /** A key; null while nothing is pinned. */
  readonly pinned: string | null;
  readonly speaker: string | null;
  readonly layout: StageLayout;
  readonly swapped: boolean;
  readonly corner: Corner;
}

export const SELF_KEY = 'self';
export const cameraKey = (participant: string): string => `camera ${participant}`;
export const screenKey = (participant: string): string => `screen ${participant}`;

const NARROW = 600; // below: a phone held upright
const SHORT = 420; // below: a phone held sideways
/** Beside a bottom bar of controls there is space for one's own picture only where it is this wide. */
const BESIDE_CONTROLS = 1240;
const GAP = 8;

export function planStage(input: StageInput): readonly Placed[] {
  const { others, size } = input;
  if (size.width <= 0 || size.height <= 0) return [];
  const [only, second] = others;
  if (only === undefined) return [{ key: SELF_KEY, box: whole(size), place: 'full' }];
  const large = inTheLight(input);
  if (large.length > 0) return planSpotlight(input, large);
  if (second !== undefined) return planGrid(input);
  return planPair(input, cameraKey(only.id));
}

/** Pictures that get the most of the stage; empty where everybody is alike. */
function inTheLight({ others, pinned, speaker, layout }: StageInput): readonly string[] {
  const keys = new Set(others.map(({ id }) => cameraKey(id)));
  const screens = others.filter(({ sharing }) => sharing).map(({ id }) => screenKey(id));
  if (pinned !== null && (keys.has(pinned) || screens.includes(pinned))) return [pinned];
  if (screens.length > 0) return screens;
  const [first, second] = others;
  if (layout !== 'speaker' || first === undefined || second === undefined) return [];
  const heard = others.some(({ id }) => id === speaker) ? speaker : null;
  return [cameraKey(heard ?? first.id)];
}

function planSpotlight(input: StageInput, large: readonly string[]): readonly Placed[] {
  const everything = input.others.flatMap(({ id, sharing }) =>
    sharing ? [screenKey(id), cameraKey(id)] : [cameraKey(id)],
  );
  const small = [...everything.filter((key) => !large.includes(key)), SELF_KEY];
  const boxes = spotlight(large.length, small.length, inner(input), GAP);
  return [...placed(large, boxes.large, 'main'), ...placed(small, boxes.small, 'strip')];
}

function planGrid(input: StageInput): readonly Placed[] {
  const keys = [...input.others.map(({ id }) => cameraKey(id)), SELF_KEY];
  return placed(keys, grid(keys.length, inner(input), GAP), 'tile');
}

function planPair(input: StageInput, other: string): readonly Placed[] {
  const { swapped, size } = input;
  const [full, float] = swapped ? [SELF_KEY, other] : [other, SELF_KEY];
  return [
    { key: full, box: whole(size), place: 'full' },
    { key: float, box: floating(input), place: 'float' },
  ];
}

function placed(keys: readonly string[], boxes: readonly Box[], place: Place): Placed[] {
  return keys.flatMap((key, index) => {
    const box = boxes[index];
    return box ? [{ key, box, place }] : [];
  });
}

const whole = ({ width, height }: Size): Box => ({ x: 0, y: 0, width, height });

/** What header and controls leave free. */
function chrome({ size, safe }: StageInput): Insets {
  const short = size.height < SHORT;
  const side = size.width < NARROW ? GAP : GAP * 2;
  return {
    top: (short ? 60 : 80) + safe.top,
    right: side + safe.right,
    bottom: (short ? 76 : 104) + safe.bottom,
    left: side + safe.left,
  };
}

function inner(input: StageInput): Box {
  const { top, right, bottom, left } = chrome(input);
  const { width, height } = input.size;
  return { x: left, y: top, width: width - left - right, height: height - top - bottom };
}

/** The box of the small picture of two, in its corner. */
export function floating(input: StageInput): Box {
  const { size, safe, corner } = input;
  const narrow = size.width < NARROW;
  const width = narrow
    ? 104
    : size.height < SHORT
      ? 130
      : Math.min(Math.max(size.width * 0.17, 150), 260);
  const height = width * (narrow ? 4 / 3 : 3 / 4);
  const { top, bottom } = chrome(input);
  const side = narrow ? 16 : 24;
  const low = size.width < BESIDE_CONTROLS ? bottom + 4 : side + safe.bottom;
  return {
    width,
    height,
    x: corner.endsWith('left') ? side + safe.left : size.width - width - side - safe.right,
    y: corner.startsWith('top') ? top : size.height - height - low,
  };
}

/** The corner that is nearest to a point on the stage. */
export function nearestCorner(point: { x: number; y: number }, size: Size): Corner {
  const vertical = point.y < size.height / 2 ? 'top' : 'bottom';
  const horizontal = point.x < size.width / 2 ? 'left' : 'right';
  return `${vertical}-${horizontal}`;
}

/** Where an arrow key takes the small picture. */
export function cornerTowards(corner: Corner, key: string): Corner {
  const [vertical, horizontal] = corner.split('-') as ['top' | 'bottom', 'left' | 'right'];
  switch (key) {
    case 'ArrowUp':
      return `top-${horizontal}`;
    case 'ArrowDown':
      return `bottom-${horizontal}`;
    case 'ArrowLeft':
      return `${vertical}-left`;
    case 'ArrowRight':
      return `${vertical}-right`;
    default:
      return corner;
  }
}
