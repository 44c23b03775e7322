import type { CallContext } from './call_context.ts';
import { CallEntry } from './call_entry.ts';
import type { CallState, MediaOptions, RoomOptions } from './call_types.ts';
import { VisavisError } from '../base/errors.ts';
import { BYE_LINGER_MS } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type { Answer } from '../signaling/pending_requests.ts';
import type {
  CallAccepted,
  CallIncoming,
  CallRinging,
  CallState as CallSnapshot,
  EndReason,
  Participant,
  RenewedCall,
  ServerMessage,
} from '../base/protocol.ts';
import { assertRoomName } from '../room/room_name.ts';

const log = createLogger('call');

type CallMessage = Extract<ServerMessage, { call: string }>;
type Direction = 'outgoing' | 'incoming' | 'room';

/**
 * A call with one or more others, from the first ring to the end, or a room from the door to the end. Made by
 * `VisavisClient`: by `call()` or `joinRoom()`, or for its `call` event.
 */
export class Call extends CallEntry {
  readonly direction: Direction;

  readonly #context: CallContext;
  #video: boolean;
  #accepting = false;

  private constructor(context: CallContext, direction: Direction, video: boolean) {
    super(context);
    this.#context = context;
    this.direction = direction;
    this.#video = video;
    this.joined = direction === 'outgoing';
    this.setDataSaver(context.dataSaver);
  }

