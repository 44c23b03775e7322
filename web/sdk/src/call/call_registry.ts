import { Call } from './call.ts';
import type { CallContext } from './call_context.ts';
import type { MediaOptions, RoomOptions, SessionLoss } from './call_types.ts';
import type { VisavisError } from '../base/errors.ts';
import { FAREWELL_MS } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type { Answer } from '../signaling/pending_requests.ts';
import type { Platform } from '../base/platform.ts';
import type {
  CallIncoming,
  CallState,
  RenewedCall,
  Request,
  RoomAdmitted,
  RoomRefused,
  ServerMessage,
} from '../base/protocol.ts';
import type { RoomTokenStore } from '../room/room_token_store.ts';
import type { SignalingChannel } from '../signaling/signaling_channel.ts';

const log = createLogger('calls');

type CallMessage = Extract<ServerMessage, { call: string }>;

/** Every call of a client that has not ended, and which message belongs to which. */
export class CallRegistry implements CallContext {
  readonly platform: Platform;
  readonly roomTokens: RoomTokenStore;
  dataSaver = false;
  user: string | null = null;

  #iceTransportPolicy: RTCIceTransportPolicy;
  readonly #channel: SignalingChannel;
  readonly #onCall: (call: Call) => void;
  readonly #all = new Set<Call>();
  readonly #byId = new Map<string, Call>();
  // Our own calls that the server has not answered yet, or not let in, with whom they are for.
  readonly #starting = new Map<Call, ReadonlySet<string>>();
  // Calls from somebody whom we are calling, too, or from the room that we enter: the server makes one of both.
  readonly #held = new Map<string, CallIncoming>();
  readonly #farewells = new Map<string, () => void>();

  constructor(options: {
    platform: Platform;
    channel: SignalingChannel;
    roomTokens: RoomTokenStore;
    iceTransportPolicy: RTCIceTransportPolicy;
    /** A call that the app does not know of yet. */
    onCall: (call: Call) => void;
  }) {
    this.platform = options.platform;
    this.roomTokens = options.roomTokens;
    this.#channel = options.channel;
    this.#iceTransportPolicy = options.iceTransportPolicy;
    this.#onCall = options.onCall;
  }

  get all(): ReadonlySet<Call> {
    return this.#all;
  }

  /** @throws VisavisError `closed`, `queue_full` */
  start(to: readonly string[], options: MediaOptions): Call {
    this.#leaveOthers();
    const call = Call.start(this, to, options);
    this.#starting.set(call, new Set(to));
    this.#track(call);
    return call;
  }

  /** @throws VisavisError `closed`, `queue_full`, `invalid_field` */
  joinRoom(room: string, options: RoomOptions): Call {
    this.#leaveOthers();
    const call = Call.joinRoom(this, room, options);
    this.#starting.set(call, new Set());
    this.#track(call);
    return call;
  }

  handle(message: CallMessage): void {
    if (message.type === 'call.incoming') {
      this.#onIncoming(message);
      return;
    }
    if (message.type === 'call.ended') this.#forget(message.call);
    this.#byId.get(message.call)?.handle(message);
  }

  /** Who we are, at every welcome. */
  become(user: string): void {
    this.user = user;
    this.roomTokens.become(user);
  }

  /** Fresh tokens of calls that we have joined. */
  renew(calls: readonly RenewedCall[]): void {
    for (const renewed of calls) this.#byId.get(renewed.call)?.renew(renewed);
  }

