// The rooms of the fake server: calls with a name (PROTOCOL.md section 12).
import type { FakeCalls } from './fake_calls.ts';
import type { FakeServer } from './fake_server.ts';
import { WELCOME_SETTINGS, type Call, type Room, type Session } from './fake_session.ts';
import type {
  CallInvite,
  ClientMessage,
  RoomAdmit,
  RoomJoin,
  RoomOpen,
} from '../../src/protocol.ts';

type RoomRequest = Extract<
  ClientMessage,
  {
    type: 'room.look' | 'room.join' | 'room.leave' | 'room.admit' | 'room.open' | 'call.invite';
  }
>;

export class FakeRooms {
  readonly #server: FakeServer;
  readonly #calls: FakeCalls;
  #rooms = new Map<string, Room>();

  constructor(server: FakeServer, calls: FakeCalls) {
    this.#server = server;
    this.#calls = calls;
    calls.reopen = (call, { name, knock }) => {
      if (!this.#rooms.has(name)) this.#open(call, name, knock);
    };
  }

  clear(): void {
    this.#rooms = new Map();
  }

  /** Everybody has to knock again. */
  forgetAdmitted(name: string): void {
    this.#rooms.get(name)?.admitted.clear();
  }

  handle(session: Session, message: RoomRequest): void {
    switch (message.type) {
      case 'room.look':
        this.#server.answer(session, message, this.look(message.room, session.user));
        break;
      case 'room.join':
        this.#onJoin(session, message);
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

  #open(call: Call, name: string, knock: boolean): Room {
    const room: Room = { name, knock, admitted: new Set(), knocks: [] };
    this.#rooms.set(name, room);
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
    if (call && this.#isFull(call, 1)) {
      this.#server.refuse(session, message, 'call_full');
    } else if (room?.knock && !room.admitted.has(session.user)) {
      this.#knock(room, session, message);
    } else {
      this.stopKnocking(session);
      call ??= this.#calls.create(message.video ?? true);
      room ??= this.#open(call, message.room, message.knock ?? false);
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
    message: Extract<RoomRequest, { type: 'room.admit' | 'room.open' | 'call.invite' }>,
  ): void {
    const call = this.#calls.of(session);
    if (call?.id !== message.call) {
      this.#server.refuse(session, message, 'not_in_call');
    } else if (message.type === 'call.invite') {
      this.#onInvite(call, session, message);
    } else if (message.type === 'room.open') {
      this.#onOpen(call, session, message);
    } else {
      this.#onAdmit(call, session, message);
    }
  }

  #onOpen(call: Call, session: Session, message: RoomOpen): void {
    if (this.#rooms.has(message.room)) {
      this.#server.refuse(session, message, 'room_taken');
      return;
    }
    const { name, knock } = this.#open(call, message.room, message.knock ?? false);
    for (const other of call.participants) {
      if (other.state !== 'joined') continue;
      const membership = this.#calls.snapshot(call, other.session)?.membership;
      const opened = { type: 'room.opened', call: call.id, room: name, knock, membership };
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
