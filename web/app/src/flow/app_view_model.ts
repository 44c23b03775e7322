import type { Call, LocalMedia, Person, VisavisClient } from '@visavis/client';

import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { CheckFlow } from '../check/check_flow.ts';
import type { EndSummary } from '../ended/end_summary.ts';
import type { LobbyViewModel } from '../people/lobby_view_model.ts';
import type { LookThrough } from './room_entry.ts';
import { RoomFlow } from './room_flow.ts';
import { Preferences } from '../preferences/preferences.ts';
import { strings } from '../strings/strings.ts';
import { ActiveCall } from './active_call.ts';
import type { Address } from '../navigation/address.ts';
import { IncomingCalls } from './incoming_calls.ts';
import type { Memory } from '../navigation/memory.ts';
import { type Connection, type CreateClient, Session } from './session.ts';

export interface AppServices extends LookThrough {
  readonly createClient: CreateClient;
  readonly media: Public<LocalMedia>;
  readonly memory: Memory;
  /** Those of this person; without, the usual ones for as long as the page lasts. */
  readonly preferences?: Preferences;
  readonly address: Address;
  /** The page is there because somebody pressed reload. */
  readonly reloaded: boolean;
}

export type Screen =
  | { readonly name: 'join' }
  | { readonly name: 'lobby' }
  /** Before the door of a room, at `rooms.entry`. */
  | { readonly name: 'preview' }
  /** At the door of a room; `again` where we were inside before. */
  | { readonly name: 'waiting'; readonly again: boolean }
  | { readonly name: 'bad_room' }
  | { readonly name: 'outgoing'; readonly call: Public<Call>; readonly peers: readonly Person[] }
  | { readonly name: 'call'; readonly call: Public<Call> }
  | { readonly name: 'ended'; readonly summary: EndSummary }
  /** Whether calls work here. */
  | { readonly name: 'check'; readonly code: string | null; readonly startsAtOnce: boolean }
  | { readonly name: 'closed'; readonly why: 'replaced' | 'refused' };

/**
 * Which screen is up: join → lobby → outgoing → call → ended → lobby, with incoming calls over any of them; or by a
 * link: preview → waiting → call → ended → preview.
 */
export class AppViewModel extends Observable {
  readonly media: Public<LocalMedia>;
  readonly preferences: Preferences;
  readonly rooms: RoomFlow;
  /** The calls that ring here. */
  readonly ringing: IncomingCalls;
  readonly #memory: Memory;
  readonly #session: Session;
  readonly #check: CheckFlow;
  #active: ActiveCall | null = null;
  #offActive: (() => void) | null = null;
  #summary: EndSummary | null = null;

