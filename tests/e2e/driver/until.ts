// Waits for a condition by looking often: the only kind of waiting these tests do.
import { inTime, within } from '../../integration/support/pace.ts';
import { setTimeout as pause } from 'node:timers/promises';

const lookEveryMs = 40;
// Long enough for two busy cores; a step that works takes a fraction of it.
export const defaultTimeoutMs = 15_000;
// A look that has begun may fail on its own, with better words; one that hangs would hide what was waited for.
const lastLookMs = 5_000;

// Returns the first value that is neither false, null nor undefined. `what` is read only where it never came.
export async function until<T>(
  what: string | (() => string),
  look: () => Promise<T | false | null | undefined>,
  timeoutMs = defaultTimeoutMs,
): Promise<T> {
  const began = performance.now();
  let last: unknown;
  for (;;) {
    const leftMs = timeoutMs - (performance.now() - began) / within(1);
    try {
      const value = await inTime(look(), 'the page answers', leftMs + lastLookMs);
      if (value !== false && value !== null && value !== undefined) return value;
      last = value;
    } catch (error) {
      // A page that is just loading has no context to ask; the next look will.
      last = error;
    }
    if (performance.now() - began > within(timeoutMs)) {
      const words = typeof what === 'string' ? what : what();
      throw new Error(`not within ${String(within(timeoutMs))} ms: ${words}`, { cause: last });
    }
    await pause(lookEveryMs);
  }
}
