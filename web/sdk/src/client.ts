import type { Away } from './signaling/absence.ts';
import { BlockList } from './signaling/block_list.ts';
import type { Call } from './call/call.ts';
import type { MediaOptions, RoomOptions } from './call/call_types.ts';
import { CallRegistry } from './call/call_registry.ts';
import { Emitter } from './base/emitter.ts';
import { VisavisError } from './base/errors.ts';
import { Greeting, type Continuity } from './signaling/greeting.ts';
import { LocalIdentityStore, type IdentityStore } from './signaling/identity_store.ts';
import { CONNECT_TIMEOUT_MS } from './base/limits.ts';
import { createLogger } from './base/logger.ts';
import { People, toPerson, type Person } from './signaling/people.ts';
import type { Answer } from './signaling/pending_requests.ts';
import { browserPlatform, type Platform } from './base/platform.ts';
import type { PeopleBlocks, Request, ServerMessage, Welcome } from './base/protocol.ts';
import { RoomTokenStore } from './room/room_token_store.ts';
import { SessionStore } from './signaling/session_store.ts';
import { SignalingChannel, type ChannelState } from './signaling/signaling_channel.ts';
import type { CloseReason } from './signaling/socket_close.ts';

const log = createLogger('client');

export type ClientState = ChannelState;

export interface ClientOptions {
  /** What others see; 1 to 64 characters once cleaned. */
  name: string;
  /** Of the server's `/ws`. Default: where the page comes from. */
  url?: string;
  /** `relay`: calls go through a relay only, so that nobody called learns our address. Default `all`. */
  iceTransportPolicy?: RTCIceTransportPolicy;
  /** Default: localStorage. */
  identities?: IdentityStore;
  /** Seam for tests. Default: the browser. */
  platform?: Platform;
}

interface ClientEvents {
  state: ClientState;
  /** `people` or `peopleTotal` changed. */
  people: void;
  /**
   * A call we did not start: incoming, or found ringing after a reload (see its direction and state). Several can ring at a time,
   * also while we are in one.
   */
  call: Call;
  /** `blocked` changed, here or on another device. */
  blocked: void;
  /** Our own name changed, here or on another device. */
  name: string;
  /** An error of the server that answers nothing anybody waits for. */
  problem: VisavisError;
}

function defaultUrl(platform: Platform): string {
  return platform.origin.replace(/^http/, 'ws') + '/ws';
}

/**
 * One person on one device, at one Vis-à-vis server: who is there, calling, and being called. Comes back by itself
 * when the connection or the server goes away, until `close()` or until another page takes the session over.
 */
export class VisavisClient extends Emitter<ClientEvents> {
  readonly #platform: Platform;
  readonly #channel: SignalingChannel;
  readonly #calls: CallRegistry;
  readonly #people = new People();
  readonly #blocks = new BlockList();
  #self: { user: string; name: string } | null = null;
  #epoch: string | null = null;
  #state: ClientState = 'idle';
  #closeReason: CloseReason | null = null;
  #connecting: Promise<void> | null = null;
  readonly #offPage: (() => void)[];

