import { RemoteParticipant } from './participant.ts';
import type { Participant } from './protocol.ts';

/** The other participants of a call, in the order in which they were added. */
export class Roster {
  readonly #createStream: () => MediaStream;
  readonly #others = new Map<string, RemoteParticipant>();

  constructor(createStream: () => MediaStream) {
    this.#createStream = createStream;
  }

  get size(): number {
    return this.#others.size;
  }

  list(): RemoteParticipant[] {
    return [...this.#others.values()];
  }

  get(id: string): RemoteParticipant | null {
    return this.#others.get(id) ?? null;
  }

  /** Brings the list to what the server says. Returns who is not in it any more. */
  apply(participants: readonly Participant[], self: string | null): RemoteParticipant[] {
    const present = new Set(participants.map(({ participant }) => participant));
    const gone = this.list().filter(({ id }) => !present.has(id));
    for (const { id } of gone) this.remove(id);
    for (const { participant: id, user, name, state } of participants) {
      if (id === self) continue;
      let other = this.#others.get(id);
      if (!other) {
        other = new RemoteParticipant(id, user, name, this.#createStream());
        this.#others.set(id, other);
      }
      other.update({ name, state });
    }
    return gone;
  }

  /** Returns who that was; null if nobody. */
  remove(id: string): RemoteParticipant | null {
    const other = this.get(id);
    this.#others.delete(id);
    other?.update({ state: 'left' });
    return other;
  }
}
