import { VisavisError } from '../base/errors.ts';
import { PENDING_REQUESTS_MAX } from '../base/limits.ts';
import type { ServerMessage } from '../base/protocol.ts';

/** What came of a request. */
export type Answer = Exclude<ServerMessage, { type: 'error' }> | VisavisError;

/** Who waits for which answer. An answer carries the `id` of its request (PROTOCOL.md section 1). */
export class PendingRequests {
  #lastId = 0;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  // Of messages that are answered only when they fail; in the order of their ids.
  readonly #optional = new Map<number, (error: VisavisError) => void>();

  /** Returns the request's id. Throws `queue_full` when too many wait. */
  add(onAnswer: (answer: Answer) => void): number {
    if (this.#waiting.size >= PENDING_REQUESTS_MAX) {
      throw new VisavisError('queue_full', 'Too many requests wait for their answers.');
    }
    const id = ++this.#lastId;
    this.#waiting.set(id, onAnswer);
    return id;
  }

  /** Returns the message's id. The oldest such entry is forgotten when there are too many. */
  addOptional(onError: (error: VisavisError) => void): number {
    if (this.#optional.size >= PENDING_REQUESTS_MAX) {
      const [oldest] = this.#optional.keys();
      if (oldest !== undefined) this.#optional.delete(oldest);
    }
    const id = ++this.#lastId;
    this.#optional.set(id, onError);
    return id;
  }

  forget(id: number): void {
    this.#waiting.delete(id);
    this.#optional.delete(id);
  }

  /** Returns whether somebody waited for this message. */
  settle(message: ServerMessage): boolean {
    const id = 'id' in message ? message.id : undefined;
    if (id === undefined) return false;
    const onAnswer = this.#waiting.get(id);
    const onError = this.#optional.get(id);
    this.forget(id);
    this.#forgetOptionalBefore(id);
    if (message.type !== 'error') {
      onAnswer?.(message);
      return onAnswer !== undefined;
    }
    const error = VisavisError.ofServer(message);
    onAnswer?.(error);
    onError?.(error);
    return onAnswer !== undefined || onError !== undefined;
  }

  /** Answers come in the order of what they answer (PROTOCOL.md section 1): what was sent before did not fail. */
  #forgetOptionalBefore(answered: number): void {
    for (const id of this.#optional.keys()) {
      if (id > answered) return;
      this.#optional.delete(id);
    }
  }

  failAll(error: VisavisError): void {
    const waiting = [...this.#waiting.values(), ...this.#optional.values()];
    this.#waiting.clear();
    this.#optional.clear();
    for (const fail of waiting) fail(error);
  }
}
