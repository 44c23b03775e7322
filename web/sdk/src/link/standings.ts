import { InboundQueue } from '../base/inbound_queue.ts';
import { STANDINGS_KEPT_MAX } from '../base/limits.ts';
import type { RemoteParticipant } from './participant.ts';
import { SignalGuard } from './signal_guard.ts';
import { Slices, type Soon } from '../base/slices.ts';

/** What one participant has used up of what they may cause here. */
export interface Standing {
  readonly inbound: InboundQueue;
  readonly guard: SignalGuard;
}

/**
 * The standings of the participants of one call. Whoever leaves and comes back as another participant goes on with what
 * they had used up: the server says who is the same person.
 */
export class Standings {
  readonly #slices: Slices;
  readonly #present = new Map<string, Standing>();
  // By person: of those who have left, the last ones.
  readonly #absent = new Map<string, Standing>();

  constructor(soon: Soon) {
    this.#slices = new Slices(soon);
  }

  of({ id, user }: RemoteParticipant): Standing {
    let standing = this.#present.get(id);
    if (!standing) {
      standing = this.#comeBack(user) ?? {
        inbound: new InboundQueue(this.#slices),
        guard: new SignalGuard(),
      };
      this.#present.set(id, standing);
    }
    return standing;
  }

  left({ id, user }: RemoteParticipant): void {
    const standing = this.#present.get(id);
    if (!standing) return;
    standing.inbound.onFlood = standing.guard.onFlood = standing.guard.onRefusal = null;
    this.#present.delete(id);
    this.#absent.delete(user);
    this.#absent.set(user, standing);
    const [oldest] = this.#absent.keys();
    if (this.#absent.size > STANDINGS_KEPT_MAX && oldest !== undefined) this.#absent.delete(oldest);
  }

  /** The call is over. */
  close(): void {
    for (const { inbound } of this.#present.values()) inbound.close();
    this.#present.clear();
    this.#absent.clear();
  }

  #comeBack(user: string): Standing | null {
    const standing = this.#absent.get(user);
    if (!standing) return null;
    this.#absent.delete(user);
    standing.inbound.reopen();
    standing.guard.reopen();
    return standing;
  }
}
