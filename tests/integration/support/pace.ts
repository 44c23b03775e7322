// Time limits for waiting. A sanitizer build, or a machine with too much to do, is slower by a factor, and only
// waits that fail depend on it.

const factor = Number(process.env['VISAVIS_TEST_PACE'] ?? 1);

/** A time limit in milliseconds, stretched by VISAVIS_TEST_PACE. */
export function within(milliseconds: number): number {
  return milliseconds * factor;
}

/** Whether time can be measured here: not with a sanitizer in the way. */
export const measuring = factor === 1;

/** Rejects with `what` when `promise` takes longer than `milliseconds`, stretched. */
export async function inTime<T>(
  promise: Promise<T>,
  what: string,
  milliseconds = 10_000,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not within ${within(milliseconds)} ms: ${what}`));
    }, within(milliseconds));
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asks `condition` again and again until it holds. For what nobody tells: memory, metrics, a file. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  milliseconds = 10_000,
): Promise<void> {
  const deadline = performance.now() + within(milliseconds);
  while (!(await condition())) {
    if (performance.now() > deadline) {
      throw new Error(`not within ${within(milliseconds)} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
