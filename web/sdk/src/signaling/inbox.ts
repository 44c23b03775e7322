import { ACK_AFTER_BYTES, ACK_AFTER_MESSAGES } from '../base/limits.ts';

/** Counts what arrives, and says when it is time to tell the other side (PROTOCOL.md section 3). */
export class Inbox {
  #received = 0;
  #told = 0;
  #untoldBytes = 0;

  /** A counted message of so many bytes arrived. Returns whether an `ack` is due now. */
  count(bytes: number): boolean {
    this.#received += 1;
    this.#untoldBytes += bytes;
    return (
      this.#received - this.#told >= ACK_AFTER_MESSAGES || this.#untoldBytes >= ACK_AFTER_BYTES
    );
  }

  /** The number to put into a message that tells it. */
  tell(): number {
    this.#told = this.#received;
    this.#untoldBytes = 0;
    return this.#received;
  }

  /** A new session counts from zero. */
  clear(): void {
    this.#received = 0;
    this.tell();
  }
}
