import type { Timers } from './timers.ts';

/** Hands values on, the first at once and then at most one in `intervalMs`: of several that come meanwhile, the latest. */
export class Latest<Value> {
  readonly #timers: Timers;
  readonly #intervalMs: number;
  readonly #handOn: (value: Value) => void;
  #waiting: { readonly value: Value } | null = null;
  #cancel: (() => void) | null = null;

  constructor(timers: Timers, intervalMs: number, handOn: (value: Value) => void) {
    this.#timers = timers;
    this.#intervalMs = intervalMs;
    this.#handOn = handOn;
  }

  put(value: Value): void {
    if (this.#cancel) {
      this.#waiting = { value };
      return;
    }
    this.#wait();
    this.#handOn(value);
  }

  /** What waits is not handed on any more. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = this.#waiting = null;
  }

  #wait(): void {
    this.#cancel = this.#timers.set(() => {
      this.#cancel = null;
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting) this.put(waiting.value);
    }, this.#intervalMs);
  }
}
