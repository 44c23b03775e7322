import { browserPlatform, type Platform } from '../base/platform.ts';

/** What every step of a check takes. */
export interface CheckOptions {
  /** Seam for tests. Default: the browser. */
  readonly platform?: Platform;
  /** Ends the step early, with what is known by then. */
  readonly signal?: AbortSignal;
}

export function platformOf({ platform }: CheckOptions): Platform {
  return platform ?? browserPlatform();
}

/** Resolves after so long, or when the check is given up. */
export function pause(platform: Platform, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = platform.timers.set(done, ms);
    if (signal?.aborted === true) done();
    else signal?.addEventListener('abort', done);
  });
}
