import { Emitter } from '../base/emitter.ts';
import type { Participant } from '../base/protocol.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { Roster } from './roster.ts';

interface PeopleEvents {
  participants: void;
  /** Somebody else has joined. */
  joined: void;
}

/** The link to them is closed for good. */
export function isShutOut({ trust, link }: RemoteParticipant): boolean {
  return trust === 'refused' || link === 'removed';
}

/** Who is in a call beside us: what the server says of them, and a link to each who has joined. */
export class CallPeople extends Emitter<PeopleEvents> {
  readonly #roster: Roster;
  readonly #mesh: Mesh;
  #self: string | null = null;
  #caller: string | null = null;

  constructor(roster: Roster, mesh: Mesh) {
    super();
    this.#roster = roster;
    this.#mesh = mesh;
  }

  /** The others, not ended; once the call has ended, those who were there last. */
  list(): RemoteParticipant[] {
    return this.#roster.list();
  }

  get size(): number {
    return this.#roster.size;
  }

  /** Who calls, if it is not us. */
  get caller(): RemoteParticipant | null {
    return this.#caller === null ? null : this.#roster.get(this.#caller);
  }

  /** Whoever has joined, and not in vain. */
  get isSomeoneThere(): boolean {
    return this.list().some((other) => other.state === 'joined' && !isShutOut(other));
  }

  /** The server knows nobody of them, and they may still come back there. */
  isAbsent(other: RemoteParticipant): boolean {
    return this.#roster.isAbsent(other.id);
  }

  awaitAll(): void {
    this.#roster.awaitAll();
  }

  /** Which participant we are. */
  become(self: string): void {
    this.#self = self;
  }

  calledBy(caller: string | null): void {
    this.#caller = caller;
  }

  /**
   * Brings the list to what the server says.
   * @param weAreIn Whether we link to those who have joined.
   * @param weJoin Whether this is the moment we join: who is in it already joined before us.
   */
  apply(participants: readonly Participant[], weAreIn: boolean, weJoin = false): void {
    const before = this.#unknownBeforeUs(participants);
    const { gone, back } = this.#roster.apply(participants, this.#self);
    for (const other of gone) this.#mesh.disconnect(other);
    for (const other of back) this.#mesh.serverRestarted(other);
    for (const other of this.list()) {
      if (other.state !== 'joined' || !weAreIn) continue;
      this.emit('joined');
      this.#mesh.connect(other, weJoin || before.has(other.id));
    }
    this.emit('participants');
  }

  remove(id: string): void {
    const gone = this.#roster.remove(id);
    if (!gone) return;
    this.#mesh.disconnect(gone);
    this.emit('participants');
  }

  /** Nobody here is who they were to us. Telling it is the caller's: who is still there has not left. */
  forgetEveryone(): void {
    for (const { id } of this.list()) {
      const gone = this.#roster.remove(id);
      if (gone) this.#mesh.disconnect(gone);
    }
  }

  tellAll(): void {
    this.emit('participants');
  }

  /** Who joined before us, and comes back after a restart of the server during which we came in. */
  #unknownBeforeUs(participants: readonly Participant[]): ReadonlySet<string> {
    const ids = participants.map(({ participant }) => participant);
    const before = ids.slice(0, Math.max(0, ids.indexOf(this.#self ?? '')));
    return new Set(before.filter((id) => this.#roster.get(id) === null));
  }
}
