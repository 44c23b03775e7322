// Figures of several rounds, and how they are written.

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted.length % 2 === 1 ? upper : sorted[middle - 1];
  if (upper === undefined || lower === undefined) throw new Error('no figures');
  return (lower + upper) / 2;
}

/** Three digits, with thousands set apart. */
export function round(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.max(Math.abs(value), 1e-9))));
  return value.toLocaleString('en', {
    maximumFractionDigits: Math.min(digits, 3),
  });
}

/** Median, and the best (least) in brackets. */
export function medianAndBest(values: readonly number[]): string {
  return `${round(median(values))} (${round(Math.min(...values))})`;
}

export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}