  /** What is said to whoever knocks. */
  handleDoor(message: RoomAdmitted | RoomRefused): void {
    for (const call of [...this.#all]) call.handleDoor(message);
  }

  /** Takes over what the server says we are part of, after this page was loaded anew. */
  restore(snapshots: readonly CallState[]): void {
    for (const snapshot of snapshots) {
      if (this.#byId.has(snapshot.call)) continue;
      const call = Call.restore(this, snapshot);
      if (call) {
        this.#announce(call);
      } else {
        log.info('left the call of the page before this one: its connections went with the page');
        this.#leave(snapshot.call);
      }
    }
  }

  /** The session is gone, and what the server knew of our calls with it. */
  sessionLost(loss: SessionLoss): void {
    this.#clear();
    for (const call of [...this.#all]) call.sessionLost(loss);
  }

  /** The client is closed: nothing comes or goes any more. */
  close(): void {
    this.#clear();
    for (const call of [...this.#all]) call.clientClosed();
  }

  /** We have blocked somebody: what rings here from them rings no more. The server ends it, too. */
  blocked(user: string): void {
    for (const call of [...this.#all]) {
      if (call.direction === 'incoming' && !call.takesPlace && call.from?.user === user) {
        call.withdraw('declined');
      }
    }
  }

  setIceTransportPolicy(policy: RTCIceTransportPolicy): void {
    if (policy === this.#iceTransportPolicy) return;
    this.#iceTransportPolicy = policy;
    for (const call of this.#all) call.reconfigure();
  }

  setDataSaver(on: boolean): void {
    this.dataSaver = on;
    for (const call of this.#all) call.setDataSaver(on);
  }

  networkChanged(): void {
    for (const call of this.#all) call.networkChanged();
  }

  signalingBack(): void {
    for (const call of this.#all) call.signalingBack();
  }

  /** The page goes. A ring waits for the page that may come after this one; a call cannot, and who knocks there is gone. */
  pageHides(): void {
    for (const call of [...this.#all]) {
      if (call.isJoined || call.isWaiting) call.hangUp();
    }
  }

  // --- CallContext ---

  get signalingUp(): boolean {
    return this.#channel.state === 'online';
  }

  iceServers(): readonly RTCIceServer[] {
    return this.#channel.welcome?.ice_servers ?? [];
  }

  get iceTransportPolicy(): RTCIceTransportPolicy {
    return this.#iceTransportPolicy;
  }

  post(message: Request, onError?: (error: VisavisError) => void): void {
    this.#channel.post(message, onError);
  }

  request(message: Request, onAnswer: (answer: Answer) => void): void {
    this.#channel.request(message, onAnswer);
  }

  isInAnother(call: Call): boolean {
    return [...this.#all].some((other) => other !== call && other.takesPlace);
  }

  joining(): void {
    this.#leaveOthers();
  }

  started(call: Call, id: string): void {
    // An incoming call that the app already shows is the same call: it goes on as the one we started.
    const incoming = this.#byId.get(id);
    this.#byId.set(id, call);
    this.#held.delete(id);
    this.#starting.delete(call);
    incoming?.withdraw('answered_elsewhere');
    this.#releaseHeld();
  }

  leftBehind(call: Call, id: string): void {
    this.#byId.delete(id);
    this.#starting.set(call, new Set());
  }

  ended(call: Call): void {
    this.#all.delete(call);
    this.#starting.delete(call);
    if (call.id !== null && this.#byId.get(call.id) === call) this.#byId.delete(call.id);
    this.#releaseHeld();
    this.#tellPace();
  }

  farewell(id: string): void {
    this.#forget(id);
    const cancel = this.platform.timers.set(() => {
      this.#farewells.delete(id);
      this.#leave(id);
    }, FAREWELL_MS);
    this.#farewells.set(id, cancel);
  }

  // --- Inside ---

  #track(call: Call): void {
    this.#all.add(call);
    if (call.id !== null) this.#byId.set(call.id, call);
    this.#tellPace();
  }

  #clear(): void {
    this.#held.clear();
    for (const cancel of this.#farewells.values()) cancel();
    this.#farewells.clear();
  }

  #announce(call: Call): void {
    this.#track(call);
    this.#onCall(call);
  }

  #tellPace(): void {
    this.#channel.setInCall(this.#all.size > 0);
  }

  #onIncoming(message: CallIncoming): void {
    if (this.#byId.has(message.call)) return;
    const entering = [...this.#starting.keys()].find(
      ({ room }) => room !== null && room.name === message.room,
    );
    if (entering) {
      this.#held.set(message.call, message);
      entering.askedIn();
      return;
    }
    const caller = message.participants.find(({ participant }) => participant === message.from);
    const glare = [...this.#starting.values()].some((to) => to.has(caller?.user ?? ''));
    if (glare) this.#held.set(message.call, message);
    else this.#announce(Call.incoming(this, message));
  }

  /** What was held back and did not become one with a call of ours rings after all. */
  #releaseHeld(): void {
    const held = [...this.#held.values()];
    this.#held.clear();
    for (const message of held) this.#onIncoming(message);
  }

  /** The server's word about the end of a call: nothing is left to be told. */
  #forget(id: string): void {
    this.#held.delete(id);
    this.#farewells.get(id)?.();
    this.#farewells.delete(id);
  }

  /** Before another call: nobody knocks elsewhere any more, and what is to be told of earlier ones is told now. */
  #leaveOthers(): void {
    for (const call of [...this.#all]) {
      if (call.isWaiting) call.hangUp();
    }
    for (const id of [...this.#farewells.keys()]) {
      this.#forget(id);
      this.#leave(id);
    }
  }

  /** Tells the server that we are not in this call, should it not know. */
  #leave(id: string): void {
    this.#channel.post({ type: 'call.end', call: id }, (error) => {
      log.debug(`call.end was not needed: ${error.code}`);
    });
  }
}