  /** @internal */
  static start(context: CallContext, to: readonly string[], options: MediaOptions): Call {
    const call = new Call(context, 'outgoing', options.video ?? true);
    call.line.start(to, call.#video, (answer) => {
      call.#onStartAnswer(answer);
    });
    call.#useMedia(options);
    return call;
  }

  /** @internal */
  static joinRoom(context: CallContext, room: string, options: RoomOptions): Call {
    assertRoomName(room);
    const { video = true, knock = false } = options;
    const call = new Call(context, 'room', video);
    call.setRoom({ name: room, knock });
    call.usePassphrase(options.passphrase ?? null);
    call.enterRoom({ name: room, knock });
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
    const isRoom = snapshot.room !== undefined;
    const someoneJoined = participants.some(
      ({ participant, state }) => participant !== self && state === 'joined',
    );
    if (!own || (outgoing && (someoneJoined || isRoom))) return null;
    const call = new Call(context, outgoing ? 'outgoing' : 'incoming', snapshot.video);
    call.#introduce(snapshot);
    return call;
  }

  override get video(): boolean {
    return this.#video;
  }

  /**
   * Joins the call. Rejects with a VisavisError when that is not possible (any more): either it has ended, or it
   * still rings and can be tried again: with `call_limit` while we are in another call, which is to be ended first
   * (`hangUp()`), or into which the caller can be asked (`invite()`).
   * @param options.passphrase Of the room, where the call is one that has a passphrase; see `RoomOptions`.
   */
  async accept(options: MediaOptions & Pick<RoomOptions, 'passphrase'>): Promise<void> {
    if (this.direction !== 'incoming' || this.state !== 'ringing') {
      throw new VisavisError('invalid_state', 'This call is not ringing here.');
    }
    if (this.#context.isInAnother(this)) {
      throw new VisavisError('call_limit', 'End your other call first.');
    }
    this.assertPathsArePossible();
    if (this.room) this.usePassphrase(options.passphrase ?? null);
    const answer = await new Promise<Answer>((resolve) => {
      this.line.accept((received) => {
        // At once, not when the promise is looked at: what comes next builds on it.
        this.#onAcceptAnswer(received);
        resolve(received);
      });
      this.#useMedia(options);
      this.#accepting = true;
      this.updateState();
    });
    if (answer instanceof VisavisError) throw answer;
    if (answer.type !== 'call.accepted' || !this.joined) {
      throw new VisavisError('invalid_state', 'The call ended before it was accepted.');
    }
  }

  /** For a call that was restored after a reload and is still ringing there: what we send once it is accepted. */
  setMedia(options: MediaOptions): void {
    if (this.state !== 'ended') this.#useMedia(options);
  }

  /** Says no, on all our devices. */
  decline(): void {
    if (this.direction !== 'incoming' || this.joined || this.state === 'ended') return;
    this.line.decline();
    this.end('declined');
  }

  /** Leaves; cancels while it still rings there or we knock, declines while it rings here. Works also without the server. */
  hangUp(): void {
    if (this.state === 'ended') return;
    if (this.entry) {
      this.entry.abandon();
      this.end(this.isReturning ? 'hangup' : 'cancelled');
      return;
    }
    if (!this.joined && !this.#accepting) {
      this.decline();
      return;
    }
    // Without an id yet, the answer to `call.start` is answered by `call.end`.
    this.line.end();
    this.mesh.leave(this.line.isUp ? 0 : BYE_LINGER_MS);
    this.end(this.answered || this.direction === 'incoming' ? 'hangup' : 'cancelled');
  }

  // --- What the client hands on ---

  /** @internal Whether we are in it, rather than ringing. */
  get isJoined(): boolean {
    return this.joined && this.answered && this.state !== 'ended';
  }

  /** @internal Of the calls of this kind a session has only as many as `welcome.limits.calls`: we have joined it, or are about to. */
  get takesPlace(): boolean {
    if (this.state === 'ended' || this.isWaiting) return false;
    return this.direction !== 'incoming' || this.joined || this.#accepting;
  }

  /** @internal */
  handle(message: CallMessage): void {
    if (this.state === 'ended') return;
    switch (message.type) {
      case 'call.ringing':
      case 'call.accepted':
        this.takeOwn(message);
        this.takeRoom(message);
        this.applyParticipants(message.participants);
        break;
      case 'call.left':
        this.removeParticipant(message.participant);
        break;
      case 'call.ended':
        this.#onServerEnded(message.reason);
        break;
      case 'room.opened':
      case 'room.rules':
        this.line.keep(message.membership);
        this.takeRoom(message);
        break;
      case 'room.knocks':
        this.takeRoom(message);
        break;
      case 'signal':
        if (!this.mesh.receive(message.from, message.data)) log.debug('a signal without a link');
        break;
      case 'call.incoming':
      case 'call.rejoined':
      case 'call.relay':
        break;
    }
    this.updateState();
  }

  /** @internal The server has signed our tokens anew. */
  renew(tokens: RenewedCall): void {
    this.line.keep(tokens.membership);
    this.takeRoom({ room_token: tokens.room_token });
  }

  /** @internal Another Call object, or another page, goes on with it. */
  withdraw(reason: EndReason): void {
    this.end(reason);
  }

  /** @internal */
  networkChanged(): void {
    if (!this.line.isCut) this.mesh.networkChanged();
  }

  /** @internal The policy is another. Without a relay a call that stands goes on: its addresses are known by now. */
  reconfigure(): void {
    if (this.ice.isUsable) this.mesh.reconfigure();
  }

  /** @internal */
  signalingBack(): void {
    if (!this.line.isCut) this.mesh.signalingBack();
  }

  // --- Answers ---

  #onStartAnswer(answer: Answer): void {
    if (answer instanceof VisavisError) {
      this.fail(answer.code === 'session_lost' ? 'lost' : 'error', answer);
    } else if (answer.type === 'call.ended') {
      this.end(answer.reason);
    } else if (answer.type === 'call.ringing' || answer.type === 'call.accepted') {
      this.#onStarted(answer);
    }
  }

  #onStarted(answer: CallRinging | CallAccepted): void {
    if (this.state === 'ended') {
      this.line.end(answer.call);
      return;
    }
    this.goIn(answer);
  }

  #onAcceptAnswer(answer: Answer): void {
    this.#accepting = false;
    if (answer instanceof VisavisError) {
      this.wentWrong(answer);
    } else if (answer.type === 'call.accepted' && this.state !== 'ended') {
      this.joined = true;
      this.self = answer.participant;
      this.takeOwn(answer);
      this.takeRoom(answer);
      this.applyParticipants(answer.participants, true);
    }
    this.updateState();
  }

  // --- Participants ---

  #introduce(snapshot: CallSnapshot): void {
    this.line.opened(snapshot.call);
    this.takeOwn(snapshot);
    this.takeRoom(snapshot);
    this.self = snapshot.participant;
    this.caller = snapshot.from === snapshot.participant ? null : snapshot.from;
    this.applyParticipants(snapshot.participants);
    this.updateState();
  }

  protected override takeList(participants: readonly Participant[]): void {
    this.applyParticipants(participants);
    this.updateState();
  }

  protected override entered(id: string): void {
    this.#context.started(this, id);
  }

  protected override leftBehind(id: string): void {
    this.#context.leftBehind(this, id);
  }

  // --- State ---

  /** Whoever is not back at the server, but connected, has not left: with them it goes on as without a server. */
  #onServerEnded(reason: EndReason): void {
    if (reason === 'room_rules') {
      this.comeToTheDoor();
      return;
    }
    if (reason === 'removed') {
      this.forgetRoom();
      this.end(reason);
      return;
    }
    const left = this.others
      .list()
      .filter((other) => !this.others.isAbsent(other.id) || !this.mesh.isUp(other));
    if (left.length === this.others.size) {
      this.end(reason);
      return;
    }
    this.line.cut();
    for (const { id } of left) this.removeParticipant(id);
  }

  #useMedia(options: MediaOptions): void {
    if (options.video === false) void options.media.setCameraOff(true);
    this.mesh.setMedia(options.media);
  }

  protected override updateState(): void {
    if (this.state === 'ended') return;
    if (this.room && this.joined) this.answered = true;
    const state = this.#presentState();
    if (state === 'alone' || state === 'connected') this.returned();
    this.enter(state);
  }

  #presentState(): Exclude<CallState, 'ended'> {
    if (this.isWaiting) return 'waiting';
    if (this.id === null) return this.isReturning ? 'reconnecting' : 'calling';
    if (this.#accepting) return 'connecting';
    if (!this.joined || !this.answered) return 'ringing';
    if (this.room && !this.isSomeoneThere) return 'alone';
    const { health } = this.mesh;
    if (health === 'up') return 'connected';
    return health === 'down' || this.isReturning ? 'reconnecting' : 'connecting';
  }

  protected override fail(reason: EndReason, error: VisavisError): void {
    if (this.state === 'ended') return;
    this.wentWrong(error);
    this.end(reason);
  }

  protected override end(reason: EndReason): void {
    if (this.state === 'ended') return;
    log.info(`ended: ${reason}`);
    this.mesh.close();
    this.line.close();
    this.enterEnd(reason);
    this.#context.ended(this);
    this.emit('ended', reason);
  }
}
