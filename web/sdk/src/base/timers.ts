import { createLogger } from './logger.ts';
import type { Soon } from './slices.ts';

const log = createLogger('timers');

/** One-shot timers; a seam for tests and for the worker below. */
export interface Timers {
  /** Calls back once after `delayMs`. Returns the function that cancels. */
  set(callback: () => void, delayMs: number): () => void;
}

export const pageTimers: Timers = {
  set(callback, delayMs) {
    const handle = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(handle);
    };
  },
};

/**
 * Tasks of a message channel: browsers do not slow them down in hidden tabs, and do not let them wait for a few
 * milliseconds, as they do with timers.
 */
export function pageTasks(): Soon {
  const waiting: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    waiting.shift()?.();
  };
  return (callback) => {
    waiting.push(callback);
    port2.postMessage(null);
  };
}

/**
 * Timers that keep time in hidden tabs, whose own timers browsers slow down to one a second or a minute:
 * a worker counts and posts back. Falls back to the page's timers where there are no workers.
 */
export class BackgroundTimers implements Timers {
  #worker: Worker | null = null;
  #failed = false;
  #lastId = 0;
  readonly #callbacks = new Map<number, { callback: () => void; dueAt: number }>();

  set(callback: () => void, delayMs: number): () => void {
    const worker = this.#startWorker();
    if (!worker) return pageTimers.set(callback, delayMs);
    const id = ++this.#lastId;
    this.#callbacks.set(id, { callback, dueAt: performance.now() + delayMs });
    worker.postMessage({ id, delayMs });
    return () => {
      if (this.#callbacks.delete(id)) worker.postMessage({ id });
    };
  }

  #startWorker(): Worker | null {
    if (this.#worker || this.#failed || typeof Worker === 'undefined') return this.#worker;
    try {
      // A module file of its own rather than a blob: the server's Content-Security-Policy allows only 'self'.
      this.#worker = new Worker(new URL('./timer_worker.ts', import.meta.url), { type: 'module' });
    } catch (error) {
      this.#fail(error);
      return null;
    }
    this.#worker.onmessage = ({ data }: MessageEvent<number>) => {
      const due = this.#callbacks.get(data);
      this.#callbacks.delete(data);
      due?.callback();
    };
    this.#worker.onerror = (event) => {
      this.#fail(event.message);
    };
    return this.#worker;
  }

  /** Whatever was waiting goes on with the page's timers. */
  #fail(reason: unknown): void {
    log.warn('no timer worker; timers slow down while the tab is hidden', reason);
    this.#failed = true;
    this.#worker?.terminate();
    this.#worker = null;
    for (const [id, { dueAt }] of this.#callbacks) {
      pageTimers.set(
        () => {
          const due = this.#callbacks.get(id);
          this.#callbacks.delete(id);
          due?.callback();
        },
        Math.max(0, dueAt - performance.now()),
      );
    }
  }
}
