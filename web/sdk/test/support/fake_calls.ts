// The calls of the fake server.
import {
  membershipToken,
  publicList,
  readMembership,
  restoredCall,
  rulesOf,
  turnServer,
  type Call,
  type Session,
} from './fake_session.ts';
import type { FakeServer } from './fake_server.ts';
import type { CallState, ClientMessage, EndReason } from '../../src/base/protocol.ts';

/** Calls that ring at one person at a time. */
const RINGS_MAX = 3;

type CallRequest = Extract<
  ClientMessage,
  {
    type:
      | 'call.start'
      | 'call.rejoin'
      | 'call.accept'
      | 'call.decline'
      | 'call.end'
      | 'call.relay'
      | 'signal';
  }
>;

export class FakeCalls {
  readonly #server: FakeServer;
  #calls = new Map<string, Call>();
  /** Called with the name of a restored call's room: whether the call may have it. */
  reopen: (call: Call, room: { name: string; knock: boolean }, token?: string) => void = () =>
    undefined;
  constructor(server: FakeServer) {
    this.#server = server;
  }

  get list(): Call[] {
    return [...this.#calls.values()];
  }

  get(id: string): Call | null {
    return this.#calls.get(id) ?? null;
  }

  clear(): void {
    this.#calls = new Map();
  }

  /** The call that this device has joined. */
  of(session: Session): Call | null {
    const isOwn = (one: Call['participants'][number]): boolean =>
      one.session === session && one.state === 'joined';
    return this.list.find((call) => call.participants.some(isOwn)) ?? null;
  }

  sessionGone(session: Session): void {
    for (const call of this.list) this.leave(call, session, 'lost');
  }

  onNewDevice(session: Session): void {
    for (const call of this.list) {
      const invited = call.participants.find(
        ({ user, state }) => user === session.user && state === 'invited',
      );
      if (invited) this.invite(call, session, invited.invitedBy ?? call.from);
    }
  }

  handle(session: Session, message: CallRequest): void {
    if (message.type === 'call.start') this.#onStart(session, message);
    else if (message.type === 'call.rejoin') this.#onRejoin(session, message);
    else this.#onCallMessage(session, message);
  }

  create(video: boolean): Call {
    const id = this.#server.newId('call');
    const call: Call = { id, video, from: '', answered: false, room: null, participants: [] };
    this.#calls.set(id, call);
    return call;
  }

  #onStart(session: Session, message: Extract<ClientMessage, { type: 'call.start' }>): void {
    const theirs = this.list.find(
      (call) =>
        call.participants.some(({ session: s, state }) => s === session && state === 'invited') &&
        call.participants.some(
          ({ user, state }) => message.to.includes(user) && state === 'joined',
        ),
    );
    if (theirs) {
      this.accept(theirs, session, message);
      return;
    }
    const called = this.#server.sessions.filter(({ user }) => message.to.includes(user));
    if (called.length === 0) {
      this.#server.refuse(session, message, 'unknown_user');
      return;
    }
    if (this.takesPlace(session)) {
      this.#server.refuse(session, message, 'call_limit');
      return;
    }
    if (called.some(({ user }) => this.isBusy(user))) {
      const call = this.#server.newId('call');
      this.#server.answer(session, message, { type: 'call.ended', call, reason: 'busy' });
      return;
    }
    const call = this.create(message.video ?? true);
    call.from = this.add(call, session, 'joined').participant;
    for (const other of called) {
      this.add(call, other, 'invited').silent = this.#server.hasBlocked(other.user, session.user);
    }
    this.#server.answer(session, message, {
      type: 'call.ringing',
      ...this.snapshot(call, session),
    });
    for (const other of called) {
      const snapshot = this.snapshot(call, other);
      if (snapshot) this.#server.send(other, { type: 'call.incoming', ...snapshot });
    }
  }

  /** Whether as many calls ring there as may. */
  isBusy(user: string): boolean {
    const rings = this.list.filter(({ participants }) =>
      participants.some((other) => other.user === user && other.state === 'invited'),
    );
    return rings.length >= RINGS_MAX;
  }

  /** Whether this device has joined as many calls as it may. */
  takesPlace(session: Session): boolean {
    return this.of(session) !== null;
  }

  /** What rings at this person from whom they have just blocked ends for them alone. */
  silence(user: string, blocked: string): void {
    for (const call of this.list) {
      const from = call.participants.find(({ participant }) => participant === call.from);
      for (const own of call.participants) {
        if (own.user !== user || own.state !== 'invited' || from?.user !== blocked) continue;
        this.#server.send(own.session, { type: 'call.ended', call: call.id, reason: 'declined' });
        own.silent = true;
      }
    }
  }

  add(call: Call, session: Session, state: 'invited' | 'joined'): Call['participants'][number] {
    const participant = this.#server.newId('participant');
    const added = { participant, user: session.user, name: session.name, state, session };
    call.participants.push(added);
    return added;
  }

  /** @param from The participant who asks. */
  invite(call: Call, session: Session, from: string): void {
    this.add(call, session, 'invited').invitedBy = from;
    this.#server.send(session, { type: 'call.incoming', ...this.snapshot(call, session) });
  }

  snapshot(call: Call, session: Session): CallState | null {
    const own = call.participants.find((other) => other.session === session);
    if (!own || own.silent) return null;
    const { participant, invitedBy, state } = own;
    const { id, video, room } = call;
    const from = state === 'invited' ? (invitedBy ?? call.from) : call.from;
    return {
      ...{ call: id, participant, from, video },
      participants: publicList(call),
      ...this.#own(call, session),
      ...(room && { room: room.name, knock: room.knock }),
      ...(room && state === 'joined' && rulesOf(room, session.user)),
      ...(room && state === 'joined' && { knocks: [...room.knocks] }),
    };
  }

  #own(call: Call, session: Session): Pick<CallState, 'ice_servers' | 'membership'> {
    const membership = membershipToken(this.#server.epoch, call, session);
    const ice_servers = this.#iceServers(call, session);
    return membership === undefined ? { ice_servers } : { ice_servers, membership };
  }

  #iceServers(call: Call, session: Session): RTCIceServer[] {
    return this.#server.relay ? [turnServer(call, session, this.#server.newId('credential'))] : [];
  }

  #onCallMessage(
    session: Session,
    message: Exclude<CallRequest, { type: 'call.start' | 'call.rejoin' }>,
  ): void {
    const call = this.#calls.get(message.call);
    const own = call?.participants.find((other) => other.session === session);
    if (!call || !own) {
      this.#server.refuse(session, message, 'unknown_call');
    } else if (message.type === 'call.accept' && this.takesPlace(session)) {
      this.#server.refuse(session, message, 'call_limit');
    } else if (message.type === 'call.accept') {
      this.accept(call, session, message);
    } else if (message.type === 'call.decline') {
      for (const device of call.participants.filter(({ user }) => user === session.user)) {
        this.leave(call, device.session, 'declined');
      }
    } else if (message.type === 'call.end') {
      this.leave(call, session, call.answered ? 'hangup' : 'cancelled', message.id);
    } else if (message.type === 'call.relay') {
      this.#onRelay(call, session, message);
    } else {
      const to = call.participants.find(({ participant }) => participant === message.to);
      if (!to) this.#server.refuse(session, message, 'unknown_participant');
      else {
        const data = this.#server.onSignal(session, to.session, message.data);
        const signal = { type: 'signal', call: call.id, from: own.participant, data };
        if (data && !to.silent) this.#server.send(to.session, signal);
      }
    }
  }

  #onRelay(call: Call, session: Session, request: { id?: number }): void {
    if (this.#server.refuseRelay) this.#server.refuse(session, request, 'relay_unavailable');
    if (this.#server.refuseRelay || this.#server.relayDelayMs === Infinity) return;
    setTimeout(() => {
      const ice_servers = this.#iceServers(call, session);
      this.#server.answer(session, request, { type: 'call.relay', call: call.id, ice_servers });
    }, this.#server.relayDelayMs);
  }

  accept(call: Call, session: Session, request: { id?: number }): void {
    call.answered = true;
    for (const other of [...call.participants]) {
      if (other.user !== session.user || other.session === session) continue;
      this.#remove(call, other.session);
      this.#server.send(other.session, {
        type: 'call.ended',
        call: call.id,
        reason: 'answered_elsewhere',
      });
    }
    const own = call.participants.find((other) => other.session === session)!;
    own.state = 'joined';
    const { participant } = own;
    const participants = publicList(call);
    const { room } = call;
    const message = { type: 'call.accepted', call: call.id, participant, participants };
    this.#server.answer(session, request, {
      ...message,
      ...this.#own(call, session),
      ...(room && { ...rulesOf(room, session.user), knocks: [...room.knocks] }),
    });
    this.#tellOthers(session, call, participant);
  }

  #tellOthers(session: Session, call: Call, participant: string): void {
    const participants = publicList(call);
    for (const other of call.participants) {
      if (other.session === session || other.silent) continue;
      this.#server.send(other.session, {
        type: 'call.accepted',
        call: call.id,
        participant,
        participants,
      });
    }
    this.#server.tellPresence();
  }

  #onRejoin(
    session: Session,
    request: { id?: number; membership: string; room_token?: string },
  ): void {
    const membership = readMembership(request.membership);
    const isOther = membership.epoch !== this.#server.epoch && membership.user === session.user;
    if (!this.#server.restores || !isOther) {
      this.#server.refuse(
        session,
        request,
        this.#server.restores ? 'membership_invalid' : 'unknown_message',
      );
      return;
    }
    const isFirst = !this.#calls.has(membership.call);
    const call = this.#calls.get(membership.call) ?? restoredCall(membership);
    this.#calls.set(call.id, call);
    if (isFirst && membership.room) this.reopen(call, membership.room, request.room_token);
    const { participant, user } = membership;
    // In the order in which they once joined, which is that of their ids.
    const later = call.participants.findIndex(
      (other) => numberOf(other.participant) > numberOf(participant),
    );
    const index = later < 0 ? call.participants.length : later;
    const { name } = session;
    call.participants.splice(index, 0, { participant, user, name, state: 'joined', session });
    this.#server.answer(session, request, {
      type: 'call.rejoined',
      ...this.snapshot(call, session),
    });
    this.#tellOthers(session, call, participant);
    setTimeout(() => {
      if (!call.room && call.participants.length === 1) this.leave(call, session, 'lost');
    }, 30_000);
  }

  leave(call: Call, session: Session, reason: EndReason, id?: number): void {
    const own = this.#remove(call, session);
    if (!own) return;
    if (!own.silent) {
      this.#server.answer(session, id === undefined ? {} : { id }, {
        type: 'call.ended',
        call: call.id,
        reason,
      });
    }
    const goesOn =
      (call.room !== null || call.participants.length >= 2) &&
      call.participants.some(({ state }) => state === 'joined');
    if (goesOn) {
      const { participant } = own;
      this.#server.tell(call, { type: 'call.left', call: call.id, participant, reason });
      return;
    }
    this.#calls.delete(call.id);
    this.#server.tell(call, { type: 'call.ended', call: call.id, reason });
    this.#server.tellPresence();
  }

  #remove(call: Call, session: Session): Call['participants'][number] | null {
    const index = call.participants.findIndex((other) => other.session === session);
    return index < 0 ? null : (call.participants.splice(index, 1)[0] ?? null);
  }
}

function numberOf(id: string): number {
  return Number(/\d+$/.exec(id)?.[0]);
}
