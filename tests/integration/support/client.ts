// A client of the signaling protocol that does nothing by itself but keep books: it counts, knows who is online, and
// holds every message of the server against the schema. Tests say each step.
import assert from 'node:assert/strict';
import { inTime } from './pace.ts';
import {
  type ClientMessage,
  type Hello,
  parseServerMessage,
  type Person,
  type ServerMessage,
  type Welcome,
} from './schema.ts';
import type { Server } from './server.ts';
import { openWs, type OpenSocket, type Socket, type SocketOptions } from './sockets.ts';

export type MessageOf<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>;

/** Client messages that neither side counts. */
const uncounted: readonly string[] = ['hello', 'ack', 'ping'];

export interface Closed {
  code: number;
  reason: string;
}

export interface ClientOptions extends SocketOptions {
  open?: OpenSocket;
}

export class Client {
  readonly #socket: Socket;
  readonly #inbox: ServerMessage[] = [];
  readonly #texts = new WeakMap<ServerMessage, string>();
  #wake: (() => void) | null = null;
  #failure: Error | null = null;
  #closed: Closed | null = null;
  #lastId = 0;
  #welcome: Welcome | null = null;
  readonly #opened = Promise.withResolvers<string>();
  readonly #whenClosed = Promise.withResolvers<Closed>();

  /** Others online by user id, as welcome and presence tell it; oneself when presence says so. */
  readonly people = new Map<string, Person>();
  peopleTotal = 0;
  /** Counted messages that came since the counting began. */
  received = 0;
  /** Counted messages that went since the counting began. */
  countedSent = 0;
  /** The last `received` the server told. */
  acknowledged = 0;

