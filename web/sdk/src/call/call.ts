import { awayTooLong, lostWithServer, noRelay } from './call_errors.ts';
import type { CallContext } from './call_context.ts';
import { CallFeatures, type FeatureEvents } from './call_features.ts';
import {
  isJoined,
  present,
  step,
  type Effect,
  type Life,
  type LifeEvent,
  type Surroundings,
} from './call_life.ts';
import { CallLine } from './call_line.ts';
import { CallLinks } from './call_links.ts';
import { CallPeople } from './call_people.ts';
import { CallRoom } from './call_room.ts';
import type { CallState, MediaOptions, RoomOptions, SessionLoss } from './call_types.ts';
import type { UplinkState } from '../adapt/uplink_budget.ts';
import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import { BYE_LINGER_MS } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type {
  CallAccepted,
  CallIncoming,
  CallRejoined,
  CallRinging,
  CallState as CallSnapshot,
  EndReason,
  Knock,
  Participant,
  RenewedCall,
  RoomAdmitted,
  RoomRefused,
  ServerMessage,
  SignalData,
} from '../base/protocol.ts';
import type { Chat } from '../chat/chat.ts';
import type { Files } from '../files/files.ts';
import type { View } from '../link/control_channel.ts';
import { CallIceServers } from '../link/ice_servers.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import { Mesh } from '../mesh/mesh.ts';
import { assertRoomName } from '../room/room_name.ts';
import { RoomEntry } from './room_entry.ts';
import { Roster } from './roster.ts';
import type { Answer } from '../signaling/pending_requests.ts';

const log = createLogger('call');

type CallMessage = Extract<ServerMessage, { call: string }>;
type Direction = 'outgoing' | 'incoming' | 'room';

interface CallEvents extends FeatureEvents {
  state: CallState;
  participants: void;
  /** `room` changed: the call got a name, or lost it with the server. */
  room: void;
  knocks: void;
  /** `locked`, `hosts` or `removed` changed. */
  rules: void;
  ended: EndReason;
}

/**
 * A call with one or more others, from the first ring to the end, or a room from the door to the end. Made by
 * `VisavisClient`: by `call()` or `joinRoom()`, or for its `call` event.
 *
 * It is a front: `Life` says how far we are in it, and its parts do the rest.
 */
export class Call extends Emitter<CallEvents> {
  readonly direction: Direction;
  /** What kind of call it is meant to be. */
  readonly video: boolean;
  /** What people in the call write to each other. */
  readonly chat: Chat;

  readonly #context: CallContext;
  readonly #line: CallLine;
  readonly #ice: CallIceServers;
  readonly #mesh: Mesh;
  readonly #people: CallPeople;
  readonly #room: CallRoom;
  readonly #features: CallFeatures;
  #life: Life;
  // While we are on our way into a room.
  #entry: RoomEntry | null = null;
  #state: CallState = 'calling';
  #endReason: EndReason | null = null;
  #error: VisavisError | null = null;
  #connectedAt: number | null = null;

