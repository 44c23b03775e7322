const SECOND_MS = 1000;
const MINUTE_S = 60;
const HOUR_S = 3600;

const two = (value: number): string => value.toString().padStart(2, '0');

/** `0:07`, `12:34`, `1:02:03`: for a clock that counts. */
export function formatClock(elapsedMs: number): string {
  const total = Math.max(0, Math.floor(elapsedMs / SECOND_MS));
  const hours = Math.floor(total / HOUR_S);
  const minutes = Math.floor((total % HOUR_S) / MINUTE_S);
  const seconds = total % MINUTE_S;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}
