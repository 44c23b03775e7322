import { type Call, generateRoomName, type LocalMedia, roomLink } from '@visavis/client';

import type { Address } from '../navigation/address.ts';
import type { Memory } from '../navigation/memory.ts';
import { parseRoomInput, parseRoute } from '../navigation/route.ts';
import type { Session } from './session.ts';
import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { strings } from '../strings/strings.ts';
import { type LookThrough, RoomEntry } from './room_entry.ts';

const LOBBY = '/';

/** Why somebody who was inside did not get in again: what to do about it is said at the door. */
const TURNED_AWAY: ReadonlySet<string> = new Set([
  'passphrase_needed',
  'passphrase_wrong',
  'room_refused',
  'room_removed',
  'room_locked',
  'room_elsewhere',
  'room_limit',
  'call_full',
  'call_limit',
  'rate_limited',
  'draining',
]);

/** The room goes by other rules than those we came in by. */
class RulesChanged extends Error {
  readonly code = 'room_rules';
}

export interface NewRoom {
  readonly knock: boolean;
  readonly passphrase: string | null;
}

interface RoomFlowOptions extends LookThrough {
  readonly session: Session;
  readonly media: Public<LocalMedia>;
  readonly memory: Memory;
  readonly address: Address;
  /** The page is there because somebody pressed reload. */
  readonly reloaded: boolean;
  /** A call into a room begins. */
  readonly onCall: (call: Public<Call>) => void;
}

/** From a link to a call and back: which room the address leads to, and how one gets in. */
export class RoomFlow extends Observable {
  readonly #options: RoomFlowOptions;
  #entry: RoomEntry | null = null;
  #offEntry: (() => void) | null = null;
  #bad = false;
  #entering = false;
  #direct = false;
  #inputProblem: string | null = null;
  #wished = false;

  constructor(options: RoomFlowOptions) {
    super();
    this.#options = options;
  }

  /** The room that the address leads to. */
  get entry(): RoomEntry | null {
    return this.#entry;
  }

  /** The address is that of a room, and none can have that name. */
  get bad(): boolean {
    return this.#bad;
  }

  /** We are on the way in. */
  get entering(): boolean {
    return this.#entering;
  }

  /** On the way in without a preview: the room is our own, or we were in it a moment ago. */
  get direct(): boolean {
    return this.#direct;
  }

  /** What is wrong with the link that was typed in the lobby, in words. */
  get inputProblem(): string | null {
    return this.#inputProblem;
  }

  /** Looks where the address leads. Returns whether that is no lobby. */
  start(): boolean {
    this.#show();
    const { memory, reloaded } = this.#options;
    const entry = this.#entry;
    if (entry && reloaded && memory.joined && memory.name !== '' && memory.room === entry.room) {
      this.#direct = true;
      void this.enter(memory.name, entry.passphrase);
    }
    return entry !== null || this.#bad;
  }

