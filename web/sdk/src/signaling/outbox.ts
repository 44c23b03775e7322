import { VisavisError } from '../base/errors.ts';
import { UNACKNOWLEDGED_BYTES_MAX, UNACKNOWLEDGED_MESSAGES_MAX } from '../base/limits.ts';

interface Kept {
  readonly text: string;
  readonly bytes: number;
}

/**
 * Counted messages of this side, kept until the other side has them (PROTOCOL.md section 3). Numbers are
 * implicit: the first message of a session is 1.
 */
export class Outbox {
  #kept: Kept[] = [];
  #keptBytes = 0;
  // The number of the last message that was acknowledged, and of the last that the socket took.
  #acknowledged = 0;
  #sent = 0;

  /** Throws `queue_full` and keeps nothing when a limit is reached. */
  push(text: string, bytes: number): void {
    if (
      this.#kept.length >= UNACKNOWLEDGED_MESSAGES_MAX ||
      this.#keptBytes + bytes > UNACKNOWLEDGED_BYTES_MAX
    ) {
      throw new VisavisError('queue_full', 'Too much waits for the server to come back.');
    }
    this.#kept.push({ text, bytes });
    this.#keptBytes += bytes;
  }

  /** Hands over what this socket has not been given yet, in order. */
  flush(write: (text: string) => void): void {
    for (const { text } of this.#kept.slice(this.#sent - this.#acknowledged)) {
      write(text);
      this.#sent += 1;
    }
  }

  /** Forgets everything up to the message numbered `received`. */
  acknowledge(received: number): void {
    const count = Math.min(received, this.#sent) - this.#acknowledged;
    if (count <= 0) return;
    for (const { bytes } of this.#kept.splice(0, count)) this.#keptBytes -= bytes;
    this.#acknowledged += count;
  }

  /** A new socket of the same session, whose other side has everything up to `received`. */
  rewind(received: number): void {
    this.acknowledge(received);
    this.#sent = this.#acknowledged;
  }

  /** A new session: what waited was meant for the old one. */
  clear(): void {
    this.#kept = [];
    this.#keptBytes = 0;
    this.#acknowledged = 0;
    this.#sent = 0;
  }
}
