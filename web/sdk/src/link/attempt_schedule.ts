import { Backoff } from '../base/backoff.ts';
import {
  DISCONNECTED_GRACE_MS,
  RESTART_BACKOFF_BASE_MS,
  RESTART_BACKOFF_CAP_MS,
} from '../base/limits.ts';

/** When a link is to be mended next: at once when the need is noticed, then at growing distances. Knows no timer. */
export class AttemptSchedule {
  readonly #backoff = new Backoff({
    baseMs: RESTART_BACKOFF_BASE_MS,
    capMs: RESTART_BACKOFF_CAP_MS,
    // No jitter: nobody else restarts at the same time.
    random: () => 1,
  });
  // Times are of performance.now().
  #nextAt: number | null = null;
  #attemptedAt = -Infinity;
  #count = 0;

  /** Attempts since the link was well. */
  get count(): number {
    return this.#count;
  }

  get isDue(): boolean {
    return this.#nextAt !== null && performance.now() >= this.#nextAt;
  }

  /** Trouble is often told twice, by the browser, the server's return or the other side: one attempt is enough. */
  get attemptedJustNow(): boolean {
    return performance.now() - this.#attemptedAt < DISCONNECTED_GRACE_MS;
  }

  /** The next attempt is to be made in so long, whatever was planned. */
  planIn(ms: number): void {
    this.#nextAt = performance.now() + ms;
  }

  /** Sees to it that an attempt is made in so long, but not sooner after the last than the backoff allows. */
  needIn(ms: number): void {
    if (this.#nextAt !== null && this.#count > 0) return;
    this.#nextAt = Math.min(this.#nextAt ?? Infinity, performance.now() + ms);
  }

  /** Nothing is to be mended; the next trouble begins with the first attempt. */
  settle(): void {
    this.#nextAt = null;
    this.#count = 0;
    this.#backoff.reset();
    this.#backoff.nextMs(); // the first delay is none: the first attempt is made when the need is noticed
  }

  countOne(): number {
    return ++this.#count;
  }

  /** An attempt is made now; plans the one after it. */
  begin(): void {
    this.#attemptedAt = performance.now();
    this.#nextAt = this.#attemptedAt + this.#backoff.nextMs();
  }

  /** Another kind of attempt is made now, within the plan that stands. */
  noteAttempt(): void {
    this.#attemptedAt = performance.now();
  }
}
