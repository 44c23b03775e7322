import type { CallContext } from './call_context.ts';
import { CallFeatures } from './call_features.ts';
import { lostWithServer, noRelay } from './call_errors.ts';
import { CallLine } from './call_line.ts';

import type { CallState, MediaOptions } from './call_types.ts';
import { VisavisError } from './errors.ts';
import { CallIceServers } from './ice_servers.ts';
import { BYE_LINGER_MS } from './limits.ts';
import { createLogger } from './logger.ts';
import type { RemoteParticipant } from './participant.ts';
import type { Answer } from './pending_requests.ts';
import type {
  CallAccepted,
  CallIncoming,
  CallRejoined,
  CallRinging,
  CallState as CallSnapshot,
  EndReason,
  Participant,
  ServerMessage,
} from './protocol.ts';
import { Roster } from './roster.ts';

const log = createLogger('call');

type CallMessage = Extract<ServerMessage, { call: string }>;
type ForUsAlone = Pick<CallAccepted, 'ice_servers' | 'membership'>;

/**
 * A call with one or more others, from the first ring to the end. Made by `VisavisClient`: by `call()`, or for its
 * `call` event.
 */
export class Call extends CallFeatures {
  readonly direction: 'outgoing' | 'incoming';

  readonly #context: CallContext;
  readonly #line: CallLine;
  readonly #ice: CallIceServers;
  readonly #others: Roster;
  #self: string | null = null;
  #caller: string | null = null;
  #video: boolean;
  #joined: boolean;
  #accepting = false;
  // Somebody accepted; from then on the end is a hang-up.
  #answered = false;

  private constructor(context: CallContext, direction: 'outgoing' | 'incoming', video: boolean) {
    const line = new CallLine(context);
    const others = new Roster(() => context.platform.createMediaStream());
    const ice = new CallIceServers({
      timers: context.platform.timers,
      policy: () => context.iceTransportPolicy,
      fallback: () => context.iceServers(),
      ask: (onAnswer) => line.askForRelay(onAnswer),
    });
    super({
      platform: context.platform,
      ice,
      canSignal: (to) => !line.isCut && !others.isAbsent(to),
      sendSignal: (to, data) => {
        line.signal(to, data, (error) => {
          this.#onSignalRefused(to, error);
        });
      },
    });
    this.#context = context;
    this.#line = line;
    this.#others = others;
    this.#ice = ice;
    this.direction = direction;
    this.#video = video;
    this.#joined = direction === 'outgoing';
    this.setDataSaver(context.dataSaver);
    this.#listenToMesh();
  }

