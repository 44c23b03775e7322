import { LINK_CHECK_INTERVAL_MS, STALL_AFTER_MS } from '../base/limits.ts';

/**
 * Notices that nothing arrives on a path that says it is connected: browsers need five seconds and more to say
 * otherwise. Only once the other side has shown that it always sends something.
 */
export class StallDetector {
  #expected = false;
  #bytes: number | null = null;
  #grewAt = performance.now();
  #observedAt = performance.now();
  #stalled = false;

  get stalled(): boolean {
    return this.#stalled;
  }

  /** Whether nothing has been seen to arrive for so long, on a path where something always should. */
  isSilent(forMs: number): boolean {
    return this.#expected && performance.now() - this.#grewAt >= forMs;
  }

  /** The other side says `alive` at regular times: from now on silence means something. */
  expectTraffic(): void {
    this.#expected = true;
  }

  /** @param bytes All that has arrived so far. */
  observe(bytes: number): void {
    const now = performance.now();
    // When we ourselves were asleep, nothing can be said about what arrived meanwhile.
    const slept = now - this.#observedAt > 4 * LINK_CHECK_INTERVAL_MS;
    this.#observedAt = now;
    if (bytes !== this.#bytes || slept) this.#grewAt = now;
    this.#bytes = bytes;
    this.#stalled = this.isSilent(STALL_AFTER_MS);
  }

  /** Another path, another count. What the other side does is known all the same. */
  reset(): void {
    this.#bytes = null;
    this.#grewAt = performance.now();
    this.#observedAt = performance.now();
    this.#stalled = false;
  }
}
