import { FILES_PROGRESS_MS } from './limits.ts';

// How much the last interval counts against those before it.
const WEIGHT = 0.3;

/** How fast something grows, in units per second, evened out a little. */
export class RateMeter {
  #rate = 0;
  #amount = 0;
  #at: number | null = null;

  get rate(): number {
    return this.#rate;
  }

  /** Forgets how fast it was: from here on it is another matter. */
  restart(amount: number): void {
    this.#rate = 0;
    this.#amount = amount;
    this.#at = performance.now();
  }

  /** Returns whether `rate` was computed anew, which happens every FILES_PROGRESS_MS. */
  note(amount: number): boolean {
    const now = performance.now();
    if (this.#at === null) this.restart(amount);
    const elapsed = now - (this.#at ?? now);
    if (elapsed < FILES_PROGRESS_MS) return false;
    const latest = Math.max(0, ((amount - this.#amount) / elapsed) * 1_000);
    this.#rate = this.#rate === 0 ? latest : this.#rate + WEIGHT * (latest - this.#rate);
    this.#amount = amount;
    this.#at = now;
    return true;
  }
}
