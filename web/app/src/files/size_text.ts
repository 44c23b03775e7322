const STEP = 1_000;
const UNITS = ['kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** `512 byte`, `1.5 MB`: in the units of 1,000 that files are measured in. */
export function sizeText(bytes: number): string {
  const wanted = Math.min(UNITS.length, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(STEP)));
  const unit = wanted === 0 ? 'byte' : UNITS[wanted - 1];
  const amount = bytes / STEP ** wanted;
  return new Intl.NumberFormat('en', {
    style: 'unit',
    unit: unit ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: amount < 10 && wanted > 0 ? 1 : 0,
  }).format(amount);
}