  constructor(services: AppServices) {
    super();
    const { media, memory } = services;
    this.media = media;
    this.preferences = services.preferences ?? new Preferences();
    this.#memory = memory;
    this.#check = new CheckFlow(services.address);
    this.#session = new Session({
      ...services,
      onCall: (call) => {
        this.#onCall(call);
      },
      onLeave: () => {
        this.ringing.clear();
        this.#summary = null;
      },
    });
    this.ringing = new IncomingCalls({
      media,
      current: () => this.current,
      onAccepting: () => this.#active?.hangUp(),
      onAnswered: (call) => {
        this.#activate(call, []);
      },
      isActive: (call) => call === this.#active?.call,
    });
    this.rooms = new RoomFlow({
      ...services,
      session: this.#session,
      onCall: (call) => {
        this.#activate(call, []);
      },
    });
    for (const part of [this.#session, this.ringing, this.rooms]) {
      part.subscribe(() => {
        this.changed();
      });
    }
    services.address.onMove(() => {
      this.#onMove();
    });
  }

  /** Gets camera and microphone ready and, after a reload, leads back to where this tab was. */
  start(): void {
    void this.media.start();
    if (this.rooms.start() || this.#check.look()) return;
    if (this.#memory.joined && this.#memory.name !== '') void this.join(this.#memory.name);
  }

  get screen(): Screen {
    const active = this.#active;
    if (active) return this.#screenOf(active);
    const welcome = this.#session.client !== null;
    const { connection, rooms } = this;
    if (this.#check.shown) return { name: 'check', ...this.#check.shown };
    if (welcome && (connection === 'replaced' || connection === 'refused'))
      return { name: 'closed', why: connection };
    if (this.#summary) return { name: 'ended', summary: this.#summary };
    if (rooms.bad) return { name: 'bad_room' };
    if (rooms.entry) return { name: 'preview' };
    return { name: welcome ? 'lobby' : 'join' };
  }

  #screenOf({ call, answered, peers }: ActiveCall): Screen {
    if (call.state === 'waiting') return { name: 'waiting', again: call.connectedAt !== null };
    if (call.direction === 'room' && call.state === 'calling' && !this.rooms.direct)
      return { name: 'preview' };
    return answered ? { name: 'call', call } : { name: 'outgoing', call, peers };
  }

  get connection(): Connection {
    return this.#session.connection;
  }

  /** Our own name as the server has it, or as it was typed last. */
  get name(): string {
    return this.#session.name;
  }

  get user(): string {
    return this.#session.user;
  }

  /** The people online; null before the first welcome. */
  get lobby(): LobbyViewModel | null {
    return this.#session.lobby;
  }

  get joining(): boolean {
    return this.#session.joining;
  }

  get joinProblem(): string | null {
    return this.#session.problem;
  }

  /** The call in which we talk with others, or wait for them in a room; null while there is none. */
  get current(): Public<Call> | null {
    return this.screen.name === 'call' ? (this.#active?.call ?? null) : null;
  }

  /** Of whoever has joined; null before. */
  get client(): Public<VisavisClient> | null {
    return this.#session.client;
  }

  async join(name: string): Promise<void> {
    await this.#session.join(name);
  }

  /** Takes over from another tab, or tries again after a refusal. */
  rejoin(): Promise<void> {
    return this.join(this.name);
  }

  rename(name: string): Promise<void> {
    return this.#session.rename(name);
  }

  /** Calls go through the server only, so that nobody called learns our address. */
  get hidesAddress(): boolean {
    return this.#session.hidesAddress;
  }

  setHidesAddress(hides: boolean): void {
    this.#session.setHidesAddress(hides);
  }

  /** Why `peers` can't be called now, in words; null if they can. */
  obstacleToCall(peers: readonly Person[]): string | null {
    const { client } = this.#session;
    if (client?.state !== 'online') return strings.people.waitForServer;
    if (!this.media.ready) return strings.people.waitForMedia;
    const listIsComplete = client.peopleTotal <= client.people.length;
    for (const peer of peers) {
      const listed = client.people.find((person) => person.user === peer.user);
      const seconds = this.lobby?.pauses.secondsFor(peer.user) ?? 0;
      if (seconds > 0) return strings.people.pause(seconds);
      if (!listed && listIsComplete) return strings.ended.cannotCallAgain(peer.name);
    }
    return null;
  }

  call(peers: readonly Person[]): void {
    const { client } = this.#session;
    if (client === null || this.#active !== null || peers.length === 0) return;
    if (this.obstacleToCall(peers) !== null) return;
    const call = client.call(
      peers.map((peer) => peer.user),
      { media: this.media as LocalMedia, video: true },
    );
    this.#activate(call, peers);
  }

  /** Hangs up, or cancels while it still rings there or we wait at a door. */
  hangUp(): void {
    this.#active?.hangUp();
  }

  /** Their calls ring here no more, now or later. */
  block({ user, name }: Pick<Person, 'user' | 'name'>): void {
    void this.lobby?.blocked.block({ user, name });
  }

  /** After a room was left: goes in again. */
  joinAgain(): void {
    this.#summary = null;
    this.rooms.enterAgain();
    this.changed();
  }

  /** Finds out whether calls work here. */
  openCheck(): void {
    if (this.#active !== null) return;
    this.#summary = null;
    this.#check.open();
    this.rooms.moved();
    this.changed();
  }

  backToLobby(): void {
    this.#summary = null;
    this.rooms.leave();
    this.#check.look();
    // Whoever came by a link and has not said who they are yet is asked for it there.
    if (this.#session.client === null && !this.joining && this.#memory.joined)
      void this.join(this.#memory.name);
    this.changed();
  }

  #onMove(): void {
    this.#check.look();
    if (!this.rooms.moved()) return;
    this.#active?.hangUp();
    this.#summary = null;
    this.changed();
  }

  #onCall(call: Public<Call>): void {
    if (call.state === 'ended' || call === this.#active?.call) return;
    if (call.direction === 'incoming' && call.state === 'ringing') this.ringing.ring(call);
    else this.#resume(call);
  }

  /** A call that we made still rings after this page was reloaded. */
  #resume(call: Public<Call>): void {
    call.setMedia({ media: this.media as LocalMedia, video: call.video });
    this.#activate(call, []);
  }

  #activate(call: Public<Call>, peers: readonly Person[]): void {
    if (this.#active?.call === call) return;
    this.#closeActive();
    this.ringing.stop(call);
    this.ringing.dismissNotice();
    this.#summary = null;
    const active = new ActiveCall(call, peers, {
      change: () => {
        this.changed();
      },
      end: (summary) => {
        this.#closeActive();
        const { error } = summary;
        if (error?.retryAfterMs && summary.room === null)
          this.lobby?.pauses.begin(
            summary.peers.map(({ user }) => user),
            error.retryAfterMs,
          );
        this.#summary = this.rooms.ended(call, active.endedByUs) ? null : summary;
        this.ringing.restoreCamera();
        this.changed();
      },
    });
    this.#active = active;
    this.#offActive = this.rooms.follow(call);
    this.#check.look();
    this.changed();
  }

  #closeActive(): void {
    this.#active?.dispose();
    this.#active = null;
    this.#offActive?.();
    this.#offActive = null;
  }
}
