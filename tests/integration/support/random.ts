// Randomness that can be repeated: a failing test prints its seed, VISAVIS_TEST_SEED brings it back.

export class Random {
  readonly seed: number;
  #state: number;

  constructor(seed = Number(process.env['VISAVIS_TEST_SEED'] ?? Date.now() % 2 ** 32)) {
    this.seed = seed >>> 0;
    this.#state = this.seed;
  }

  /** From 0 to below 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  /** An integer from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }
  chance(probability: number): boolean {
    return this.next() < probability;
  }
  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }

  /** Runs `body`; a failure names the seed. */
  async told<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      throw new Error(`with VISAVIS_TEST_SEED=${this.seed}: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}
