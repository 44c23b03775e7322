// A signaling server that speaks PROTOCOL.md, in as few lines as the tests need: sessions that resume, presence,
// calls, rooms. It knows hardly any limits and forgives no mistake: what the real one answers with an error, it notes
// in `errors`.
import { FakeSocket, type ServerSocket } from './fake_socket.ts';
import { FakeCalls } from './fake_calls.ts';
import { FakeRooms } from './fake_rooms.ts';
import { WELCOME_SETTINGS, type Call, type Session } from './fake_session.ts';
import type {
  ClientMessage,
  Hello,
  PeopleBlock,
  Person,
  RoomLook,
  ServerMessage,
} from '../../src/base/protocol.ts';

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
  /** What somebody in the middle makes of a signal; null swallows it. */
  onSignal: (from: Session, to: Session, data: object) => object | null = (_from, _to, data) =>
    data;
  readonly welcomeExtras: Record<string, unknown> = {};
  #sessions = new Map<string, Session>();
  readonly #calls = new FakeCalls(this);
  readonly rooms = new FakeRooms(this, this.#calls);
  readonly #blocks = new Map<string, Set<string>>();
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
      else if (message.type === 'room.look') this.#onLookFromOutside(socket.server, message);
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
    return this.#calls.list;
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
    this.#calls.clear();
    this.#blocks.clear();
    this.rooms.clear();
    this.epoch = `epoch${String(++this.#count)}`;
    this.resetSockets();
  }

  /** The session did not come back in time, or left. */
  expire(id: string): void {
    const session = this.#sessions.get(id);
    if (!session) return;
    this.#sessions.delete(id);
    this.rooms.stopKnocking(session);
    this.#calls.sessionGone(session);
    if (!this.sessions.some(({ user }) => user === session.user)) this.#blocks.delete(session.user);
    this.tellPresence();
  }

  /** So many others were let into that room since that everybody has to knock again. */
  forgetAdmitted(room: string): void {
    this.rooms.forgetAdmitted(room);
  }

  send(session: Session, message: ServerMessage | Record<string, unknown>): void {
    if (!UNCOUNTED.has(message.type as string)) {
      session.sent.push({ text: message, number: ++session.lastNumber });
    }
    session.socket?.send(message);
  }

  newId(prefix: string): string {
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
      people: this.people().filter((person) => person.user !== session.user),
      people_total: this.people().length,
      calls: this.calls.flatMap((call) => this.#calls.snapshot(call, session) ?? []),
      ...this.#blockedField(session.user),
      ice_servers: [],
      ...this.welcomeExtras,
    });
    for (const { text } of session.sent) socket.send(text);
    if (!resumed) {
      this.tellPresence();
      this.#calls.onNewDevice(session);
    } else if (hello.resume?.received === undefined) {
      this.rooms.stopKnocking(session);
    }
    return session;
  }

  #userOf(hello: Hello): string | null {
    if (hello.identity === undefined) return this.newId('user');
    const user = /^identity-of-(.+)$/.exec(hello.identity)?.[1] ?? null;
    if (user !== null) this.#identities.set(user, hello.name);
    return user;
  }

  #newSession(user: string, name: string): Session {
    const id = this.newId('session');
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

  people(): Person[] {
    const people = new Map<string, Person>();
    for (const { user, name } of this.#sessions.values()) {
      const inCall = this.calls.some((call) =>
        call.participants.some((other) => other.user === user && other.state === 'joined'),
      );
      people.set(user, { user, name, ...(inCall && { in_call: true }) });
    }
    return [...people.values()];
  }

  isInCall(user: string): boolean {
    return this.people().find((person) => person.user === user)?.in_call ?? false;
  }

  hasBlocked(user: string, other: string): boolean {
    return this.#blocks.get(user)?.has(other) ?? false;
  }

  #blockedField(user: string): { blocked?: string[] } {
    const blocked = [...(this.#blocks.get(user) ?? [])];
    return blocked.length > 0 ? { blocked } : {};
  }

  #onBlock(session: Session, message: PeopleBlock): void {
    const { user } = session;
    const blocks = this.#blocks.get(user) ?? new Set();
    this.#blocks.set(user, blocks);
    if (message.blocked) blocks.add(message.user);
    else blocks.delete(message.user);
    for (const device of this.sessions) {
      if (device.user !== user) continue;
      const request = device === session ? message : {};
      this.answer(device, request, { type: 'people.blocks', blocked: [...blocks] });
    }
    if (message.blocked) this.#calls.silence(user, message.user);
  }

  /** To every device in a call. */
  tell(call: Call, message: Record<string, unknown>): void {
    for (const { session, silent } of call.participants) if (!silent) this.send(session, message);
  }

  tellPresence(gone: string[] = []): void {
    const here = this.people();
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
        this.answer(session, message, { type: 'name.changed', name: session.name });
        break;
      case 'people.block':
        this.#onBlock(session, message);
        break;
      case 'people.search':
        this.answer(session, message, {
          type: 'people.found',
          people: this.people().filter(({ name }) => name.includes(message.query)),
          more: false,
        });
        break;
      case 'room.look':
      case 'room.join':
      case 'room.leave':
      case 'room.admit':
      case 'room.open':
      case 'room.remove':
      case 'room.set':
      case 'room.host':
      case 'call.invite':
        this.rooms.handle(session, message);
        break;
      case 'call.start':
      case 'call.rejoin':
      case 'call.accept':
      case 'call.decline':
      case 'call.end':
      case 'call.relay':
      case 'signal':
        this.#calls.handle(session, message);
        break;
    }
  }

  #onLookFromOutside(socket: ServerSocket, look: RoomLook): void {
    socket.send({ ...this.rooms.look(look.room, null), ...(look.id && { id: look.id }) });
  }

  #acknowledge(session: Session, received: number): void {
    session.sent = session.sent.filter(({ number }) => number > received);
  }

  answer(session: Session, request: { id?: number }, answer: Record<string, unknown>): void {
    this.send(session, request.id === undefined ? answer : { ...answer, id: request.id });
  }

  refuse(session: Session, request: { id?: number }, code: string): void {
    this.errors.push(code);
    this.answer(session, request, { type: 'error', code, message: code });
  }
}
