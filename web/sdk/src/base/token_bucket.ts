/** Lets `burst` things pass at once and `perSecond` more every second. */
export class TokenBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #at = performance.now();

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
  }

  /** Whether `count` more may pass now. */
  has(count = 1): boolean {
    const now = performance.now();
    const grown = this.#tokens + ((now - this.#at) / 1_000) * this.#perSecond;
    this.#tokens = Math.min(this.#burst, grown);
    this.#at = now;
    return this.#tokens >= count;
  }

  /** Whether `count` more may pass now; counts them if so. */
  take(count = 1): boolean {
    if (!this.has(count)) return false;
    this.#tokens -= count;
    return true;
  }

  /** Nothing passes before new tokens have grown. */
  drain(): void {
    this.#tokens = 0;
    this.#at = performance.now();
  }
}
