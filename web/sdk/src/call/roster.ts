import { RemoteParticipant } from '../link/participant.ts';
import type { Participant } from '../base/protocol.ts';

/**
 * The other participants of a call, in the order in which they were added. After a restart of the server, those who are
 * not back there yet are in it, too.
 */
export class Roster {
  readonly #createStream: () => MediaStream;
  readonly #others = new Map<string, RemoteParticipant>();
  readonly #absent = new Set<string>();

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

  /** The server knows nobody any more: nobody is gone because it does not name them, until it has named them again. */
  awaitAll(): void {
    for (const id of this.#others.keys()) this.#absent.add(id);
  }

  isAbsent(id: string): boolean {
    return this.#absent.has(id);
  }

  /** Brings the list to what the server says. Returns who is not in it any more, and who is back. */
  apply(
    participants: readonly Participant[],
    self: string | null,
  ): { gone: RemoteParticipant[]; back: RemoteParticipant[] } {
    const present = new Set(participants.map(({ participant }) => participant));
    const gone = this.list().filter(({ id }) => !present.has(id) && !this.#absent.has(id));
    const back = this.list().filter(({ id }) => present.has(id) && this.#absent.delete(id));
    for (const { id } of gone) this.remove(id);
    for (const { participant: id, user, name, confusable = false, state } of participants) {
      if (id === self) continue;
      let other = this.#others.get(id);
      if (!other) {
        other = new RemoteParticipant(id, user, name, {
          stream: this.#createStream(),
          screen: this.#createStream(),
        });
        this.#others.set(id, other);
      }
      other.update({ name, confusable, state });
    }
    return { gone, back };
  }

  /** Returns who that was; null if nobody. */
  remove(id: string): RemoteParticipant | null {
    const other = this.get(id);
    this.#others.delete(id);
    this.#absent.delete(id);
    other?.update({ state: 'left' });
    return other;
  }
}
