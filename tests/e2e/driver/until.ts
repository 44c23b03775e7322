// Waits for a condition by looking often: the only kind of waiting these tests do.
import { within } from '../../integration/support/pace.ts';
import { setTimeout as pause } from 'node:timers/promises';

const lookEveryMs = 40;
// Long enough for two busy cores; a step that works takes a fraction of it.
export const defaultTimeoutMs = 15_000;

// Returns the first value that is neither false, null nor undefined. `what` is read only where it never came.
export async function until<T>(
  what: string | (() => string),
  look: () => Promise<T | false | null | undefined>,
  timeoutMs = defaultTimeoutMs,
): Promise<T> {
  const deadline = performance.now() + within(timeoutMs);
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
      const words = typeof what === 'string' ? what : what();
      throw new Error(`not within ${String(within(timeoutMs))} ms: ${words}`, { cause: last });
    }
    await pause(lookEveryMs);
  }
}
