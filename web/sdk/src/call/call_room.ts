import type { CallLine } from './call_line.ts';
import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import { PASSPHRASE_CHARS_MAX } from '../base/limits.ts';
import { isSame } from '../base/same.ts';
import { deriveRoomKey } from '../link/passphrase.ts';
import type { Knock, RemovedPerson, Request } from '../base/protocol.ts';
import { assertRoomName } from '../room/room_name.ts';
import type { RoomTokenStore } from '../room/room_token_store.ts';

/** What messages tell of a call's room; nothing where the call is none. */
export interface RoomNews {
  room?: string | undefined;
  knock?: boolean | undefined;
  knocks?: readonly Knock[] | undefined;
  locked?: boolean | undefined;
  hosts?: readonly string[] | undefined;
  removed?: readonly RemovedPerson[] | undefined;
  room_token?: string | undefined;
}

export interface RoomPlace {
  readonly name: string;
  readonly knock: boolean;
}

interface Rules {
  readonly locked: boolean;
  readonly hosts: readonly string[];
  readonly removed: readonly RemovedPerson[];
}

interface RoomEvents {
  /** `place` changed. */
  room: void;
  knocks: void;
  /** `rules` changed. */
  rules: void;
}

type RulesRequest = Extract<Request, { type: 'room.remove' | 'room.set' | 'room.host' }>;

const NO_RULES: Rules = { locked: false, hosts: [], removed: [] };

/** The room that a call is: its name, who knocks at it, by which rules it goes, and what is asked of the server about them. */
export class CallRoom extends Emitter<RoomEvents> {
  readonly #line: CallLine;
  readonly #tokens: Pick<RoomTokenStore, 'keep' | 'forget'>;
  #place: RoomPlace | null = null;
  #knocks: readonly Knock[] = [];
  #rules = NO_RULES;
  #passphrase: string | null = null;

  constructor(line: CallLine, tokens: Pick<RoomTokenStore, 'keep' | 'forget'>) {
    super();
    this.#line = line;
    this.#tokens = tokens;
  }

  /** Null: the call has no name. */
  get place(): RoomPlace | null {
    return this.#place;
  }

  get knocks(): readonly Knock[] {
    return this.#knocks;
  }

  get rules(): Rules {
    return this.#rules;
  }

  get passphrase(): string | null {
    return this.#passphrase;
  }

  /** What a message tells of it; `room` left out leaves the name as it is. */
  take(news: RoomNews): void {
    const { room, knock = false, knocks, locked = false, hosts, removed = [] } = news;
    if (room !== undefined) this.setPlace({ name: room, knock });
    if (hosts !== undefined) this.#setRules({ locked, hosts, removed });
    if (knocks !== undefined) this.#setKnocks(knocks);
    const name = this.#place?.name;
    if (news.room_token !== undefined && name !== undefined)
      this.#tokens.keep(name, news.room_token);
  }

  setPlace(place: RoomPlace | null): void {
    if (isSame(this.#place, place)) return;
    this.#place = place;
    if (place === null) {
      this.#setKnocks([]);
      this.#setRules(NO_RULES);
    }
    this.emit('room');
  }

  /** We may not come in any more. */
  forget(): void {
    if (this.#place) this.#tokens.forget(this.#place.name);
  }

  /**
   * The key that everyone must prove to have; null where there is nothing to prove.
   * @throws VisavisError `invalid_field` when the passphrase is too long
   */
  usePassphrase(passphrase: string | null, subtle: SubtleCrypto | null): Promise<CryptoKey> | null {
    if (!passphrase || !this.#place) return null;
    if (passphrase.length > PASSPHRASE_CHARS_MAX) {
      throw new VisavisError('invalid_field', 'The passphrase is too long.');
    }
    this.#passphrase = passphrase;
    return deriveRoomKey(subtle, this.#place.name, passphrase);
  }

  async changeRules(message: RulesRequest): Promise<void> {
    const answer = await this.#line.ask(message, 'room.rules');
    this.#line.keep(answer.membership);
    this.take(answer);
  }

  async admit(call: string, knock: string, admit: boolean): Promise<void> {
    const answer = await this.#line.ask({ type: 'room.admit', call, knock, admit }, 'room.knocks');
    this.take(answer);
  }

  async open(call: string, room: string, knock: boolean): Promise<void> {
    assertRoomName(room);
    const answer = await this.#line.ask({ type: 'room.open', call, room, knock }, 'room.opened');
    this.#line.keep(answer.membership);
    this.take(answer);
  }

  #setRules(rules: Rules): void {
    if (JSON.stringify(this.#rules) === JSON.stringify(rules)) return;
    this.#rules = structuredClone(rules);
    this.emit('rules');
  }

  #setKnocks(knocks: readonly Knock[]): void {
    if (JSON.stringify(knocks) === JSON.stringify(this.#knocks)) return;
    this.#knocks = knocks.map(({ knock, user, name, confusable = false }) => ({
      knock,
      user,
      name,
      confusable,
    }));
    this.emit('knocks');
  }
}
