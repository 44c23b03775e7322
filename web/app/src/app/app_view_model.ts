import type { Call, ClientOptions, LocalMedia, Person, VisavisClient } from '@visavis/client';

import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { Subscriptions } from '../base/subscriptions.ts';
import type { EndSummary } from '../ended/end_summary.ts';
import { LobbyViewModel } from '../lobby/lobby_view_model.ts';
import { Preferences } from '../settings/preferences.ts';
import { strings } from '../strings.ts';
import { ActiveCall } from './active_call.ts';
import type { Memory } from './memory.ts';

type Client = Public<VisavisClient>;
type CreateClient = (options: Pick<ClientOptions, 'name' | 'iceTransportPolicy'>) => Client;

export interface AppServices {
  readonly createClient: CreateClient;
  readonly media: Public<LocalMedia>;
  readonly memory: Memory;
  /** Those of this person; without, the usual ones for as long as the page lasts. */
  readonly preferences?: Preferences;
}

/** Why the server lets this page wait, or has sent it away. */
export type Connection = 'online' | 'connecting' | 'reconnecting' | 'replaced' | 'refused';

export type Screen =
  | { readonly name: 'join' }
  | { readonly name: 'lobby' }
  | { readonly name: 'outgoing'; readonly call: Public<Call>; readonly peers: readonly Person[] }
  | { readonly name: 'call'; readonly call: Public<Call> }
  | { readonly name: 'ended'; readonly summary: EndSummary }
  | { readonly name: 'closed'; readonly why: 'replaced' | 'refused' };

/** A call that came and went unanswered, told in the lobby. */
export interface Notice {
  readonly text: string;
  readonly caller: Person;
}

/** Which screen is up: join → lobby → outgoing → call → ended → lobby, with incoming calls over any of them. */
export class AppViewModel extends Observable {
  readonly media: Public<LocalMedia>;
  readonly preferences: Preferences;
  readonly #createClient: CreateClient;
  readonly #memory: Memory;
  #client: Client | null = null;
  #clientSubscriptions = new Subscriptions();
  #lobby: LobbyViewModel | null = null;
  #welcomed = false;
  #joinProblem: string | null = null;
  #active: ActiveCall | null = null;
  #summary: EndSummary | null = null;
  #incoming: readonly Public<Call>[] = [];
  #answering = false;
  #answerProblem: string | null = null;
  #notice: Notice | null = null;
  #cameraOffForCall = false;
  #hidesAddress: boolean;

  constructor(services: AppServices) {
    super();
    this.media = services.media;
    this.preferences = services.preferences ?? new Preferences();
    this.#createClient = services.createClient;
    this.#memory = services.memory;
    this.#hidesAddress = services.memory.hidesAddress;
  }

