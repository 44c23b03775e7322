import { LINK_RETRY_BASE_MS, LINK_RETRY_CAP_MS } from '../base/limits.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { Timers } from '../base/timers.ts';

interface Attempt {
  readonly participant: RemoteParticipant;
  readonly cancel: () => void;
}

/** Links of one call that are given up, and when each is made anew. */
export class LinkRetries {
  readonly #timers: Timers;
  readonly #retry: (participant: RemoteParticipant) => void;
  readonly #planned = new Map<string, Attempt>();
  // How often in vain, since the link was up last.
  readonly #counts = new Map<string, number>();

  constructor(timers: Timers, retry: (participant: RemoteParticipant) => void) {
    this.#timers = timers;
    this.#retry = retry;
  }

  /** @param patience How many times longer than usual to wait: the other side may be about to try, too. */
  plan(participant: RemoteParticipant, patience: number): void {
    this.take(participant);
    const count = this.#counts.get(participant.id) ?? 0;
    this.#counts.set(participant.id, count + 1);
    const delayMs = Math.min(LINK_RETRY_CAP_MS, LINK_RETRY_BASE_MS * 2 ** count);
    const cancel = this.#timers.set(() => {
      this.#planned.delete(participant.id);
      this.#retry(participant);
    }, delayMs * patience);
    this.#planned.set(participant.id, { participant, cancel });
  }

  /** There is no link, and one is to be made. */
  isPlanned({ id }: RemoteParticipant): boolean {
    return this.#planned.has(id);
  }

  /** The link has failed since it was up last; perhaps it is being tried again. */
  hasFailed({ id }: RemoteParticipant): boolean {
    return this.#counts.has(id);
  }

  get(id: string): RemoteParticipant | null {
    return this.#planned.get(id)?.participant ?? null;
  }

  get all(): readonly RemoteParticipant[] {
    return [...this.#planned.values()].map(({ participant }) => participant);
  }

  /** Somebody else tries now, or nobody is to try any more. */
  take(participant: RemoteParticipant): void {
    this.#planned.get(participant.id)?.cancel();
    this.#planned.delete(participant.id);
  }

  /** The link is up: the next trouble is another one. */
  succeeded(participant: RemoteParticipant): void {
    this.take(participant);
    this.#counts.delete(participant.id);
  }

  close(): void {
    for (const { cancel } of this.#planned.values()) cancel();
    this.#planned.clear();
  }
}