  private constructor(context: CallContext, direction: Direction, video: boolean, life: Life) {
    super();
    this.direction = direction;
    this.video = video;
    this.#context = context;
    this.#life = life;
    const { platform } = context;
    this.#line = new CallLine(context);
    this.#ice = new CallIceServers({
      timers: platform.timers,
      policy: () => context.iceTransportPolicy,
      fallback: () => context.iceServers(),
      ask: (onAnswer) => this.#line.askForRelay(onAnswer),
    });
    const roster = new Roster(() => platform.createMediaStream());
    this.#mesh = new Mesh({
      platform,
      ice: this.#ice,
      canSignal: (to) => !this.#line.isCut && !roster.isAbsent(to),
      isServerThere: () => this.#line.isUp,
      sendSignal: (to, data) => {
        this.#sendSignal(to, data);
      },
    });
    this.#features = new CallFeatures(this.#mesh, platform.timers);
    this.chat = this.#features.chat;
    this.#people = new CallPeople(roster, this.#mesh);
    this.#room = new CallRoom(this.#line, context.roomTokens);
    this.#listen();
    this.setDataSaver(context.dataSaver);
  }

  // --- How it stands ---

  /** Null until the server has answered. */
  get id(): string | null {
    return this.#line.id;
  }

  get state(): CallState {
    return this.#state;
  }

  get endReason(): EndReason | null {
    return this.#endReason;
  }

  /** The last thing that went wrong, mended or not; null if nothing did. */
  get error(): VisavisError | null {
    return this.#error;
  }

  /** Date.now() when it was first connected. */
  get connectedAt(): number | null {
    return this.#connectedAt;
  }

  // --- Coming and going ---

  /**
   * Joins the call. Rejects with a VisavisError when that is not possible (any more): either it has ended, or it
   * still rings and can be tried again: with `call_limit` while we are in another call, which is to be ended first
   * (`hangUp()`), or into which the caller can be asked (`invite()`).
   * @param options.passphrase Of the room, where the call is one that has a passphrase; see `RoomOptions`.
   */
  async accept(options: MediaOptions & Pick<RoomOptions, 'passphrase'>): Promise<void> {
    if (this.#life.at !== 'ring' || this.#life.accepting) {
      throw new VisavisError('invalid_state', 'This call is not ringing here.');
    }
    if (this.#context.isInAnother(this)) {
      throw new VisavisError('call_limit', 'End your other call first.');
    }
    if (!this.#ice.isUsable) throw noRelay();
    this.#usePassphrase(options.passphrase ?? null);
    const { answer, isIn } = await new Promise<{ answer: Answer; isIn: boolean }>((resolve) => {
      this.#context.joining();
      this.#line.accept((received) => {
        // At once, not when the promise is looked at: what comes next builds on it.
        resolve({ answer: received, isIn: this.#onAcceptAnswer(received) });
      });
      this.#useMedia(options);
      this.#take({ type: 'accepting' });
      this.#update();
    });
    if (answer instanceof VisavisError) throw answer;
    if (!isIn) {
      throw new VisavisError('invalid_state', 'The call ended before it was accepted.');
    }
  }

  /** For a call that was restored after a reload and is still ringing there: what we send once it is accepted. */
  setMedia(options: MediaOptions): void {
    if (this.state !== 'ended') this.#useMedia(options);
  }

  /** Says no, on all our devices. */
  decline(): void {
    this.#take({ type: 'decline' });
  }

  /** Leaves; cancels while it still rings there or we knock, declines while it rings here. Works also without the server. */
  hangUp(): void {
    this.#take({ type: 'hang_up' });
  }

  // --- Who is in it ---

  /** Who calls, if it is not us. */
  get from(): RemoteParticipant | null {
    return this.#people.caller;
  }

  /** The others, not ended; once the call has ended, those who were there last. */
  get participants(): readonly RemoteParticipant[] {
    return this.#people.list();
  }

  /** Makes the link to somebody anew whose link has `failed`; by itself it is tried again, too, but less and less often. */
  retry(participant: RemoteParticipant): void {
    if (this.state !== 'ended') this.#mesh.retry(participant);
  }

  /**
   * Rings at more people, by `Person.user`; they are `participants` at once, `invited` until they accept. Rejects with
   * a VisavisError: `busy` when all of them are, `unknown_user`, `call_full`, `invalid_field`, or `rate_limited` (with `retryAfterMs`) when
   * we ring too many, or somebody too soon after they did not answer.
   */
  async invite(users: readonly string[]): Promise<void> {
    const answer = await this.#line.ask(
      { type: 'call.invite', call: this.#joinedId(), to: [...users] },
      'call.ringing',
    );
    this.#takeOwn(answer);
    this.#takeList(answer.participants);
    const busy = new Set(answer.busy);
    if (users.every((user) => busy.has(user))) {
      throw new VisavisError('busy', 'As many calls ring there as may.');
    }
  }

  // --- As a room ---

  /** The name that leads here, and whether others must knock; null where the call has none. Event `room`. */
  get room(): { readonly name: string; readonly knock: boolean } | null {
    return this.#room.place;
  }

  /** Who knocks, in the order in which they came. Event `knocks`. */
  get knocks(): readonly Knock[] {
    return this.#room.knocks;
  }

  /** Nobody new comes in, not even to knock. Event `rules`. */
  get locked(): boolean {
    return this.#room.rules.locked;
  }

  /**
   * Users who let people in, remove them, and set the room's rules: its creator first, whoever the creator named, and
   * whoever stands in while none of these is inside. Event `rules`.
   */
  get hosts(): readonly string[] {
    return this.#room.rules.hosts;
  }

  /** Whether we are one of `hosts`. Event `rules`. */
  get isHost(): boolean {
    const { user } = this.#context;
    return user !== null && this.hosts.includes(user);
  }

  /** Whether we made the room: only then `setHost` works. Event `rules`. */
  get isCreator(): boolean {
    const { user } = this.#context;
    return user !== null && this.hosts[0] === user;
  }

  /** Who was removed, for hosts; `name` is empty where the server does not know it any more. Event `rules`. */
  get removed(): readonly { readonly user: string; readonly name: string }[] {
    return this.#room.rules.removed;
  }

  /**
   * What this side proves to know to everyone else in the room, and asks them to prove; null where there is nothing to
   * prove.
   */
  get passphrase(): string | null {
    return this.#room.passphrase;
  }

  /**
   * Gives a call the name that others can join it by. Rejects with a VisavisError: `room_taken`, `invalid_field`.
   * @param options.knock Others must knock. Default false.
   */
  async openRoom(room: string, options: { knock?: boolean } = {}): Promise<void> {
    await this.#room.open(this.#joinedId(), room, options.knock ?? false);
  }

  /**
   * Lets somebody in who knocks, or refuses them. Rejects with a VisavisError: `not_host`; `unknown_knock` when somebody
   * else was faster, or they have gone; `call_full`.
   */
  async admit(knock: string, admit: boolean): Promise<void> {
    await this.#room.admit(this.#joinedId(), knock, admit);
  }

  /**
   * Puts a person out of the room, on all their devices; from then on others must knock. They neither enter nor knock
   * again, unless a host invites them. Rejects with a VisavisError: `not_host`, `unknown_participant`, `rate_limited`.
   * @param participant A participant's id.
   */
  async remove(participant: string): Promise<void> {
    const call = this.#joinedId();
    await this.#room.changeRules({ type: 'room.remove', call, participant });
  }

  /** Whether others must knock. Whoever waits is let in by turning it off. Rejects with a VisavisError: `not_host`, `rate_limited`. */
  async setKnock(knock: boolean): Promise<void> {
    await this.#room.changeRules({ type: 'room.set', call: this.#joinedId(), knock });
  }

  /** Lets nobody new in, or anybody again. Rejects with a VisavisError: `not_host`, `rate_limited`. */
  async lock(locked = true): Promise<void> {
    await this.#room.changeRules({ type: 'room.set', call: this.#joinedId(), locked });
  }

  /**
   * Names somebody inside a host, or takes it back; only by the room's creator. Rejects with a VisavisError: `not_host`,
   * `unknown_user`, `invalid_field` when there are as many as there may be, `rate_limited`.
   * @param user `Person.user`.
   */
  async setHost(user: string, host: boolean): Promise<void> {
    await this.#room.changeRules({ type: 'room.host', call: this.#joinedId(), user, host });
  }

  // --- What people do together ---

  /** How well our connection carries what we send. */
  get uplink(): { readonly state: UplinkState } {
    return { state: this.#features.uplink };
  }

  /** Who speaks, or spoke just now. */
  get activeSpeaker(): RemoteParticipant | null {
    return this.#features.activeSpeaker;
  }

  /** How large that participant's pictures are shown here, so that they send accordingly. Large until this is told. */
  setView(participant: string, view: View): void {
    this.#mesh.setView(participant, view);
  }

  /** What `files()` gives, where it has been fetched already; else null, and the event `files` will tell. */
  get loadedFiles(): Files | null {
    return this.#features.loadedFiles;
  }

  /**
   * What people in the call send to each other; fetched when it is first wanted, or when somebody offers a file (event
   * `files`). Rejects when it cannot be fetched.
   */
  files(): Promise<Files> {
    return this.#features.loadFiles();
  }

  get handRaised(): boolean {
    return this.#mesh.handRaised;
  }

  /** Everyone sees it on our tile, late joiners too. */
  setHandRaised(raised: boolean): void {
    this.#mesh.setHandRaised(raised);
  }

  /**
   * An emoji, seen by whoever is connected at this moment. Returns false, and sends nothing, when there have been too many
   * at once (REACTIONS_SENT_MAX, REACTIONS_SENT_PER_S).
   */
  react(emoji: string): boolean {
    return this.#mesh.sendReaction(emoji);
  }

  /**
   * To everyone who has joined, over the data channels: in order, whole, at most 64 KiB each. At most 100 messages and
   * 1 MiB at once, and 50 messages and 256 KiB more every second: every receiver takes that much.
   * @throws VisavisError `no_channel`, `too_large`; and, as nothing was sent and may be tried again a moment later,
   * `buffer_full` (somebody's path is too slow), `rate_limited` (more than that)
   */
  send(data: string | ArrayBuffer): void {
    this.#mesh.send(data);
  }

  // --- Made by the client ---

  /** @internal */
  static start(context: CallContext, to: readonly string[], options: MediaOptions): Call {
    const call = new Call(context, 'outgoing', options.video ?? true, { at: 'start' });
    call.#line.start(to, call.video, (answer) => {
      call.#onStartAnswer(answer);
    });
    call.#useMedia(options);
    return call;
  }

  /** @internal */
  static joinRoom(context: CallContext, room: string, options: RoomOptions): Call {
    assertRoomName(room);
    const { video = true, knock = false } = options;
    const call = new Call(context, 'room', video, { at: 'door', returning: false });
    const place = { name: room, knock };
    call.#room.setPlace(place);
    call.#usePassphrase(options.passphrase ?? null);
    call.#enterRoom(place);
    call.#useMedia(options);
    return call;
  }

  /** @internal */
  static incoming(context: CallContext, message: CallIncoming): Call {
    const call = new Call(context, 'incoming', message.video, { at: 'ring', accepting: false });
    call.#introduce(message);
    return call;
  }

  /** @internal A call of the page before this one that still rings; null for one that cannot go on. */
  static restore(context: CallContext, snapshot: CallSnapshot): Call | null {
    const { participant: self, participants, video } = snapshot;
    const own = participants.find(({ participant }) => participant === self);
    const outgoing = own?.state === 'joined';
    const isRoom = snapshot.room !== undefined;
    const someoneJoined = participants.some(
      ({ participant, state }) => participant !== self && state === 'joined',
    );
    if (!own || (outgoing && (someoneJoined || isRoom))) return null;
    const life: Life = outgoing
      ? { at: 'inside', ours: true, answered: false, returning: false }
      : { at: 'ring', accepting: false };
    const call = new Call(context, outgoing ? 'outgoing' : 'incoming', video, life);
    call.#introduce(snapshot);
    return call;
  }

  // --- What the client hands on ---

  /** @internal By way of the client, for all calls. */
  setDataSaver(on: boolean): void {
    this.#features.setDataSaver(on);
  }

  /** @internal We knock at a room. */
  get isWaiting(): boolean {
    return this.#entry?.isWaiting ?? false;
  }

  /** @internal Whether we are in it, rather than ringing. */
  get isJoined(): boolean {
    return this.#life.at === 'inside' && this.#life.answered;
  }

  /** @internal Of the calls of this kind a session has only as many as `welcome.limits.calls`: we have joined it, or are about to. */
  get takesPlace(): boolean {
    if (this.#life.at === 'ring') return this.#life.accepting;
    return this.#life.at !== 'end' && !this.isWaiting;
  }

  /** @internal */
  handle(message: CallMessage): void {
    if (this.state === 'ended') return;
    switch (message.type) {
      case 'call.ringing':
      case 'call.accepted':
        this.#takeOwn(message);
        this.#room.take(message);
        this.#applyParticipants(message.participants);
        break;
      case 'call.left':
        this.#people.remove(message.participant);
        break;
      case 'call.ended':
        this.#onServerEnded(message.reason);
        break;
      case 'room.opened':
      case 'room.rules':
        this.#line.keep(message.membership);
        this.#room.take(message);
        break;
      case 'room.knocks':
        this.#room.take(message);
        break;
      case 'signal':
        if (!this.#mesh.receive(message.from, message.data)) log.debug('a signal without a link');
        break;
      case 'call.incoming':
      case 'call.rejoined':
      case 'call.relay':
        break;
    }
    this.#update();
  }

  /** @internal What comes while we knock, for whoever knocks at that room. */
  handleDoor(message: RoomAdmitted | RoomRefused): void {
    if (this.room?.name !== message.room) return;
    if (message.type === 'room.admitted') this.#entry?.admitted();
    else this.#entry?.refused(message.reason);
  }

  /** @internal Somebody inside rings at us while we are on our way: whoever knocks need not any more. */
  askedIn(): void {
    this.#entry?.admitted();
  }

  /** @internal The server has signed our tokens anew. */
  renew(tokens: RenewedCall): void {
    this.#line.keep(tokens.membership);
    this.#room.take({ room_token: tokens.room_token });
  }

  /** @internal Another Call object, or another page, goes on with it. */
  withdraw(reason: EndReason): void {
    this.#end(reason);
  }

  /** @internal The session is gone. */
  sessionLost({ serverRestarted, awayMs, asleepMs }: SessionLoss): void {
    this.#take({ type: 'session_lost', serverRestarted, awayMs, asleepMs });
  }

  /** @internal The client is closed: there is no way back. */
  clientClosed(): void {
    this.#fail('lost', new VisavisError('closed', 'The client is closed.'));
  }

  /** @internal */
  networkChanged(): void {
    if (!this.#line.isCut) this.#mesh.networkChanged();
  }

  /** @internal The policy is another. Without a relay a call that stands goes on: its addresses are known by now. */
  reconfigure(): void {
    if (this.#ice.isUsable) this.#mesh.reconfigure();
  }

  /** @internal */
  signalingBack(): void {
    if (!this.#line.isCut) this.#mesh.signalingBack();
  }

  // --- Its life ---

  /** One step, and what follows from it. */
  #take(event: LifeEvent): void {
    const [life, effects] = step(this.#life, event, this.#around);
    this.#life = life;
    for (const effect of effects) this.#effect(effect);
  }

  get #around(): Surroundings {
    return {
      isRoom: this.room !== null,
      isKnocking: this.isWaiting,
      health: this.#mesh.health,
    };
  }

  #effect(effect: Effect): void {
    switch (effect) {
      case 'forget_everyone':
        this.#people.forgetEveryone();
        this.chat.cameBack();
        break;
      case 'tell_participants':
        this.emit('participants');
        break;
      case 'go_back_in':
        this.#goBackIn();
        break;
      case 'enter_again':
      case 'enter_again_later':
        this.#entry?.sessionLost(effect === 'enter_again_later');
        break;
      case 'rejoin':
        this.#rejoin();
        break;
      case 'tell_decline':
        this.#line.decline();
        break;
      case 'tell_end':
        // Without an id yet, the answer to `call.start` is answered by `call.end`.
        this.#line.end();
        this.#mesh.leave(this.#line.isUp ? 0 : BYE_LINGER_MS);
        break;
      case 'away_too_long':
        this.#error = awayTooLong();
        break;
      case 'lost_with_server':
        this.#error = lostWithServer();
        break;
      case 'close':
        this.#close();
        break;
    }
  }

  /** Shows how it stands now. */
  #update(): void {
    if (this.#life.at === 'inside' && this.room) this.#take({ type: 'answered' });
    if (this.#life.at === 'end') return;
    const { isSomeoneThere } = this.#people;
    const state = present(this.#life, { ...this.#around, isSomeoneThere });
    if (state === 'alone' || state === 'connected') this.#take({ type: 'settled' });
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'connected') this.#connectedAt ??= Date.now();
    this.emit('state', state);
  }

  #end(reason: EndReason): void {
    this.#take({ type: 'end', reason });
  }

  #fail(reason: EndReason, error: VisavisError): void {
    if (this.#life.at === 'end') return;
    this.#error = error;
    this.#end(reason);
  }

  /** Leaves the call, or the way to it, because of an error. */
  #giveUp(error: VisavisError): void {
    this.#line.end();
    this.#fail('error', error);
  }

  #close(): void {
    if (this.#life.at !== 'end') return;
    const { reason } = this.#life;
    log.info(`ended: ${reason}`);
    this.#entry?.abandon();
    this.#mesh.close();
    this.#line.close();
    this.#endReason = reason;
    this.#state = 'ended';
    this.#features.close();
    this.emit('state', 'ended');
    this.#context.ended(this);
    this.emit('ended', reason);
  }

  // --- The way in, and back in ---

  #onStartAnswer(answer: Answer): void {
    if (answer instanceof VisavisError) {
      this.#fail(answer.code === 'session_lost' ? 'lost' : 'error', answer);
    } else if (answer.type === 'call.ended') {
      this.#end(answer.reason);
    } else if (answer.type === 'call.ringing' || answer.type === 'call.accepted') {
      if (this.#life.at === 'end') {
        this.#line.end(answer.call);
        return;
      }
      this.#take({ type: 'started' });
      this.#goIn(answer);
    }
  }

  /** Whether we are in it now. */
  #onAcceptAnswer(answer: Answer): boolean {
    if (answer instanceof VisavisError) this.#error = answer;
    const isIn =
      !(answer instanceof VisavisError) &&
      answer.type === 'call.accepted' &&
      this.#life.at !== 'end';
    this.#take({ type: isIn ? 'accepted' : 'accept_failed' });
    if (isIn) {
      this.#people.become(answer.participant);
      this.#takeOwn(answer);
      this.#room.take(answer);
      this.#applyParticipants(answer.participants, true);
    }
    this.#update();
    return isIn;
  }

  /** The server has answered that we are in. */
  #goIn(answer: CallRinging | CallAccepted): void {
    this.#line.opened(answer.call);
    this.#takeOwn(answer);
    this.#room.take(answer);
    this.#people.become(answer.participant);
    this.#context.started(this, answer.call);
    if (!this.#ice.isUsable) {
      this.#giveUp(noRelay());
      return;
    }
    // Answered by `call.accepted`: we enter a room; or they were calling us, too, and joined before us (glare).
    this.#applyParticipants(answer.participants, answer.type === 'call.accepted');
    this.#update();
  }

  /** @throws VisavisError `closed`, `queue_full` */
  #enterRoom({ name, knock }: { name: string; knock: boolean }): void {
    this.#entry = new RoomEntry({
      ...{ timers: this.#context.platform.timers, line: this.#line, room: name, knock },
      video: this.video,
      onEntered: (answer) => {
        this.#entry = null;
        this.#take({ type: 'let_in' });
        this.#take({ type: 'entered' });
        this.#goIn(answer);
      },
      onWaiting: () => {
        this.#onWaiting(name);
      },
      onFailed: (error) => {
        this.#fail('error', error);
      },
    });
    this.#entry.begin();
  }

  #onWaiting(name: string): void {
    this.#room.setPlace({ name, knock: true });
    if (this.#life.at === 'door' && this.#life.returning) {
      this.#effect('forget_everyone');
      this.#effect('tell_participants');
    }
    this.#update();
  }

  /** Who is there stays in sight until we know who is there now. */
  #goBackIn(): void {
    const { room } = this;
    if (!room) return;
    log.info('going back into the room by its door');
    if (this.id !== null) this.#context.leftBehind(this, this.id);
    this.#line.startAfresh();
    this.#room.take({ knocks: [] });
    try {
      this.#enterRoom(room);
    } catch (error) {
      this.#fail('error', VisavisError.from(error, 'closed'));
    }
    this.#update();
  }

  #rejoin(): void {
    log.info('the server restarted; the call goes on without it');
    this.#line.cut();
    this.#people.awaitAll();
    this.#line.rejoin(
      this.room?.name ?? null,
      (answer) => {
        this.#onRejoined(answer);
      },
      () => {
        // Whoever is connected goes on; nobody else finds their way here any more.
        if (this.#mesh.health === 'none') this.#take({ type: 'not_taken_back' });
      },
    );
  }

  #onRejoined(answer: CallRejoined): void {
    if (this.#life.at === 'end') {
      this.#line.end();
      return;
    }
    this.#takeOwn(answer);
    // Somebody may have made another room of this name before the call was back.
    if (answer.room === undefined) this.#room.setPlace(null);
    this.#room.take(answer);
    this.#takeList(answer.participants);
  }

  /** Whoever is not back at the server, but connected, has not left: with them it goes on as without a server. */
  #onServerEnded(reason: EndReason): void {
    if (reason === 'room_rules') {
      this.#take({ type: 'put_out' });
      return;
    }
    if (reason === 'removed') {
      this.#room.forget();
      this.#end(reason);
      return;
    }
    const others = this.#people.list();
    const left = others.filter((other) => !this.#people.isAbsent(other) || !this.#mesh.isUp(other));
    if (left.length === others.length) {
      this.#end(reason);
      return;
    }
    this.#line.cut();
    for (const { id } of left) this.#people.remove(id);
  }

  // --- What it is told ---

  #introduce(snapshot: CallSnapshot): void {
    this.#line.opened(snapshot.call);
    this.#takeOwn(snapshot);
    this.#room.take(snapshot);
    this.#people.become(snapshot.participant);
    this.#people.calledBy(snapshot.from === snapshot.participant ? null : snapshot.from);
    this.#takeList(snapshot.participants);
  }

  #takeOwn({ ice_servers, membership }: Pick<CallAccepted, 'ice_servers' | 'membership'>): void {
    this.#ice.take(ice_servers);
    this.#line.keep(membership);
  }

  #takeList(participants: readonly Participant[]): void {
    this.#applyParticipants(participants);
    this.#update();
  }

  #applyParticipants(participants: readonly Participant[], weJoin = false): void {
    this.#people.apply(participants, isJoined(this.#life), weJoin);
  }

  #useMedia(options: MediaOptions): void {
    if (options.video === false) void options.media.setCameraOff(true);
    this.#mesh.setMedia(options.media);
  }

  /** @throws VisavisError `invalid_field` when it is too long */
  #usePassphrase(passphrase: string | null): void {
    const key = this.#room.usePassphrase(passphrase, this.#context.platform.subtle);
    if (!key) return;
    this.#mesh.setRoomKey(key);
    key.catch((error: unknown) => {
      this.#giveUp(VisavisError.from(error, 'insecure_context'));
    });
  }

  #sendSignal(to: string, data: SignalData): void {
    this.#line.signal(to, data, (error) => {
      if (this.#life.at === 'end') return;
      log.warn(`a signal was refused: ${error.code}`);
      this.#error = error;
      this.#mesh.signalLost(to);
    });
  }

  /** @throws VisavisError `invalid_state` */
  #joinedId(): string {
    if (this.id === null || !isJoined(this.#life)) {
      throw new VisavisError('invalid_state', 'We are not in this call.');
    }
    return this.id;
  }

  #listen(): void {
    const features = this.#features;
    features.on('data', (message) => {
      this.emit('data', message);
    });
    features.on('reaction', (reaction) => {
      this.emit('reaction', reaction);
    });
    features.on('uplink', (uplink) => {
      this.emit('uplink', uplink);
    });
    features.on('speaker', (speaker) => {
      this.emit('speaker', speaker);
    });
    features.on('files', (files) => {
      this.emit('files', files);
    });
    this.#people.on('joined', () => {
      this.#take({ type: 'answered' });
    });
    this.#people.on('participants', () => {
      this.emit('participants');
    });
    this.#room.on('room', () => {
      // Whoever comes by the link later is told what was written from now on; a call without one keeps its words.
      if (this.room) this.chat.setSharesHistory(true);
      this.emit('room');
    });
    this.#room.on('knocks', () => {
      this.emit('knocks');
    });
    this.#room.on('rules', () => {
      this.emit('rules');
    });
    CallLinks.watch({
      ...{ mesh: this.#mesh, people: this.#people, line: this.#line },
      isRoom: () => this.room !== null,
      then: {
        update: () => {
          this.#update();
        },
        wentWrong: (error) => {
          this.#error = error;
        },
        leftByAll: () => {
          this.#line.farewell();
          this.#end('hangup');
        },
        over: (error, lost) => {
          this.#line.end();
          this.#fail(lost && this.connectedAt !== null ? 'lost' : 'error', error);
        },
        giveUp: (error) => {
          this.#giveUp(error);
        },
      },
    });
  }
}
