// The rooms of the fake server: calls with a name (PROTOCOL.md section 12).
import type { FakeCalls } from './fake_calls.ts';
import type { FakeServer } from './fake_server.ts';
import {
  rulesOf,
  WELCOME_SETTINGS,
  type Call,
  type Room,
  type RoomToken,
  type Session,
} from './fake_session.ts';
import type {
  CallInvite,
  ClientMessage,
  RoomAdmit,
  RoomJoin,
  RoomOpen,
} from '../../src/base/protocol.ts';

type RoomRequest = Extract<
  ClientMessage,
  {
    type:
      | 'room.look'
      | 'room.join'
      | 'room.leave'
      | 'room.admit'
      | 'room.open'
      | 'room.remove'
      | 'room.set'
      | 'room.host'
      | 'call.invite';
  }
>;
type HostRequest = Extract<RoomRequest, { type: 'room.remove' | 'room.set' | 'room.host' }>;

function takeUp(room: Room, token: RoomToken): void {
  const { knock, locked, hosts, removed, created, revision } = token;
  Object.assign(room, { knock, locked, created, revision });
  room.hosts = [...hosts];
  room.removed = [...removed];
}

export class FakeRooms {
  readonly #server: FakeServer;
  readonly #calls: FakeCalls;
  #rooms = new Map<string, Room>();
  /** As they came. */
  readonly joins: RoomJoin[] = [];
  /** Room tokens are of no use, whatever they say. */
  refusesTokens = false;
  #made = 0;

  constructor(server: FakeServer, calls: FakeCalls) {
    this.#server = server;
    this.#calls = calls;
    calls.reopen = (call, { name, knock }, token) => {
      if (this.#rooms.has(name)) return;
      const room = this.#open(call, name, knock, '');
      if (token !== undefined) takeUp(room, JSON.parse(token) as RoomToken);
    };
  }

  clear(): void {
    this.#rooms = new Map();
  }

  /** Everybody has to knock again, whatever token they have. */
  forgetAdmitted(name: string): void {
    this.refusesTokens = true;
    this.#rooms.get(name)?.admitted.clear();
  }

  handle(session: Session, message: RoomRequest): void {
    switch (message.type) {
      case 'room.look':
        this.#server.answer(session, message, this.look(message.room, session.user));
        break;
      case 'room.join':
        this.joins.push(message);
        if (this.#goByToken(session, message)) this.#onJoin(session, message);
        break;
      case 'room.leave':
        this.stopKnocking(session);
        this.#server.answer(session, message, {
          ...{ type: 'room.refused', room: message.room, reason: 'withdrawn' },
        });
        break;
      default:
        this.#onMemberMessage(session, message);
    }
  }

  look(name: string, user: string | null): Record<string, unknown> {
    const room = this.#rooms.get(name);
    const joined = (this.#callOf(name)?.participants ?? []).filter(
      ({ state }) => state === 'joined',
    );
    const mustKnock = room?.knock === true && !room.admitted.has(user ?? '');
    return {
      type: 'room.state',
      room: name,
      knock: room?.knock ?? false,
      locked: room?.locked ?? false,
      count: joined.length,
      participants_max: WELCOME_SETTINGS.limits.participants,
      participants: mustKnock ? [] : joined.map((one) => ({ user: one.user, name: one.name })),
    };
  }

  stopKnocking(session: Session): void {
    for (const room of this.#rooms.values()) {
      const left = room.knocks.filter((knock) => knock.session !== session);
      if (left.length === room.knocks.length) continue;
      room.knocks = left;
      this.#tellKnocks(room);
    }
  }