  constructor(options: ClientOptions) {
    super();
    this.#platform = options.platform ?? browserPlatform();
    const url = options.url ?? defaultUrl(this.#platform);
    const greeting = new Greeting({
      server: url,
      name: options.name,
      identities: options.identities ?? new LocalIdentityStore(this.#platform),
      sessions: new SessionStore(this.#platform),
    });
    this.#channel = new SignalingChannel({ url, platform: this.#platform, greeting });
    this.#calls = new CallRegistry({
      platform: this.#platform,
      channel: this.#channel,
      roomTokens: new RoomTokenStore(this.#platform, url),
      iceTransportPolicy: options.iceTransportPolicy ?? 'all',
      onCall: (call) => {
        this.emit('call', call);
      },
    });
    this.#listenToChannel();
    this.#offPage = [
      this.#platform.onPage('network', () => {
        this.#calls.networkChanged();
      }),
      this.#platform.onPage('hide', () => {
        this.#calls.pageHides();
        greeting.pageHides();
      }),
    ];
  }

  get state(): ClientState {
    return this.#state;
  }

  /** Why `state` is `closed`; null while it is not. */
  get closeReason(): CloseReason | null {
    return this.#closeReason;
  }

  /** Null before the first welcome. */
  get self(): { user: string; name: string } | null {
    return this.#self;
  }

  /** Others online, sorted by name; at most as many as the server lists. */
  get people(): readonly Person[] {
    return this.#people.list;
  }

  /** Others online, listed or not. */
  get peopleTotal(): number {
    return this.#people.total;
  }

  /** Whom we have blocked, by `Person.user`. */
  get blocked(): ReadonlySet<string> {
    return this.#blocks.users;
  }

  /** Those that have not ended. */
  get calls(): ReadonlySet<Call> {
    return this.#calls.all;
  }

  /** Those of the server's welcome; each call has its own list, with the relay in it. */
  get iceServers(): readonly RTCIceServer[] {
    return this.#calls.iceServers();
  }

  get iceTransportPolicy(): RTCIceTransportPolicy {
    return this.#calls.iceTransportPolicy;
  }

  /** For calls to come, and for those under way: their paths are made anew, except where there is no relay. */
  setIceTransportPolicy(policy: RTCIceTransportPolicy): void {
    this.#calls.setIceTransportPolicy(policy);
  }

  get dataSaver(): boolean {
    return this.#calls.dataSaver;
  }

  /** Sends little, in calls to come and those under way: for connections that are poor or paid by volume. */
  setDataSaver(on: boolean): void {
    this.#calls.setDataSaver(on);
  }

  /**
   * Resolves at the first welcome; from then on the client reconnects by itself. Rejects with a VisavisError, and
   * the client is closed, when there is none in time (`unreachable`, or what the server answered last), or when
   * the server refuses the name (`invalid_field`).
   */
  connect(): Promise<void> {
    if (this.#state === 'closed') {
      return Promise.reject(new VisavisError('closed', 'The client is closed.'));
    }
    this.#connecting ??= new Promise((resolve, reject) => {
      const settled = (): void => {
        cancel();
        offWelcome();
        offClosed();
      };
      const cancel = this.#platform.timers.set(() => {
        const error =
          this.#channel.lastError ??
          new VisavisError('unreachable', 'The server cannot be reached.');
        settled();
        this.#channel.close();
        reject(error);
      }, CONNECT_TIMEOUT_MS);
      const offWelcome = this.#channel.on('welcome', () => {
        settled();
        resolve();
      });
      const offClosed = this.#channel.on('closed', ({ error }) => {
        settled();
        reject(error ?? new VisavisError('closed', 'The client is closed.'));
      });
      this.#channel.open();
    });
    return this.#connecting;
  }

  /** Leaves for good: hangs up, and the session ends at once. */
  close(): void {
    for (const call of [...this.calls]) call.hangUp();
    this.#channel.close();
  }

  /** Finds people by parts of their names, also beyond the list. */
  async search(query: string): Promise<{ people: Person[]; more: boolean }> {
    const answer = await this.#ask({ type: 'people.search', query }, 'people.found');
    const others = answer.people.filter(({ user }) => user !== this.#self?.user);
    return { people: others.map(toPerson), more: answer.more };
  }

  /** Renames us on all our devices. Resolves with the name as the server cleaned it. */
  async setName(name: string): Promise<string> {
    const answer = await this.#ask({ type: 'name.set', name }, 'name.changed');
    this.#renamed(answer.name);
    return answer.name;
  }

  /**
   * Calls one or more people, by `Person.user`. Returns at once, in state `calling`; what goes wrong, ends it.
   * @throws VisavisError `closed`, `queue_full`
   */
  call(to: string | readonly string[], options: MediaOptions): Call {
    return this.#calls.start(typeof to === 'string' ? [to] : to, options);
  }

  /**
   * Enters a room, and makes it if there is none of this name. Returns at once, in state `calling`; then it is `waiting`
   * (we knock), `alone`, or on the way to the others. What goes wrong, ends it: `call_full`, `room_refused`,
   * `passphrase_needed`, `passphrase_wrong`, `insecure_context` and more, in `call.error`.
   * @throws VisavisError `closed`, `queue_full`, `invalid_field`
   */
  joinRoom(room: string, options: RoomOptions): Call {
    return this.#calls.joinRoom(room, options);
  }

  /**
   * Blocks somebody, by `Person.user`: what rings here from them ends as `declined`, and their calls ring at none of our devices
   * any more. They are not told: to them it is as if we did not answer. Lasts while one of our pages is open. To decline
   * and block, call only this.
   */
  async block(user: string): Promise<void> {
    const answer = this.#ask({ type: 'people.block', user, blocked: true }, 'people.blocks');
    this.#calls.blocked(user);
    this.#blocksChanged(await answer);
  }

  async unblock(user: string): Promise<void> {
    this.#blocksChanged(
      await this.#ask({ type: 'people.block', user, blocked: false }, 'people.blocks'),
    );
  }

  /**
   * ICE servers for the two ends of a connection with oneself through the server's relay, to try it; good for a minute.
   * Rejects with `relay_unavailable` where the server has no relay, and with `rate_limited`.
   */
  async testRelay(): Promise<{ near: readonly RTCIceServer[]; far: readonly RTCIceServer[] }> {
    const [near = [], far = []] = (await this.#ask({ type: 'relay.test' }, 'relay.test')).servers;
    return { near, far };
  }

  #blocksChanged(news: PeopleBlocks): void {
    if (this.#blocks.apply(news)) this.emit('blocked');
  }

  /** The server has forgotten whom we blocked. */
  #blockAgain(users: readonly string[]): void {
    for (const user of users) {
      this.#channel.post({ type: 'people.block', user, blocked: true }, (error) => {
        log.warn(`somebody could not be blocked again: ${error.code}`);
      });
    }
  }

  #ask<Type extends Exclude<Answer, VisavisError>['type']>(
    message: Request,
    type: Type,
  ): Promise<Extract<Answer, { type: Type }>> {
    return new Promise((resolve, reject) => {
      this.#channel.request(message, (answer) => {
        if (answer instanceof VisavisError) reject(answer);
        else if (answer.type === type) resolve(answer as Extract<Answer, { type: Type }>);
        else log.error(`${message.type} was answered by ${answer.type}`);
      });
    });
  }

  #listenToChannel(): void {
    this.#channel.on('welcome', ({ welcome, continuity, away }) => {
      this.#onWelcome(welcome, continuity, away);
    });
    this.#channel.on('message', (message) => {
      this.#onMessage(message);
    });
    this.#channel.on('renewed', (calls) => {
      this.#calls.renew(calls);
    });
    this.#channel.on('state', (state) => {
      // `closed` is told with its reason.
      if (state !== 'closed') this.#setState(state);
    });
    this.#channel.on('closed', ({ reason }) => {
      for (const off of this.#offPage) off();
      this.#closeReason = reason;
      this.#calls.close();
      this.#setState('closed');
    });
  }

  #onWelcome(welcome: Welcome, continuity: Continuity, away: Away): void {
    const serverRestarted = this.#epoch !== null && this.#epoch !== welcome.epoch;
    const first = this.#epoch === null;
    this.#epoch = welcome.epoch;
    this.#calls.become(welcome.user);
    if (continuity === 'fresh' && !first) this.#calls.sessionLost({ serverRestarted, ...away });
    if (continuity === 'resumed') this.#calls.signalingBack();
    else this.#calls.restore(welcome.calls);
    const nameBefore = this.#self?.name;
    this.#self = { user: welcome.user, name: welcome.name };
    this.#people.reset(welcome);
    this.emit('people');
    const blockedBefore = this.#blocks.users;
    this.#blockAgain(this.#blocks.reset(welcome, continuity === 'fresh'));
    if (blockedBefore !== this.#blocks.users) this.emit('blocked');
    if (nameBefore !== undefined && nameBefore !== welcome.name) this.emit('name', welcome.name);
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'presence':
        this.#people.apply(message, this.#self?.user ?? '');
        this.emit('people');
        break;
      case 'people.blocks':
        this.#blocksChanged(message);
        break;
      case 'name.changed':
        this.#renamed(message.name);
        break;
      case 'call.incoming':
      case 'call.ringing':
      case 'call.accepted':
      case 'call.left':
      case 'call.ended':
      case 'room.knocks':
      case 'room.opened':
      case 'room.rules':
      case 'signal':
        this.#calls.handle(message);
        break;
      case 'room.admitted':
      case 'room.refused':
        this.#calls.handleDoor(message);
        break;
      case 'error':
        log.warn(`error ${message.code}`);
        this.emit('problem', VisavisError.ofServer(message));
        break;
      default:
        log.debug(`nothing to do for ${message.type}`);
    }
  }

  #renamed(name: string): void {
    if (!this.#self || this.#self.name === name) return;
    this.#self = { ...this.#self, name };
    this.#channel.renamed(name);
    this.emit('name', name);
  }

  #setState(state: ClientState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.emit('state', state);
  }
}
