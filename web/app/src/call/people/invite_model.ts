import { type Call, generateRoomName, type Person, VisavisError } from '@visavis/client';

import { Observable } from '../../base/observable.ts';
import type { Public } from '../../base/public.ts';
import { withoutWait } from '../../base/without_wait.ts';
import type { LobbyEntry, LobbyViewModel } from '../../people/lobby_view_model.ts';
import { roomWords } from '../../strings/stage.ts';

/** Getting others into a call that is under way: from the list of people online, or by a link. */
export class InviteModel extends Observable {
  readonly #call: Public<Call>;
  readonly #lobby: LobbyViewModel | null;
  readonly #asking = new Set<string>();
  #opening = false;
  #problem: string | null = null;

  constructor(call: Public<Call>, lobby: LobbyViewModel | null) {
    super();
    this.#call = call;
    this.#lobby = lobby;
  }

  /** What went wrong last, in words. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The link is being made. */
  get opening(): boolean {
    return this.#opening;
  }

  /** People online who are not in this call. `obstacle` says why they cannot be invited now. */
  get entries(): readonly LobbyEntry[] {
    const inside = new Set(this.#call.participants.map(({ user }) => user));
    const entries = this.#lobby?.entries ?? [];
    return entries.filter(({ person }) => !inside.has(person.user));
  }

  isAsking(person: Person): boolean {
    return this.#asking.has(person.user);
  }

  async invite(person: Person): Promise<void> {
    if (this.#asking.has(person.user)) return;
    this.#asking.add(person.user);
    await this.#try(() => this.#call.invite([person.user]), person);
    this.#asking.delete(person.user);
    this.changed();
  }

  /** Gives the call a name, and with it a link. */
  async openRoom(): Promise<void> {
    if (this.#opening) return;
    this.#opening = true;
    await this.#try(() => this.#call.openRoom(generateRoomName()));
    this.#opening = false;
    this.changed();
  }

  async #try(act: () => Promise<void>, whom: Person | null = null): Promise<void> {
    this.#problem = null;
    this.changed();
    try {
      await act();
    } catch (error) {
      this.#problem = inWords(error);
      const waitMs = error instanceof VisavisError ? error.retryAfterMs : null;
      if (whom && waitMs !== null) this.#lobby?.pauses.begin([whom.user], waitMs);
    }
  }
}

function inWords(error: unknown): string {
  const { failed } = roomWords.people;
  if (error instanceof VisavisError && error.retryAfterMs !== null)
    return withoutWait(error.message);
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'not_host') return failed.not_host;
  if (code === 'call_full') return failed.call_full;
  if (code === 'unknown_user') return failed.unknown_user;
  if (code === 'busy') return failed.busy;
  if (code === 'room_taken') return failed.room_taken;
  return failed.other;
}