  #callOf(name: string): Call | null {
    return this.#calls.list.find(({ room }) => room?.name === name) ?? null;
  }

  /** False, with the error sent, for a token that is of no use. */
  #goByToken(session: Session, message: RoomJoin): boolean {
    if (message.room_token === undefined) return true;
    const token = JSON.parse(message.room_token) as RoomToken;
    if (this.refusesTokens || token.holder !== session.user) {
      this.#server.refuse(session, message, 'room_token_invalid');
      return false;
    }
    const room = this.#rooms.get(token.room) ?? this.#newRoom(token.room, token.knock, '');
    const isSame = room.created === token.created;
    if (isSame ? room.revision < token.revision : token.created < room.created) {
      takeUp(room, token);
      room.admitted.clear();
      const call = this.#callOf(room.name);
      for (const { user, session: inside } of [...(call?.participants ?? [])]) {
        if (token.hosts.includes(user) || !(token.knock || token.removed.includes(user))) continue;
        const reason = token.removed.includes(user) ? 'removed' : 'room_rules';
        this.#calls.leave(call!, inside, reason);
      }
    }
    if (room.created === token.created) room.admitted.add(session.user);
    return true;
  }

  #newRoom(name: string, knock: boolean, creator: string): Room {
    const room: Room = {
      ...{ name, knock, locked: false, hosts: [creator], removed: [], revision: 1 },
      created: ++this.#made,
      ...{ admitted: new Set(), knocks: [] },
    };
    this.#rooms.set(name, room);
    return room;
  }

  #open(call: Call, name: string, knock: boolean, creator: string): Room {
    const room = this.#newRoom(name, knock, creator);
    call.room = room;
    return room;
  }

  #onJoin(session: Session, message: RoomJoin): void {
    if (this.#calls.of(session)) {
      this.#server.refuse(session, message, 'call_limit');
      return;
    }
    let call = this.#callOf(message.room);
    let room = this.#rooms.get(message.room);
    if (call?.participants.some((one) => one.session === session)) {
      this.stopKnocking(session);
      this.#calls.accept(call, session, message);
      return;
    }
    const refusal = room?.removed.includes(session.user) ? 'removed' : 'locked';
    if (room && (refusal === 'removed' || (room.locked && !room.hosts.includes(session.user)))) {
      const refused = { type: 'room.refused', room: room.name, reason: refusal };
      this.#server.answer(session, message, refused);
      return;
    }
    if (call && this.#isFull(call, 1)) {
      this.#server.refuse(session, message, 'call_full');
    } else if (room?.knock && !room.admitted.has(session.user)) {
      this.#knock(room, session, message);
    } else {
      this.stopKnocking(session);
      call ??= this.#calls.create(message.video ?? true);
      room ??= this.#open(call, message.room, message.knock ?? false, session.user);
      call.room = room;
      room.admitted.add(session.user);
      const { participant } = this.#calls.add(call, session, 'joined');
      call.from ||= participant;
      this.#calls.accept(call, session, message);
    }
  }

  #isFull(call: Call, more: number): boolean {
    const seats = call.participants.map(({ participant, user, state }) =>
      state === 'joined' ? participant : user,
    );
    return new Set(seats).size + more > WELCOME_SETTINGS.limits.participants;
  }

  #knock(room: Room, session: Session, request: RoomJoin): void {
    this.stopKnocking(session);
    const { user, name } = session;
    room.knocks.push({ knock: this.#server.newId('knock'), user, name, session });
    this.#server.answer(session, request, { type: 'room.waiting', room: room.name });
    this.#tellKnocks(room);
  }

  #tellKnocks(room: Room): void {
    const call = this.#callOf(room.name);
    if (!call) return;
    for (const { session, state } of call.participants) {
      if (state === 'joined') this.#server.send(session, this.#knocks(call, room));
    }
  }

  #knocks(call: Call, room: Room): Record<string, unknown> {
    const knocks = room.knocks.map(({ knock, user, name }) => ({ knock, user, name }));
    return { type: 'room.knocks', call: call.id, knocks };
  }

  #onMemberMessage(
    session: Session,
    message: Exclude<RoomRequest, { type: 'room.look' | 'room.join' | 'room.leave' }>,
  ): void {
    const call = this.#calls.of(session);
    if (call?.id !== message.call) {
      this.#server.refuse(session, message, 'not_in_call');
    } else if (message.type === 'call.invite') {
      this.#onInvite(call, session, message);
    } else if (
      message.type === 'room.remove' ||
      message.type === 'room.set' ||
      message.type === 'room.host'
    ) {
      this.#onHostMessage(call, session, message);
    } else if (message.type === 'room.open') {
      this.#onOpen(call, session, message);
    } else {
      this.#onAdmit(call, session, message);
    }
  }

  #onHostMessage(call: Call, session: Session, message: HostRequest): void {
    const { room } = call;
    if (!room?.hosts.includes(session.user)) {
      this.#server.refuse(session, message, 'not_host');
      return;
    }
    room.revision += 1;
    if (message.type === 'room.set') {
      room.knock = message.knock ?? room.knock;
      room.locked = message.locked ?? room.locked;
    } else if (message.type === 'room.host') {
      room.hosts = room.hosts.filter((host) => host !== message.user);
      if (message.host) room.hosts.push(message.user);
    } else {
      const target = call.participants.find((one) => one.participant === message.participant)!;
      room.knock = true;
      room.removed.push(target.user);
      for (const one of call.participants.filter(({ user }) => user === target.user)) {
        this.#calls.leave(call, one.session, 'removed');
      }
    }
    for (const one of call.participants) {
      const rules = { type: 'room.rules', call: call.id, ...rulesOf(room, one.user) };
      const membership = this.#calls.snapshot(call, one.session)?.membership;
      const request = one.session === session ? message : {};
      this.#server.answer(one.session, request, { ...rules, membership });
    }
  }

  #onOpen(call: Call, session: Session, message: RoomOpen): void {
    if (this.#rooms.has(message.room)) {
      this.#server.refuse(session, message, 'room_taken');
      return;
    }
    const room = this.#open(call, message.room, message.knock ?? false, session.user);
    for (const other of call.participants) {
      if (other.state !== 'joined') continue;
      const membership = this.#calls.snapshot(call, other.session)?.membership;
      const rules = rulesOf(room, other.user);
      const opened = { type: 'room.opened', call: call.id, ...rules, membership };
      this.#server.answer(other.session, other.session === session ? message : {}, opened);
    }
  }

  #onAdmit(call: Call, session: Session, message: RoomAdmit): void {
    const { room } = call;
    const knock = room?.knocks.find((one) => one.knock === message.knock);
    if (!room || !knock) {
      this.#server.refuse(session, message, 'unknown_knock');
      return;
    }
    room.knocks = room.knocks.filter((one) => one !== knock);
    if (message.admit) room.admitted.add(knock.user);
    const answer = message.admit
      ? { type: 'room.admitted', room: room.name }
      : { type: 'room.refused', room: room.name, reason: 'refused' };
    this.#server.send(knock.session, answer);
    for (const other of call.participants) {
      if (other.state !== 'joined') continue;
      const request = other.session === session ? message : {};
      this.#server.answer(other.session, request, this.#knocks(call, room));
    }
  }

  #onInvite(call: Call, session: Session, message: CallInvite): void {
    const isBusy = (user: string): boolean =>
      this.#calls.isBusy(user) || call.participants.some((one) => one.user === user);
    const called = this.#server.sessions.filter(({ user }) => message.to.includes(user));
    const own = call.participants.find((one) => one.session === session)!;
    if (called.length === 0 || this.#isFull(call, message.to.length)) {
      this.#server.refuse(session, message, called.length === 0 ? 'unknown_user' : 'call_full');
      return;
    }
    const busy = message.to.filter(isBusy);
    for (const other of called.filter(({ user }) => !busy.includes(user))) {
      call.room?.admitted.add(other.user);
      this.#calls.invite(call, other, own.participant);
    }
    for (const other of call.participants) {
      if (other.state !== 'joined') continue;
      const ringing = { type: 'call.ringing', ...this.#calls.snapshot(call, other.session) };
      const isOwn = other.session === session;
      const answer = isOwn && busy.length > 0 ? { ...ringing, busy } : ringing;
      this.#server.answer(other.session, isOwn ? message : {}, answer);
    }
  }
}
