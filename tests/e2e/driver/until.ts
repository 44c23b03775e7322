// Waits for a condition by looking often: the only kind of waiting these tests do.
import { setTimeout as pause } from 'node:timers/promises';

const lookEveryMs = 40;
// Long enough for two busy cores; a step that works takes a fraction of it.
export const defaultTimeoutMs = 15_000;

// Returns the first value that is neither false, null nor undefined.
export async function until<T>(
  what: string,
  look: () => Promise<T | false | null | undefined>,
  timeoutMs = defaultTimeoutMs,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await look();
      if (value !== false && value !== null && value !== undefined) return value;
      last = value;
    } catch (error) {
      // A page that is just loading has no context to ask; the next look will.
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`not within ${String(timeoutMs / 1000)} s: ${what}`, { cause: last });
    }
    await pause(lookEveryMs);
  }
}
