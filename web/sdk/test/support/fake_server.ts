// A signaling server that speaks PROTOCOL.md, in as few lines as the tests need: sessions that resume, presence,
// calls. It knows no limits and forgives no mistake: what the real one answers with an error, it notes in `errors`.
import { FakeSocket, type ServerSocket } from './fake_socket.ts';
import {
  membershipToken,
  publicList,
  readMembership,
  restoredCall,
  turnServer,
  WELCOME_SETTINGS,
  type Call,
  type Session,
} from './fake_session.ts';
import type {
  CallState,
  ClientMessage,
  EndReason,
  Hello,
  Person,
  ServerMessage,
} from '../../src/protocol.ts';

const UNCOUNTED = new Set(['welcome', 'ack', 'pong', 'presence', 'bye']);
const UNCOUNTED_IN = new Set(['hello', 'ack', 'ping']);

export class FakeServer {
  epoch = 'epoch1';
  /** Nobody listens: every connection is refused. */
  down = false;
  readonly sockets: ServerSocket[] = [];
  readonly hellos: Hello[] = [];
  readonly errors: string[] = [];
  /** Calls get TURN credentials, and fresh ones on asking. */
  relay = false;
  /** Fresh ones are refused. */
  refuseRelay = false;
  /** Takes calls of an earlier epoch back; a server of before that does not. */
  restores = true;
  /** How long it takes to make fresh ones; Infinity for never. */
  relayDelayMs = 0;
  readonly welcomeExtras: Record<string, unknown> = {};
  #sessions = new Map<string, Session>();
  #calls = new Map<string, Call>();
  readonly #identities = new Map<string, string>();
  #count = 0;

  connect(url: string, subprotocol: string, outOfReach = false): FakeSocket {
    const socket = new FakeSocket(url, subprotocol);
    if (this.down || outOfReach) {
      socket.server.refuse();
      return socket;
    }
    this.sockets.push(socket.server);
    let session: Session | null = null;
    socket.server.onmessage = (text) => {
      const message = JSON.parse(text) as ClientMessage;
      if (message.type === 'hello') session = this.#onHello(socket.server, message) ?? session;
      else if (session) this.#onMessage(session, message);
    };
    socket.server.onclose = (code) => {
      if (session?.socket !== socket.server) return;
      session.socket = null;
      if (code === 1000) this.expire(session.id);
    };
    socket.server.open();
    return socket;
  }

  get sessions(): Session[] {
    return [...this.#sessions.values()];
  }

  get calls(): Call[] {
    return [...this.#calls.values()];
  }

  /** The sockets that stand break; everyone notices. */
  resetSockets(): void {
    for (const socket of this.sockets.splice(0)) socket.reset();
  }

  freezeSockets(): void {
    for (const socket of this.sockets.splice(0)) socket.freeze();
  }

  /** All state but the identity key is gone. */
  restart(): void {
    this.#sessions = new Map();
    this.#calls = new Map();
    this.epoch = `epoch${String(++this.#count)}`;
    this.resetSockets();
  }

  /** The session did not come back in time, or left. */
  expire(id: string): void {
    const session = this.#sessions.get(id);
    if (!session) return;
    this.#sessions.delete(id);
    for (const call of this.calls) this.#leave(call, session, 'lost');
    this.#tellPresence();
  }

  send(session: Session, message: ServerMessage | Record<string, unknown>): void {
    if (!UNCOUNTED.has(message.type as string)) {
      session.sent.push({ text: message, number: ++session.lastNumber });
    }
    session.socket?.send(message);
  }

  #id(prefix: string): string {
    return `${prefix}${String(++this.#count)}`;
  }

  // --- Sessions ---

  #onHello(socket: ServerSocket, hello: Hello): Session | null {
    this.hellos.push(hello);
    const token = hello.resume?.token;
    let session = this.sessions.find((known) => known.token === token) ?? null;
    if (token !== undefined && !session) {
      socket.send({ type: 'error', code: 'resume_expired', message: 'Say hello without resume.' });
      return null;
    }
    const user = this.#userOf(hello);
    if (user === null) {
      socket.send({ type: 'error', code: 'identity_invalid', message: 'Say hello without it.' });
      return null;
    }
    const resumed = session !== null;
    if (session) {
      if (session.socket) session.socket.close(4001);
      const received = hello.resume?.received;
      if (received === undefined) {
        session.received = session.lastNumber = 0;
        session.sent = [];
      } else {
        session.sent = session.sent.filter(({ number }) => number > received);
      }
    } else {
      session = this.#newSession(user, hello.name);
    }
    session.socket = socket;
    socket.send({
      type: 'welcome',
      epoch: this.epoch,
      session: session.id,
      user: session.user,
      name: session.name,
      identity: `identity-of-${session.user}`,
      resume: { token: session.token, resumed, received: session.received, window_ms: 30_000 },
      ...WELCOME_SETTINGS,
      people: this.#people().filter((person) => person.user !== session.user),
      people_total: this.#people().length,
      calls: this.calls.flatMap((call) => this.#snapshot(call, session) ?? []),
      ice_servers: [],
      ...this.welcomeExtras,
    });
    for (const { text } of session.sent) socket.send(text);
    if (!resumed) this.#onNewDevice(session);
    return session;
  }

  #userOf(hello: Hello): string | null {
    if (hello.identity === undefined) return this.#id('user');
    const user = /^identity-of-(.+)$/.exec(hello.identity)?.[1] ?? null;
    if (user !== null) this.#identities.set(user, hello.name);
    return user;
  }