  /** Resolves when the WebSocket stands. */
  static async connect(
    server: Pick<Server, 'socketUrl'>,
    options: ClientOptions = {},
  ): Promise<Client> {
    const client = new Client(server.socketUrl, options);
    await inTime(client.#opened.promise, 'the WebSocket opens');
    return client;
  }

  /** Connects and says hello. */
  static async join(
    server: Pick<Server, 'socketUrl'>,
    name: string,
    hello: Partial<Hello> = {},
    options: ClientOptions = {},
  ): Promise<Client> {
    const client = await Client.connect(server, options);
    await client.hello({ name, ...hello });
    return client;
  }

  private constructor(url: string, { open = openWs, ...options }: ClientOptions) {
    const whole: SocketOptions =
      'subprotocol' in options ? options : { ...options, subprotocol: 'visavis.v1' };
    this.#opened.promise.catch(() => undefined);
    this.#socket = open(url, whole, {
      open: (subprotocol) => {
        this.#opened.resolve(subprotocol);
      },
      text: (text) => {
        this.#take(text);
      },
      close: (code, reason) => {
        this.#closed = { code, reason };
        this.#opened.reject(new Error(`the WebSocket did not open: ${code} ${reason}`));
        this.#whenClosed.resolve(this.#closed);
        this.#wake?.();
      },
    });
  }

  get subprotocol(): Promise<string> {
    return this.#opened.promise;
  }
  get welcome(): Welcome {
    assert(this.#welcome !== null, 'no welcome yet');
    return this.#welcome;
  }
  get user(): string {
    return this.welcome.user;
  }
  /** For hello, to go on with this session on another socket. */
  get resume(): { token: string; received: number } {
    return { token: this.welcome.resume.token, received: this.received };
  }

  sendText(text: string | Uint8Array): void {
    this.#socket.send(text);
  }
  send(message: ClientMessage): void {
    if (!uncounted.includes(message.type)) this.countedSent += 1;
    this.sendText(JSON.stringify(message));
  }
  /** Sends with a new id and gives the answer, which must be the next message. */
  async request<Type extends ServerMessage['type']>(
    message: ClientMessage,
    answer: Type,
  ): Promise<MessageOf<Type>> {
    this.#lastId += 1;
    const id = this.#lastId;
    this.send({ ...message, id } as ClientMessage);
    const got = await this.next(answer);
    assert.equal('id' in got ? got.id : undefined, id, `the answer to ${message.type}`);
    return got;
  }
  async hello(hello: Omit<Hello, 'type'>): Promise<Welcome> {
    return await this.request({ type: 'hello', ...hello }, 'welcome');
  }

  /** The next message, presence and acknowledgements aside, must be of this type. */
  async next<Type extends ServerMessage['type']>(type: Type): Promise<MessageOf<Type>> {
    await inTime(this.#whenFilled(), `a message ${type}`);
    const message = this.#inbox.shift();
    assert(message !== undefined, `the socket closed (${this.#closed?.code}) instead of ${type}`);
    assert.equal(message.type, type, JSON.stringify(message));
    return message as MessageOf<Type>;
  }
  /** The next message must be of one of these types. */
  async nextOf<Type extends ServerMessage['type']>(...types: Type[]): Promise<MessageOf<Type>> {
    await inTime(this.#whenFilled(), `a message ${types.join(' or ')}`);
    return await this.next((types.find((type) => type === this.#inbox[0]?.type) ?? types[0])!);
  }
  /** As next(), but gives the text as it came. */
  async nextText(type: ServerMessage['type']): Promise<string> {
    return this.#texts.get(await this.next(type)) ?? '';
  }
  /** The next message must be this error. */
  async nextError(code: string): Promise<MessageOf<'error'>> {
    const error = await this.next('error');
    assert.equal(error.code, code, error.message);
    return error;
  }
  /** Sends and gives the error, which must be of this code. */
  async refused(message: ClientMessage, code: string): Promise<MessageOf<'error'>> {
    const error = await this.request(message, 'error');
    assert.equal(error.code, code, error.message);
    return error;
  }
  /** Everything the server had to say has been said, and it was nothing more than what was taken. */
  async silent(): Promise<void> {
    this.send({ type: 'ping', received: this.received });
    const pong = await this.next('pong');
    this.acknowledged = pong.received;
    assert.deepEqual(this.#inbox, []);
  }
  /** Until the server has acknowledged at least so many messages. */
  async acknowledges(received: number): Promise<void> {
    const arrives = async (): Promise<void> => {
      while (this.acknowledged < received) {
        this.#check();
        await this.#nextEvent();
      }
    };
    await inTime(arrives(), `the acknowledgement of ${received}`);
  }
  /** Until the list of people is as `condition` wants it. */
  async knows(
    condition: (people: ReadonlyMap<string, Person>) => boolean,
    what: string,
  ): Promise<void> {
    const holds = async (): Promise<void> => {
      while (!condition(this.people)) {
        this.#check();
        await this.#nextEvent();
      }
    };
    await inTime(
      holds(),
      `${what}; known: ${JSON.stringify([...this.people.values()]).slice(0, 500)}`,
    );
  }

  /** Everything that came and was not taken. */
  take(): ServerMessage[] {
    this.#check();
    return this.#inbox.splice(0);
  }
  /** Until a message of this type has come; takes nothing. */
  async until(type: ServerMessage['type']): Promise<void> {
    const arrives = async (): Promise<void> => {
      while (!this.#inbox.some((message) => message.type === type)) {
        this.#check();
        assert.equal(this.#closed, null, `the socket closed before ${type}`);
        await this.#nextEvent();
      }
    };
    await inTime(arrives(), `a message ${type} among others`);
  }

  get isClosed(): boolean {
    return this.#closed !== null;
  }
  close(code = 1000): void {
    this.#socket.close(code);
  }
  destroy(): void {
    this.#socket.destroy();
  }
  async closed(): Promise<Closed> {
    return await inTime(this.#whenClosed.promise, 'the socket closes');
  }

  async #whenFilled(): Promise<void> {
    while (this.#inbox.length === 0 && this.#closed === null) {
      this.#check();
      await this.#nextEvent();
    }
    this.#check();
  }
  #check(): void {
    if (this.#failure !== null) throw this.#failure;
  }
  async #nextEvent(): Promise<void> {
    assert.equal(this.#wake, null, 'one wait at a time');
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = null;
  }

  #take(text: string): void {
    try {
      const message = parseServerMessage(text);
      this.#texts.set(message, text);
      this.#sort(message);
    } catch (error) {
      this.#failure ??= error as Error;
    }
    this.#wake?.();
  }

  #sort(message: ServerMessage): void {
    switch (message.type) {
      case 'presence':
        for (const person of message.here) this.people.set(person.user, person);
        for (const user of message.gone) this.people.delete(user);
        this.peopleTotal = message.people_total;
        return;
      case 'ack':
        this.acknowledged = message.received;
        return;
      case 'welcome':
        this.#welcome = message;
        this.people.clear();
        for (const person of message.people) this.people.set(person.user, person);
        this.peopleTotal = message.people_total;
        this.received = 0;
        break;
      case 'pong':
      case 'bye':
        break;
      default:
        if (this.#welcome !== null) this.received += 1;
    }
    this.#inbox.push(message);
  }
}