  /** The person went back or forward. Returns whether that leads elsewhere. */
  moved(): boolean {
    const route = parseRoute(this.#options.address.url);
    if (route.name === 'room' && route.room === this.#entry?.room) {
      if (!this.#entering) this.#entry.setPassphrase(route.passphrase);
      return false;
    }
    this.#show();
    return true;
  }

  /** Makes a room and goes into it. */
  create({ knock, passphrase }: NewRoom): void {
    this.#bad = false;
    this.#takeEntry(this.#newEntry(generateRoomName(), passphrase));
    this.#options.address.push(this.#link);
    this.#direct = true;
    this.#call(knock);
  }

  /** Somebody without a name yet wants a room of their own. */
  wishForRoom(): void {
    this.#wished = true;
  }

  /** Whether somebody wished for a room; once. */
  takeWish(): boolean {
    const wished = this.#wished;
    this.#wished = false;
    return wished;
  }

  /** Goes before the door of the room that somebody typed or pasted. */
  go(text: string): void {
    const { address } = this.#options;
    const found = parseRoomInput(text, address.url.origin);
    this.#inputProblem = found === null ? strings.rooms.goBad : null;
    if (found) {
      address.push(roomLink('', found.room, found.passphrase));
      this.#show();
    }
    this.changed();
  }

  /** Goes in, under a name that the server may not know yet. */
  async enter(name: string, passphrase: string | null): Promise<void> {
    const entry = this.#entry;
    if (!entry || this.#entering || entry.pauseSeconds > 0) return;
    this.#entering = true;
    entry.forgetProblem();
    entry.setPassphrase(passphrase);
    this.#options.address.replace(this.#link);
    this.changed();
    const welcome = await this.#introduce(name);
    if (this.#entry !== entry) return;
    if (welcome) {
      this.#call(false);
      return;
    }
    this.#entering = false;
    this.#direct = false;
    entry.startLooking();
    this.changed();
  }

  /** Goes in again, with what we know from before. */
  enterAgain(): void {
    if (!this.#entry || this.#entering) return;
    this.#direct = true;
    this.#call(false);
  }

  /** A call fills the screen; once it has a name, the address is that room's. */
  follow(call: Public<Call>): () => void {
    this.#takeName(call);
    return call.on('room', () => {
      this.#takeName(call);
    });
  }

  /** A call of the screen is over. Returns whether what follows is the door of its room, not its end screen. */
  ended(call: Public<Call>, byUs: boolean): boolean {
    const { memory } = this.#options;
    this.#entering = false;
    this.#direct = false;
    if (byUs) memory.rememberRoom(null);
    const entry = this.#entry;
    if (!entry || (call.room === null && call.direction !== 'room')) return false;
    const wasIn = call.connectedAt !== null;
    const turnedAway = TURNED_AWAY.has(call.error?.code ?? '');
    const changedRules = call.endReason === 'room_rules';
    const failed = changedRules || (call.endReason === 'error' && (turnedAway || !wasIn));
    const gaveUp = call.direction === 'room' && call.endReason === 'cancelled';
    if (call.endReason === 'removed') memory.rememberRoom(null);
    if (!failed && !gaveUp) return false;
    memory.rememberRoom(null);
    if (failed) entry.fail(changedRules ? new RulesChanged() : call.error);
    entry.startLooking();
    this.changed();
    return true;
  }

  /** To the lobby, by a step that the back button undoes. */
  leave(): void {
    const { address, memory } = this.#options;
    memory.rememberRoom(null);
    if (address.url.pathname !== LOBBY) address.push(LOBBY);
    this.#show();
  }

  get #link(): string {
    return this.#entry ? roomLink('', this.#entry.room, this.#entry.passphrase) : LOBBY;
  }

  #show(): void {
    const route = parseRoute(this.#options.address.url);
    this.#entering = false;
    this.#direct = false;
    this.#inputProblem = null;
    this.#bad = route.name === 'bad_room';
    this.#takeEntry(route.name === 'room' ? this.#newEntry(route.room, route.passphrase) : null);
    this.#entry?.startLooking();
    this.changed();
  }

  #newEntry(room: string, passphrase: string | null): RoomEntry {
    return new RoomEntry(room, passphrase, this.#options);
  }

  #takeEntry(entry: RoomEntry | null): void {
    this.#entry?.leave();
    this.#offEntry?.();
    this.#entry = entry;
    this.#offEntry =
      entry?.subscribe(() => {
        this.changed();
      }) ?? null;
  }

  /** Is somebody at the server under that name, or becomes so. */
  async #introduce(name: string): Promise<boolean> {
    const { session } = this.#options;
    if (session.client === null || session.client.state === 'closed') return session.join(name);
    try {
      const wanted = name.trim();
      if (wanted !== '' && wanted !== session.name) await session.rename(wanted);
      return true;
    } catch (error) {
      this.#entry?.fail(error);
      return false;
    }
  }

  #call(knock: boolean): void {
    const { session, media } = this.#options;
    const entry = this.#entry;
    if (!entry || !session.client) return;
    this.#entering = true;
    entry.stopLooking();
    try {
      const { room, passphrase } = entry;
      const call = session.client.joinRoom(room, {
        media: media as LocalMedia,
        knock,
        passphrase,
      });
      this.#options.onCall(call);
    } catch (error) {
      this.#entering = false;
      this.#direct = false;
      entry.fail(error);
      entry.startLooking();
    }
    this.changed();
  }

  /** The address follows the call, so that a reload and a copied address lead where one is. */
  #takeName(call: Public<Call>): void {
    const { address, memory } = this.#options;
    const name = call.room?.name ?? null;
    if (name === null) {
      if (call.direction === 'room') return;
      this.#bad = false;
      this.#takeEntry(null);
      if (address.url.pathname !== LOBBY) address.replace(LOBBY);
      return;
    }
    memory.rememberRoom(name);
    if (this.#entry?.room === name) {
      this.#entry.stopLooking();
      return;
    }
    this.#takeEntry(this.#newEntry(name, call.passphrase));
    address.push(this.#link);
    this.changed();
  }
}
