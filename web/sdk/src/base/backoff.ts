/** Delays between attempts: the first is none, then full jitter below a bound that doubles up to a cap. */
export class Backoff {
  readonly #baseMs: number;
  readonly #capMs: number;
  readonly #random: () => number;
  #attempts = 0;

  constructor(options: { baseMs: number; capMs: number; random: () => number }) {
    this.#baseMs = options.baseMs;
    this.#capMs = options.capMs;
    this.#random = options.random;
  }

  nextMs(): number {
    const attempt = this.#attempts++;
    if (attempt === 0) return 0;
    return this.#random() * Math.min(this.#capMs, this.#baseMs * 2 ** (attempt - 1));
  }

  reset(): void {
    this.#attempts = 0;
  }
}
