import type { CallContext } from './call_context.ts';
import { CallMembers } from './call_members.ts';
import { VisavisError } from '../base/errors.ts';
import { PASSPHRASE_CHARS_MAX } from '../base/limits.ts';
import { deriveRoomKey } from '../link/passphrase.ts';
import type { Knock, Participant, RemovedPerson, Request } from '../base/protocol.ts';
import { assertRoomName } from '../room/room_name.ts';
import { isSame } from '../base/same.ts';

/** What messages tell of a call's room; nothing where the call is none. */
interface RoomNews {
  room?: string | undefined;
  knock?: boolean | undefined;
  knocks?: readonly Knock[] | undefined;
  locked?: boolean | undefined;
  hosts?: readonly string[] | undefined;
  removed?: readonly RemovedPerson[] | undefined;
  room_token?: string | undefined;
}

interface Rules {
  readonly locked: boolean;
  readonly hosts: readonly string[];
  readonly removed: readonly RemovedPerson[];
}

const NO_RULES: Rules = { locked: false, hosts: [], removed: [] };

/** A call as a room: its name, who knocks at it, and who is asked in. */
export abstract class CallRoom extends CallMembers {
  #room: { readonly name: string; readonly knock: boolean } | null = null;
  #knocks: readonly Knock[] = [];
  #rules = NO_RULES;
  #passphrase: string | null = null;
  readonly #context: CallContext;

  protected constructor(context: CallContext) {
    super(context);
    this.#context = context;
  }

  /** The name that leads here, and whether others must knock; null where the call has none. Event `room`. */
  get room(): { readonly name: string; readonly knock: boolean } | null {
    return this.#room;
  }

  /** Who knocks, in the order in which they came. Event `knocks`. */
  get knocks(): readonly Knock[] {
    return this.#knocks;
  }

  /** Nobody new comes in, not even to knock. Event `rules`. */
  get locked(): boolean {
    return this.#rules.locked;
  }

  /**
   * Users who let people in, remove them, and set the room's rules: its creator first, whoever the creator named, and
   * whoever stands in while none of these is inside. Event `rules`.
   */
  get hosts(): readonly string[] {
    return this.#rules.hosts;
  }

  /** Whether we are one of `hosts`. Event `rules`. */
  get isHost(): boolean {
    const { user } = this.#context;
    return user !== null && this.#rules.hosts.includes(user);
  }

  /** Whether we made the room: only then `setHost` works. Event `rules`. */
  get isCreator(): boolean {
    const { user } = this.#context;
    return user !== null && this.#rules.hosts[0] === user;
  }

  /** Who was removed, for hosts; `name` is empty where the server does not know it any more. Event `rules`. */
  get removed(): readonly { readonly user: string; readonly name: string }[] {
    return this.#rules.removed;
  }

  /**
   * Puts a person out of the room, on all their devices; from then on others must knock. They neither enter nor knock
   * again, unless a host invites them. Rejects with a VisavisError: `not_host`, `unknown_participant`, `rate_limited`.
   * @param participant A participant's id.
   */
  async remove(participant: string): Promise<void> {
    await this.#changeRules({ type: 'room.remove', call: this.#joinedId(), participant });
  }

  /** Whether others must knock. Whoever waits is let in by turning it off. Rejects with a VisavisError: `not_host`, `rate_limited`. */
  async setKnock(knock: boolean): Promise<void> {
    await this.#changeRules({ type: 'room.set', call: this.#joinedId(), knock });
  }

  /** Lets nobody new in, or anybody again. Rejects with a VisavisError: `not_host`, `rate_limited`. */
  async lock(locked = true): Promise<void> {
    await this.#changeRules({ type: 'room.set', call: this.#joinedId(), locked });
  }

  /**
   * Names somebody inside a host, or takes it back; only by the room's creator. Rejects with a VisavisError: `not_host`,
   * `unknown_user`, `invalid_field` when there are as many as there may be, `rate_limited`.
   * @param user `Person.user`.
   */
  async setHost(user: string, host: boolean): Promise<void> {
    await this.#changeRules({ type: 'room.host', call: this.#joinedId(), user, host });
  }

  /**
   * Lets somebody in who knocks, or refuses them. Rejects with a VisavisError: `not_host`; `unknown_knock` when somebody
   * else was faster, or they have gone; `call_full`.
   */
  async admit(knock: string, admit: boolean): Promise<void> {
    const call = this.#joinedId();
    const answer = await this.line.ask({ type: 'room.admit', call, knock, admit }, 'room.knocks');
    this.takeRoom(answer);
  }