  /** @internal */
  static start(context: CallContext, to: readonly string[], options: MediaOptions): Call {
    const call = new Call(context, 'outgoing', options.video ?? true);
    call.#line.start(to, call.#video, (answer) => {
      call.#onStartAnswer(answer);
    });
    call.#useMedia(options);
    return call;
  }

  /** @internal */
  static incoming(context: CallContext, message: CallIncoming): Call {
    const call = new Call(context, 'incoming', message.video);
    call.#introduce(message);
    return call;
  }

  /** @internal A call of the page before this one that still rings; null for one that cannot go on. */
  static restore(context: CallContext, snapshot: CallSnapshot): Call | null {
    const { participant: self, participants } = snapshot;
    const own = participants.find(({ participant }) => participant === self);
    const outgoing = own?.state === 'joined';
    const someoneJoined = participants.some(
      ({ participant, state }) => participant !== self && state === 'joined',
    );
    if (!own || (outgoing && someoneJoined)) return null;
    const call = new Call(context, outgoing ? 'outgoing' : 'incoming', snapshot.video);
    call.#introduce(snapshot);
    return call;
  }

  /** Null until the server has answered. */
  get id(): string | null {
    return this.#line.id;
  }

  /** What kind of call it is meant to be. */
  get video(): boolean {
    return this.#video;
  }

  /** Who calls, if it is not us. */
  get from(): RemoteParticipant | null {
    return this.#caller === null ? null : this.#others.get(this.#caller);
  }

  /** The others, not ended; once the call has ended, those who were there last. */
  get participants(): readonly RemoteParticipant[] {
    return this.#others.list();
  }

  /**
   * Joins the call. Rejects with a VisavisError when that is not possible (any more): either it has ended, or it
   * still rings and can be tried again.
   */
  async accept(options: MediaOptions): Promise<void> {
    if (this.direction !== 'incoming' || this.state !== 'ringing') {
      throw new VisavisError('invalid_state', 'This call is not ringing here.');
    }
    if (!this.#ice.isUsable) throw noRelay();
    const answer = await new Promise<Answer>((resolve) => {
      this.#line.accept((received) => {
        // At once, not when the promise is looked at: what comes next builds on it.
        this.#onAcceptAnswer(received);
        resolve(received);
      });
      this.#useMedia(options);
      this.#accepting = true;
      this.#updateState();
    });
    if (answer instanceof VisavisError) throw answer;
    if (answer.type !== 'call.accepted' || !this.#joined) {
      throw new VisavisError('invalid_state', 'The call ended before it was accepted.');
    }
  }

  /** For a call that was restored after a reload and is still ringing there: what we send once it is accepted. */
  setMedia(options: MediaOptions): void {
    if (this.state !== 'ended') this.#useMedia(options);
  }

  /** Says no, on all our devices. */
  decline(): void {
    if (this.direction !== 'incoming' || this.#joined || this.state === 'ended') return;
    this.#line.decline();
    this.#end('declined');
  }

  /** Leaves; cancels while it still rings there, declines while it rings here. Works also without the server. */
  hangUp(): void {
    if (this.state === 'ended') return;
    if (!this.#joined && !this.#accepting) {
      this.decline();
      return;
    }
    // Without an id yet, the answer to `call.start` is answered by `call.end`.
    this.#line.end();
    this.mesh.leave(this.#line.isUp ? 0 : BYE_LINGER_MS);
    this.#end(this.#answered || this.direction === 'incoming' ? 'hangup' : 'cancelled');
  }

  // --- What the client hands on ---

  /** @internal Whether we are in it, rather than ringing. */
  get isJoined(): boolean {
    return this.#joined && this.#answered && this.state !== 'ended';
  }

  /** @internal The server does not know of it any more. */
  get isDetached(): boolean {
    return this.#line.isCut;
  }

  /** @internal */
  handle(message: CallMessage): void {
    if (this.state === 'ended') return;
    switch (message.type) {
      case 'call.ringing':
      case 'call.accepted':
        this.#takeOwn(message);
        this.#applyParticipants(message.participants);
        break;
      case 'call.left':
        this.#removeParticipant(message.participant);
        break;
      case 'call.ended':
        this.#onServerEnded(message.reason);
        break;
      case 'signal':
        if (!this.mesh.receive(message.from, message.data)) log.debug('a signal without a link');
        break;
      case 'call.incoming':
      case 'call.rejoined':
      case 'call.relay':
        break;
    }
    this.#updateState();
  }

  /** @internal The session is gone. If the server restarted, the others lost theirs, too, and go on as we do. */
  sessionLost(serverRestarted: boolean): void {
    if (this.state === 'ended') return;
    if (serverRestarted && this.mesh.health !== 'none') {
      log.info('the server restarted; the call goes on without it');
      this.#line.cut();
      this.#others.awaitAll();
      this.#line.rejoin((answer) => {
        this.#onRejoined(answer);
      });
    } else {
      this.#fail('lost', new VisavisError('session_lost', 'The server has lost this call.'));
    }
  }

  /** @internal Another Call object, or another page, goes on with it. */
  withdraw(reason: EndReason): void {
    this.#end(reason);
  }

  /** @internal */
  networkChanged(): void {
    if (!this.#line.isCut) this.mesh.networkChanged();
  }

  /** @internal The policy is another. Without a relay a call that stands goes on: its addresses are known by now. */
  reconfigure(): void {
    if (this.#ice.isUsable) this.mesh.reconfigure();
  }

  /** @internal */
  signalingBack(): void {
    if (!this.#line.isCut) this.mesh.signalingBack();
  }

  // --- Answers ---

  #onStartAnswer(answer: Answer): void {
    if (answer instanceof VisavisError) {
      this.#fail(answer.code === 'session_lost' ? 'lost' : 'error', answer);
    } else if (answer.type === 'call.ended') {
      this.#end(answer.reason);
    } else if (answer.type === 'call.ringing' || answer.type === 'call.accepted') {
      this.#onStarted(answer);
    }
  }

  #onStarted(answer: CallRinging | CallAccepted): void {
    if (this.state === 'ended') {
      this.#line.end(answer.call);
      return;
    }
    this.#line.opened(answer.call);
    this.#takeOwn(answer);
    this.#self = answer.participant;
    this.#context.started(this, answer.call);
    if (!this.#ice.isUsable) {
      this.#line.end();
      this.#fail('error', noRelay());
      return;
    }
    // Answered by `call.accepted`: they were calling us, too, and joined before us (PROTOCOL.md, glare).
    this.#applyParticipants(answer.participants, answer.type === 'call.accepted');
    this.#updateState();
  }

  #onAcceptAnswer(answer: Answer): void {
    this.#accepting = false;
    if (answer instanceof VisavisError) {
      this.wentWrong(answer);
    } else if (answer.type === 'call.accepted' && this.state !== 'ended') {
      this.#joined = true;
      this.#self = answer.participant;
      this.#takeOwn(answer);
      this.#applyParticipants(answer.participants, true);
    }
    this.#updateState();
  }

  #onRejoined(answer: CallRejoined): void {
    if (this.state === 'ended') {
      this.#line.end();
      return;
    }
    this.#takeOwn(answer);
    this.#applyParticipants(answer.participants);
    this.#updateState();
  }

  #takeOwn({ ice_servers, membership }: ForUsAlone): void {
    this.#ice.take(ice_servers);
    this.#line.keep(membership);
  }

  #onSignalRefused(to: string, error: VisavisError): void {
    if (this.state === 'ended') return;
    log.warn(`a signal was refused: ${error.code}`);
    this.wentWrong(error);
    this.mesh.signalLost(to);
  }

  // --- Participants ---

  #introduce(snapshot: CallSnapshot): void {
    this.#line.opened(snapshot.call);
    this.#takeOwn(snapshot);
    this.#self = snapshot.participant;
    this.#caller = snapshot.from === snapshot.participant ? null : snapshot.from;
    this.#applyParticipants(snapshot.participants);
    this.#updateState();
  }

  /** @param weJoin Whether this is the moment we join: who is in it already joined before us. */
  #applyParticipants(participants: readonly Participant[], weJoin = false): void {
    const { gone, back } = this.#others.apply(participants, this.#self);
    for (const other of gone) this.mesh.disconnect(other);
    for (const other of back) this.mesh.serverRestarted(other);
    for (const other of this.#others.list()) {
      if (other.state !== 'joined' || !this.#joined) continue;
      this.#answered = true;
      this.mesh.connect(other, weJoin);
    }
    this.emit('participants');
  }

  #removeParticipant(id: string): void {
    const gone = this.#others.remove(id);
    if (!gone) return;
    this.mesh.disconnect(gone);
    this.emit('participants');
  }

  // --- State ---

  #listenToMesh(): void {
    this.mesh.on('change', () => {
      this.#updateState();
    });
    this.mesh.on('bye', (other) => {
      this.#onBye(other);
    });
    this.mesh.on('problem', (error) => {
      this.wentWrong(error);
    });
    this.mesh.on('lost', ({ participant, error }) => {
      this.#onLinkLost(participant, error);
    });
  }

  #onBye(other: RemoteParticipant): void {
    if (this.#others.size > 1) {
      this.#removeParticipant(other.id);
      this.#updateState();
      return;
    }
    this.#line.farewell();
    this.#end('hangup');
  }

  /** Whoever is not back at the server, but connected, has not left: with them it goes on as without a server. */
  #onServerEnded(reason: EndReason): void {
    const left = this.#others
      .list()
      .filter((other) => !this.#others.isAbsent(other.id) || !this.mesh.isUp(other));
    if (left.length === this.#others.size) {
      this.#end(reason);
      return;
    }
    this.#line.cut();
    for (const { id } of left) this.#removeParticipant(id);
  }

  #onLinkLost(other: RemoteParticipant, cause: VisavisError): void {
    const error = this.#line.isCut ? lostWithServer() : cause;
    this.wentWrong(error);
    if (this.#others.size > 1) {
      // Who is not back at the server is nobody that it could tell of.
      if (this.#others.isAbsent(other.id)) this.#removeParticipant(other.id);
      else this.mesh.disconnect(other);
      return;
    }
    this.#line.end();
    this.#fail(this.connectedAt === null ? 'error' : 'lost', error);
  }

  #useMedia(options: MediaOptions): void {
    if (options.video === false) void options.media.setCameraOff(true);
    this.mesh.setMedia(options.media);
  }

  #updateState(): void {
    if (this.state !== 'ended') this.enter(this.#presentState());
  }

  #presentState(): Exclude<CallState, 'ended'> {
    if (this.id === null) return 'calling';
    if (this.#accepting) return 'connecting';
    if (!this.#joined || !this.#answered) return 'ringing';
    const { health } = this.mesh;
    if (health === 'up') return 'connected';
    return this.connectedAt === null ? 'connecting' : 'reconnecting';
  }

  #fail(reason: EndReason, error: VisavisError): void {
    if (this.state === 'ended') return;
    this.wentWrong(error);
    this.#end(reason);
  }

  #end(reason: EndReason): void {
    if (this.state === 'ended') return;
    log.info(`ended: ${reason}`);
    this.mesh.close();
    this.#line.close();
    this.enterEnd(reason);
    this.#context.ended(this);
    this.emit('ended', reason);
  }
}
