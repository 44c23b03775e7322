// Where pictures go on a rectangle: numbers only. All lengths in CSS pixels.

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}

/** Cameras are 4:3 or 16:9; a wider tile would cut heads, a narrower one shoulders. */
const WIDEST = 16 / 9;
/** On something higher than wide, people hold phones upright and their cameras are upright, too. */
const NARROWEST_UPRIGHT = 3 / 4;
const NARROWEST = 4 / 3;

const clamp = (value: number, least: number, most: number): number =>
  Math.min(Math.max(value, least), most);

/** The largest box of an aspect ratio between `narrowest` and `widest` that fits `cell`. */
function fit(cell: Size, narrowest: number, widest = WIDEST): Size {
  const aspect = clamp(cell.width / cell.height, narrowest, widest);
  const width = Math.min(cell.width, cell.height * aspect);
  return { width, height: width / aspect };
}

/**
 * `count` tiles of one size, as large as they can be in `area`, in rows that are full but for the last, which is
 * centred. Nobody gets more than anybody else.
 */
export function grid(count: number, area: Box, gap: number): readonly Box[] {
  if (count === 0 || area.width <= 0 || area.height <= 0) return [];
  const narrowest = area.height > area.width ? NARROWEST_UPRIGHT : NARROWEST;
  let best = { columns: 1, tile: { width: 0, height: 0 } };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cell = {
      width: (area.width - gap * (columns - 1)) / columns,
      height: (area.height - gap * (rows - 1)) / rows,
    };
    if (cell.width <= 0 || cell.height <= 0) continue;
    const tile = fit(cell, narrowest);
    if (tile.width * tile.height > best.tile.width * best.tile.height) best = { columns, tile };
  }
  return placeRows(count, best.columns, best.tile, area, gap);
}

function placeRows(
  count: number,
  columns: number,
  tile: Size,
  area: Box,
  gap: number,
): readonly Box[] {
  const rows = Math.ceil(count / columns);
  const top = area.y + (area.height - rows * tile.height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - row * columns : columns;
    const left = area.x + (area.width - inRow * tile.width - (inRow - 1) * gap) / 2;
    return {
      ...tile,
      x: left + (index % columns) * (tile.width + gap),
      y: top + row * (tile.height + gap),
    };
  });
}

/** How much of the shorter way across a strip may take, and its bounds. */
const STRIP_SHARE = 0.2;
const STRIP_MIN = 96; // two rows of pictures that a finger hits
const STRIP_MAX = 220;

/**
 * Few large, the others in a strip: beside them where it is wide, above them where it is high. The large ones
 * are whole areas, for pictures that are shown uncut.
 */
export function spotlight(
  large: number,
  small: number,
  area: Box,
  gap: number,
): { readonly large: readonly Box[]; readonly small: readonly Box[] } {
  const wide = area.width >= area.height;
  const strip =
    small === 0 ? 0 : clamp((wide ? area.width : area.height) * STRIP_SHARE, STRIP_MIN, STRIP_MAX);
  const taken = small === 0 ? 0 : strip + gap;
  const rest: Box = wide
    ? { ...area, width: area.width - taken }
    : { ...area, y: area.y + taken, height: area.height - taken };
  const stripArea: Box = wide
    ? { ...area, x: area.x + area.width - strip, width: strip }
    : { ...area, height: strip };
  return { large: shares(large, rest, gap), small: grid(small, stripArea, gap) };
}

/** Equal parts of `area`, one after the other along its longer side. */
function shares(count: number, area: Box, gap: number): readonly Box[] {
  const wide = area.width >= area.height;
  const across = (area.width - gap * (count - 1)) / count;
  const down = (area.height - gap * (count - 1)) / count;
  return Array.from({ length: count }, (_, index) =>
    wide
      ? { ...area, x: area.x + index * (across + gap), width: across }
      : { ...area, y: area.y + index * (down + gap), height: down },
  );
}
