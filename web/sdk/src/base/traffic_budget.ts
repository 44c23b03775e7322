import { TokenBucket } from './token_bucket.ts';

/** How much may come at once, and how much more every second. */
export interface TrafficRate {
  readonly messages: number;
  readonly messagesPerSecond: number;
  readonly bytes: number;
  readonly bytesPerSecond: number;
}

/**
 * How much traffic somebody may cause, by messages and bytes. What they were asked for, such as the pieces of a file that
 * we have accepted, is paid by whoever asked: `expect` lets it pass beside the rate.
 */
export class TrafficBudget {
  readonly #rate: TrafficRate;
  readonly #messages: TokenBucket;
  readonly #bytes: TokenBucket;
  #expectedMessages = 0;
  #expectedBytes = 0;

  constructor(rate: TrafficRate) {
    this.#rate = rate;
    this.#messages = new TokenBucket(rate.messages, rate.messagesPerSecond);
    this.#bytes = new TokenBucket(rate.bytes, rate.bytesPerSecond);
  }

  /** Whether a message of so many bytes may pass now. */
  has(bytes: number): boolean {
    return this.isExpected(bytes) || (this.#messages.has() && this.#bytes.has(bytes));
  }

  /** Whether a message of so many bytes may pass now; counts it if so. */
  take(bytes: number): boolean {
    if (this.isExpected(bytes)) {
      this.#expectedMessages -= 1;
      this.#expectedBytes -= bytes;
      return true;
    }
    if (!this.has(bytes)) return false;
    this.#messages.take();
    this.#bytes.take(bytes);
    return true;
  }

  /** Whether a message of so many bytes is part of what we have asked for. */
  isExpected(bytes: number): boolean {
    return this.#expectedMessages >= 1 && this.#expectedBytes >= bytes;
  }

  /** We have asked for so much. What is left of it when more is asked for goes on counting, up to a hundred bursts. */
  expect(messages: number, bytes: number): void {
    const most = 100;
    this.#expectedMessages = Math.min(
      most * this.#rate.messages,
      this.#expectedMessages + messages,
    );
    this.#expectedBytes = Math.min(most * this.#rate.bytes, this.#expectedBytes + bytes);
  }

  /** Nothing passes before the rate lets it. */
  drain(): void {
    this.#messages.drain();
    this.#bytes.drain();
    this.#expectedMessages = this.#expectedBytes = 0;
  }
}