  /** Gets camera and microphone ready and, after a reload, leads back to where this tab was. */
  start(): void {
    void this.media.start();
    if (this.#memory.joined && this.#memory.name !== '') void this.join(this.#memory.name);
  }

  get screen(): Screen {
    const active = this.#active;
    if (active?.answered) return { name: 'call', call: active.call };
    if (active) return { name: 'outgoing', call: active.call, peers: active.peers };
    if (this.#client === null || !this.#welcomed) return { name: 'join' };
    const { connection } = this;
    if (connection === 'replaced' || connection === 'refused')
      return { name: 'closed', why: connection };
    if (this.#summary) return { name: 'ended', summary: this.#summary };
    return { name: 'lobby' };
  }

  get connection(): Connection {
    const client = this.#client;
    if (client?.state === 'closed')
      return client.closeReason === 'replaced' ? 'replaced' : 'refused';
    if (client?.state === 'online' || client?.state === 'reconnecting') return client.state;
    return 'connecting';
  }

  /** Our own name as the server has it, or as it was typed last. */
  get name(): string {
    return this.#client?.self?.name ?? this.#memory.name;
  }

  get user(): string {
    return this.#client?.self?.user ?? '';
  }

  /** The people online; null before the first welcome. */
  get lobby(): LobbyViewModel | null {
    return this.#welcomed ? this.#lobby : null;
  }

  get joining(): boolean {
    return this.#client !== null && !this.#welcomed;
  }

  get joinProblem(): string | null {
    return this.#joinProblem;
  }

  /** The oldest call that rings here. */
  get incoming(): Public<Call> | null {
    return this.#incoming[0] ?? null;
  }

  /** Accepted, and the answer is on its way. */
  get answering(): boolean {
    return this.#answering;
  }

  get answerProblem(): string | null {
    return this.#answerProblem;
  }

  get notice(): Notice | null {
    return this.#notice;
  }

  async join(name: string): Promise<void> {
    const wanted = name.trim();
    if (wanted === '') {
      this.#joinProblem = strings.join.nameMissing;
      this.changed();
      return;
    }
    this.#leaveClient();
    this.#joinProblem = null;
    const client = this.#createClient({
      name: wanted,
      iceTransportPolicy: this.#iceTransportPolicy,
    });
    this.#follow(client);
    this.changed();
    try {
      await client.connect();
    } catch (error) {
      if (this.#client !== client) return;
      this.#leaveClient();
      this.#joinProblem = joinProblemInWords(error);
      this.changed();
      return;
    }
    if (this.#client !== client) return;
    this.#welcomed = true;
    this.#memory.remember(client.self?.name ?? wanted);
    this.changed();
  }

  /** Takes over from another tab, or tries again after a refusal. */
  rejoin(): Promise<void> {
    return this.join(this.name);
  }

  async rename(name: string): Promise<void> {
    const cleaned = await this.#client?.setName(name);
    if (cleaned !== undefined) this.#memory.remember(cleaned);
  }

  /** Calls go through the server only, so that nobody called learns our address. */
  get hidesAddress(): boolean {
    return this.#hidesAddress;
  }

  setHidesAddress(hides: boolean): void {
    if (hides === this.#hidesAddress) return;
    this.#hidesAddress = hides;
    this.#memory.rememberHidesAddress(hides);
    this.#client?.setIceTransportPolicy(this.#iceTransportPolicy);
    this.changed();
  }

  /** Why `peers` can't be called now, in words; null if they can. */
  obstacleToCall(peers: readonly Person[]): string | null {
    const client = this.#client;
    if (client?.state !== 'online') return strings.people.waitForServer;
    if (!this.media.ready) return strings.people.waitForMedia;
    const listIsComplete = client.peopleTotal <= client.people.length;
    for (const peer of peers) {
      const listed = client.people.find((person) => person.user === peer.user);
      if (listed?.inCall) return strings.people.busy(peer.name);
      if (!listed && listIsComplete) return strings.ended.cannotCallAgain(peer.name);
    }
    return null;
  }

  call(peers: readonly Person[]): void {
    const client = this.#client;
    if (client === null || this.#active !== null || peers.length === 0) return;
    if (this.obstacleToCall(peers) !== null) return;
    const call = client.call(
      peers.map((peer) => peer.user),
      { media: this.media as LocalMedia, video: true },
    );
    this.#activate(call, peers);
  }

  /** Hangs up, or cancels while it still rings there. */
  hangUp(): void {
    this.#active?.hangUp();
  }

  async accept({ video }: { video: boolean }): Promise<void> {
    const call = this.incoming;
    if (call === null || this.#answering) return;
    this.#answering = true;
    this.#answerProblem = null;
    this.changed();
    try {
      // Media that is still starting would leave the other side without sound or picture.
      if (!this.media.ready) await this.media.start();
      if (!video && !this.media.cameraOff) {
        this.#cameraOffForCall = true;
        await this.media.setCameraOff(true);
      }
      if (this.incoming !== call) return;
      this.#active?.hangUp();
      await call.accept({ media: this.media as LocalMedia, video });
      if (this.incoming === call) this.#activate(call, []);
    } catch (error) {
      this.#answerProblem =
        codeOf(error) === 'no_relay' ? strings.ring.noRelay : strings.ring.failed;
    } finally {
      this.#answering = false;
      this.changed();
    }
  }

  decline(): void {
    this.incoming?.decline();
  }

  dismissNotice(): void {
    this.#notice = null;
    this.changed();
  }

  backToLobby(): void {
    this.#summary = null;
    this.changed();
  }

  get #iceTransportPolicy(): RTCIceTransportPolicy {
    return this.#hidesAddress ? 'relay' : 'all';
  }

  #follow(client: Client): void {
    this.#client = client;
    this.#welcomed = false;
    this.#lobby = new LobbyViewModel(client, this.media);
    const changed = (): void => {
      this.changed();
    };
    this.#clientSubscriptions.add(
      client.on('state', changed),
      client.on('people', changed),
      client.on('name', (name) => {
        this.#memory.remember(name);
        this.changed();
      }),
      client.on('call', (call) => {
        this.#onCall(call);
      }),
      this.media.on('change', changed),
    );
  }

  #leaveClient(): void {
    this.#clientSubscriptions.end();
    this.#lobby?.dispose();
    this.#lobby = null;
    this.#client?.close();
    this.#client = null;
    this.#welcomed = false;
    this.#incoming = [];
    this.#summary = null;
  }

  #onCall(call: Public<Call>): void {
    if (call.state === 'ended' || call === this.#active?.call) return;
    if (call.direction === 'incoming' && call.state === 'ringing') this.#ring(call);
    else this.#resume(call);
  }

  /** A call that we made still rings after this page was reloaded. */
  #resume(call: Public<Call>): void {
    call.setMedia({ media: this.media as LocalMedia, video: call.video });
    this.#activate(call, []);
  }

  #ring(call: Public<Call>): void {
    this.#incoming = [...this.#incoming, call];
    this.#notice = null;
    const subscriptions = new Subscriptions();
    subscriptions.add(
      call.on('state', (state) => {
        // While it is being accepted, the answer to that decides.
        if (state === 'ringing' || (state !== 'ended' && this.#answering)) return;
        subscriptions.end();
        if (state !== 'ended') {
          this.#activate(call, []);
          return;
        }
        // Accepted here, it has its end screen.
        if (this.#active?.call !== call) this.#noteUnanswered(call);
        this.#stopRinging(call);
        this.changed();
      }),
    );
    this.changed();
  }

  #stopRinging(call: Public<Call>): void {
    this.#incoming = this.#incoming.filter((ringing) => ringing !== call);
    this.#answerProblem = null;
  }

  /** Tells of a call that nobody here chose to refuse. */
  #noteUnanswered(call: Public<Call>): void {
    const { endReason, from } = call;
    if (from === null || endReason === null || endReason === 'declined') return;
    this.#notice = {
      text: strings.ended.title[endReason].called(from.name),
      caller: { user: from.user, name: from.name, inCall: false },
    };
  }

  #activate(call: Public<Call>, peers: readonly Person[]): void {
    if (this.#active?.call === call) return;
    this.#closeActive();
    this.#stopRinging(call);
    this.#summary = null;
    this.#notice = null;
    this.#active = new ActiveCall(call, peers, {
      change: () => {
        this.changed();
      },
      end: (summary) => {
        this.#closeActive();
        this.#summary = summary;
        this.#restoreCamera();
        this.changed();
      },
    });
    this.changed();
  }

  #closeActive(): void {
    this.#active?.dispose();
    this.#active = null;
  }

  #restoreCamera(): void {
    if (!this.#cameraOffForCall) return;
    this.#cameraOffForCall = false;
    void this.media.setCameraOff(false);
  }
}

function joinProblemInWords(error: unknown): string {
  const code = codeOf(error);
  if (code === 'unreachable' || code === 'closed') return strings.join.unreachable;
  return strings.join.failed(error instanceof Error ? error.message : '');
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