  /**
   * Gives a call the name that others can join it by. Rejects with a VisavisError: `room_taken`, `invalid_field`.
   * @param options.knock Others must knock. Default false.
   */
  async openRoom(room: string, options: { knock?: boolean } = {}): Promise<void> {
    const call = this.#joinedId();
    assertRoomName(room);
    const { knock = false } = options;
    const answer = await this.line.ask({ type: 'room.open', call, room, knock }, 'room.opened');
    this.line.keep(answer.membership);
    this.takeRoom(answer);
  }

  /**
   * Rings at more people, by `Person.user`; they are `participants` at once, `invited` until they accept. Rejects with
   * a VisavisError: `busy` when all of them are, `unknown_user`, `call_full`, `invalid_field`, or `rate_limited` (with `retryAfterMs`) when
   * we ring too many, or somebody too soon after they did not answer.
   */
  async invite(users: readonly string[]): Promise<void> {
    const call = this.#joinedId();
    const answer = await this.line.ask(
      { type: 'call.invite', call, to: [...users] },
      'call.ringing',
    );
    this.takeOwn(answer);
    this.takeList(answer.participants);
    const busy = new Set(answer.busy);
    if (users.every((user) => busy.has(user))) {
      throw new VisavisError('busy', 'As many calls ring there as may.');
    }
  }

  /**
   * What this side proves to know to everyone else in the room, and asks them to prove; null where there is nothing to
   * prove.
   */
  get passphrase(): string | null {
    return this.#passphrase;
  }

  /** @throws VisavisError `invalid_field` when it is too long */
  protected usePassphrase(passphrase: string | null): void {
    if (!passphrase || !this.#room) return;
    if (passphrase.length > PASSPHRASE_CHARS_MAX) {
      throw new VisavisError('invalid_field', 'The passphrase is too long.');
    }
    this.#passphrase = passphrase;
    const key = deriveRoomKey(this.subtle, this.#room.name, passphrase);
    this.mesh.setRoomKey(key);
    key.catch((error: unknown) => {
      this.giveUp(VisavisError.from(error, 'insecure_context'));
    });
  }

  /** Leaves the call, or the way to it, because of an error. */
  protected abstract giveUp(error: VisavisError): void;

  /** Brings `participants` and what depends on them to what the server says. */
  protected abstract takeList(participants: readonly Participant[]): void;

  /** What a message tells of the room; `room` left out leaves it as it is. */
  protected takeRoom(news: RoomNews): void {
    const { room, knock = false, knocks, locked = false, hosts, removed = [] } = news;
    if (room !== undefined) this.setRoom({ name: room, knock });
    if (hosts !== undefined) this.#setRules({ locked, hosts, removed });
    if (knocks !== undefined) this.#setKnocks(knocks);
    const name = this.#room?.name;
    if (news.room_token !== undefined && name !== undefined) {
      this.#context.roomTokens.keep(name, news.room_token);
    }
  }

  /** We may not come in any more. */
  protected forgetRoom(): void {
    if (this.#room) this.#context.roomTokens.forget(this.#room.name);
  }

  protected setRoom(room: { name: string; knock: boolean } | null): void {
    if (isSame(this.#room, room)) return;
    this.#room = room;
    if (room === null) {
      this.#setKnocks([]);
      this.#setRules(NO_RULES);
    }
    // Whoever comes by the link later is told what was written from now on; a call without one keeps its words.
    else this.chat.setSharesHistory(true);
    this.emit('room');
  }

  async #changeRules(
    message: Extract<Request, { type: 'room.remove' | 'room.set' | 'room.host' }>,
  ): Promise<void> {
    const answer = await this.line.ask(message, 'room.rules');
    this.line.keep(answer.membership);
    this.takeRoom(answer);
  }

  #setRules(rules: Rules): void {
    if (JSON.stringify(this.#rules) === JSON.stringify(rules)) return;
    this.#rules = structuredClone(rules);
    this.emit('rules');
  }

  #setKnocks(knocks: readonly Knock[]): void {
    const same = JSON.stringify(knocks) === JSON.stringify(this.#knocks);
    if (same) return;
    this.#knocks = knocks.map(({ knock, user, name, confusable = false }) => ({
      knock,
      user,
      name,
      confusable,
    }));
    this.emit('knocks');
  }

  /** @throws VisavisError `invalid_state` */
  #joinedId(): string {
    if (this.id === null || !this.joined || this.state === 'ended') {
      throw new VisavisError('invalid_state', 'We are not in this call.');
    }
    return this.id;
  }
}