  #newSession(user: string, name: string): Session {
    const id = this.#id('session');
    const session: Session = {
      id,
      token: `resume-${id}`,
      user,
      name,
      socket: null,
      received: 0,
      sent: [],
      lastNumber: 0,
    };
    this.#sessions.set(id, session);
    return session;
  }

  #onNewDevice(session: Session): void {
    this.#tellPresence();
    for (const call of this.calls) {
      if (
        call.participants.some(({ user, state }) => user === session.user && state === 'invited')
      ) {
        this.#invite(call, session);
      }
    }
  }

  #people(): Person[] {
    const people = new Map<string, Person>();
    for (const { user, name } of this.#sessions.values()) {
      const inCall = this.calls.some((call) =>
        call.participants.some((other) => other.user === user && other.state === 'joined'),
      );
      people.set(user, { user, name, ...(inCall && { in_call: true }) });
    }
    return [...people.values()];
  }

  #tellPresence(gone: string[] = []): void {
    const here = this.#people();
    for (const session of this.sessions) {
      this.send(session, { type: 'presence', here, gone, people_total: here.length });
    }
  }

  #onMessage(session: Session, message: ClientMessage): void {
    if (!UNCOUNTED_IN.has(message.type)) session.received += 1;
    switch (message.type) {
      case 'ping':
        this.#acknowledge(session, message.received);
        this.send(session, { type: 'pong', received: session.received });
        break;
      case 'ack':
        this.#acknowledge(session, message.received);
        break;
      case 'name.set':
        session.name = message.name.trim();
        this.#answer(session, message, { type: 'name.changed', name: session.name });
        break;
      case 'people.search':
        this.#answer(session, message, {
          type: 'people.found',
          people: this.#people().filter(({ name }) => name.includes(message.query)),
          more: false,
        });
        break;
      case 'call.start':
        this.#onStart(session, message);
        break;
      case 'call.rejoin':
        this.#onRejoin(session, message);
        break;
      case 'call.accept':
      case 'call.decline':
      case 'call.end':
      case 'call.relay':
      case 'signal':
        this.#onCallMessage(session, message);
        break;
    }
  }

  #acknowledge(session: Session, received: number): void {
    session.sent = session.sent.filter(({ number }) => number > received);
  }

  #answer(session: Session, request: { id?: number }, answer: Record<string, unknown>): void {
    this.send(session, request.id === undefined ? answer : { ...answer, id: request.id });
  }

  #refuse(session: Session, request: { id?: number }, code: string): void {
    this.errors.push(code);
    this.#answer(session, request, { type: 'error', code, message: code });
  }

  // --- Calls ---

  #onStart(session: Session, message: Extract<ClientMessage, { type: 'call.start' }>): void {
    const theirs = this.calls.find(
      (call) =>
        call.participants.some(({ session: s, state }) => s === session && state === 'invited') &&
        call.participants.some(
          ({ user, state }) => message.to.includes(user) && state === 'joined',
        ),
    );
    if (theirs) {
      this.#accept(theirs, session, message);
      return;
    }
    const called = this.sessions.filter(({ user }) => message.to.includes(user));
    if (called.length === 0) {
      this.#refuse(session, message, 'unknown_user');
      return;
    }
    const call: Call = {
      id: this.#id('call'),
      video: message.video ?? true,
      from: '',
      answered: false,
      participants: [],
    };
    if (called.some(({ user }) => this.#people().find((p) => p.user === user)?.in_call)) {
      this.#answer(session, message, { type: 'call.ended', call: call.id, reason: 'busy' });
      return;
    }
    this.#calls.set(call.id, call);
    call.from = this.#add(call, session, 'joined').participant;
    for (const other of called) this.#add(call, other, 'invited');
    this.#answer(session, message, { type: 'call.ringing', ...this.#snapshot(call, session) });
    for (const other of called)
      this.send(other, { type: 'call.incoming', ...this.#snapshot(call, other) });
  }

  #add(call: Call, session: Session, state: 'invited' | 'joined'): Call['participants'][number] {
    const participant = this.#id('participant');
    const added = { participant, user: session.user, name: session.name, state, session };
    call.participants.push(added);
    return added;
  }

  #invite(call: Call, session: Session): void {
    this.#add(call, session, 'invited');
    this.send(session, { type: 'call.incoming', ...this.#snapshot(call, session) });
  }

  #snapshot(call: Call, session: Session): CallState | null {
    const own = call.participants.find((other) => other.session === session);
    if (!own) return null;
    const { participant } = own;
    const { id, from, video } = call;
    const participants = publicList(call);
    return { call: id, participant, from, video, participants, ...this.#own(call, session) };
  }

  #own(call: Call, session: Session): Pick<CallState, 'ice_servers' | 'membership'> {
    const membership = membershipToken(this.epoch, call, session);
    const ice_servers = this.#iceServers(call, session);
    return membership === undefined ? { ice_servers } : { ice_servers, membership };
  }

  #iceServers(call: Call, session: Session): RTCIceServer[] {
    return this.relay ? [turnServer(call, session, this.#id('credential'))] : [];
  }

  #onCallMessage(
    session: Session,
    message: Extract<
      ClientMessage,
      { type: 'call.accept' | 'call.decline' | 'call.end' | 'call.relay' | 'signal' }
    >,
  ): void {
    const call = this.#calls.get(message.call);
    const own = call?.participants.find((other) => other.session === session);
    if (!call || !own) {
      this.#refuse(session, message, 'unknown_call');
    } else if (message.type === 'call.accept') {
      this.#accept(call, session, message);
    } else if (message.type === 'call.decline') {
      for (const device of call.participants.filter(({ user }) => user === session.user)) {
        this.#leave(call, device.session, 'declined');
      }
    } else if (message.type === 'call.end') {
      this.#leave(call, session, call.answered ? 'hangup' : 'cancelled', message.id);
    } else if (message.type === 'call.relay') {
      this.#onRelay(call, session, message);
    } else {
      const to = call.participants.find(({ participant }) => participant === message.to);
      if (!to) this.#refuse(session, message, 'unknown_participant');
      else {
        const { data } = message;
        this.send(to.session, { type: 'signal', call: call.id, from: own.participant, data });
      }
    }
  }

  #onRelay(call: Call, session: Session, request: { id?: number }): void {
    if (this.refuseRelay) this.#refuse(session, request, 'relay_unavailable');
    if (this.refuseRelay || this.relayDelayMs === Infinity) return;
    setTimeout(() => {
      const ice_servers = this.#iceServers(call, session);
      this.#answer(session, request, { type: 'call.relay', call: call.id, ice_servers });
    }, this.relayDelayMs);
  }

  #accept(call: Call, session: Session, request: { id?: number }): void {
    call.answered = true;
    for (const other of [...call.participants]) {
      if (other.user !== session.user || other.session === session) continue;
      this.#remove(call, other.session);
      this.send(other.session, { type: 'call.ended', call: call.id, reason: 'answered_elsewhere' });
    }
    const own = call.participants.find((other) => other.session === session)!;
    own.state = 'joined';
    const { participant } = own;
    const participants = publicList(call);
    const message = { type: 'call.accepted', call: call.id, participant, participants };
    this.#answer(session, request, { ...message, ...this.#own(call, session) });
    this.#tellOthers(session, call, participant);
  }

  #tellOthers(session: Session, call: Call, participant: string): void {
    const participants = publicList(call);
    for (const other of call.participants) {
      if (other.session === session) continue;
      this.send(other.session, { type: 'call.accepted', call: call.id, participant, participants });
    }
    this.#tellPresence();
  }

  #onRejoin(session: Session, request: { id?: number; membership: string }): void {
    const membership = readMembership(request.membership);
    const isOther = membership.epoch !== this.epoch && membership.user === session.user;
    if (!this.restores || !isOther) {
      this.#refuse(session, request, this.restores ? 'membership_invalid' : 'unknown_message');
      return;
    }
    const call = this.#calls.get(membership.call) ?? restoredCall(membership);
    this.#calls.set(call.id, call);
    const { participant, user } = membership;
    call.participants.push({ participant, user, name: session.name, state: 'joined', session });
    this.#answer(session, request, { type: 'call.rejoined', ...this.#snapshot(call, session) });
    this.#tellOthers(session, call, participant);
    setTimeout(() => {
      if (call.participants.length === 1) this.#leave(call, session, 'lost');
    }, 30_000);
  }

  #leave(call: Call, session: Session, reason: EndReason, id?: number): void {
    const own = this.#remove(call, session);
    if (!own) return;
    this.#answer(session, id === undefined ? {} : { id }, {
      type: 'call.ended',
      call: call.id,
      reason,
    });
    const goesOn =
      call.participants.length >= 2 && call.participants.some(({ state }) => state === 'joined');
    if (goesOn) {
      for (const other of call.participants) {
        const { participant } = own;
        this.send(other.session, { type: 'call.left', call: call.id, participant, reason });
      }
      return;
    }
    this.#calls.delete(call.id);
    for (const other of call.participants) {
      this.send(other.session, { type: 'call.ended', call: call.id, reason });
    }
    this.#tellPresence();
  }

  #remove(call: Call, session: Session): Call['participants'][number] | null {
    const index = call.participants.findIndex((other) => other.session === session);
    return index < 0 ? null : (call.participants.splice(index, 1)[0] ?? null);
  }
}
