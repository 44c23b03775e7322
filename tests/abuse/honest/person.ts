// Somebody with a well-behaved client: reads everything, acknowledges, pings, comes back after a lost connection.
import { Line, type Message } from '../support/line.ts';
import type { World } from './world.ts';

const uncounted = new Set(['welcome', 'pong', 'ack', 'presence', 'bye']);
const pingInterval = 100;
const ackMessages = 32;
const ackBytes = 8_192;

export class Person {
  readonly #world: World;
  readonly name: string;
  line!: Line;
  user = '';
  session = '';
  identity = '';
  resumeToken = '';
  /** The latest for the call that one is in. */
  membership: string | undefined;
  roomToken: string | undefined;
  online = false;
  /** Reads every message of theirs. */
  onMessage: ((message: Message) => void) | null = null;
  /** Came back as a new session: calls and rooms have to be entered again. */
  onStartedAnew: (() => Promise<void>) | null = null;
  receivedBytes = 0;
  #received = 0;
  #unacknowledged = 0;
  #unacknowledgedBytes = 0;
  #leaving = false;
  readonly #pings: number[] = [];

  static async arrive(world: World, name: string): Promise<Person> {
    const person = new Person(world, name);
    if (!(await person.#comeIn())) throw new Error(`${name} did not get in`);
    if (world.options.sameAddress) await person.#comeInKnown();
    world.people.push(person);
    return person;
  }
  private constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
  }

  /** Sends with an id and gives the answer, whatever it is. */
  async ask(message: object): Promise<Message | null> {
    return await this.line.ask(message, this.#world.patience);
  }
  /** Asks for what is one's right: any other answer than one of these types is a refusal. */
  async wish(wish: string, message: object, ...types: readonly string[]): Promise<Message | null> {
    const answer = await this.ask(message);
    if (answer !== null && types.includes(answer.type)) return answer;
    if (this.online || !this.#world.options.mayGo) this.#world.refused(this.name, wish, answer);
    return null;
  }
  ping(): void {
    if (!this.online) return;
    this.#pings.push(performance.now());
    this.line.send({ type: 'ping', received: this.#received });
  }
  /** Those that have had no answer until the end of the phase. */
  countPingsDue(): void {
    const now = performance.now();
    for (const sent of this.#pings) this.#world.page.pongs.push(now - sent);
    // Their answers count for nothing more.
    this.#pings.fill(Number.NaN);
  }
  keepPinging(): void {
    const timer = setInterval(() => {
      if (this.#world.over) clearInterval(timer);
      else this.ping();
    }, pingInterval);
  }
  /** The network goes away, and comes back: the same session on another connection. */
  async loseAndComeBack(): Promise<void> {
    this.#leaving = true;
    this.online = false;
    this.line.destroy();
    await this.#world.pause(20);
    const back = await this.#comeIn();
    if (!back) this.#world.refused(this.name, 'comes back', null);
    else if (!this.#resumed) this.#world.refused(this.name, 'comes back to the session', null);
  }
  leave(): void {
    this.#leaving = true;
    this.online = false;
    this.line.close();
  }

  /** A session that was begun with the person's token: it is charged to the person, not to the address. */
  async #comeInKnown(): Promise<void> {
    this.leave();
    this.resumeToken = '';
    if (!(await this.#comeIn())) throw new Error(`${this.name} did not get in again`);
  }
  #resumed = false;
  async #comeIn(): Promise<boolean> {
    const line = await Line.open(this.#world.options.port, { tls: this.#world.options.tls });
    if (line === null) return false;
    this.#pings.length = 0;
    const identity = this.identity === '' ? {} : { identity: this.identity };
    const hello = { type: 'hello', name: this.name, ...identity };
    const resume = { token: this.resumeToken, received: this.#received };
    let welcome = await line.ask(
      this.resumeToken === '' ? hello : { ...hello, resume },
      this.#world.patience,
    );
    if (welcome?.code === 'resume_expired') welcome = await line.ask(hello, this.#world.patience);
    if (welcome?.type !== 'welcome') {
      line.destroy();
      return false;
    }
    this.#welcomed(line, welcome);
    return true;
  }
  #welcomed(line: Line, welcome: Message): void {
    const resume = welcome['resume'] as { token: string; resumed: boolean };
    this.line = line;
    this.user = String(welcome['user']);
    this.session = String(welcome['session']);
    this.identity = String(welcome['identity']);
    this.resumeToken = resume.token;
    this.#resumed = resume.resumed;
    if (!resume.resumed) this.#received = 0;
    this.#unacknowledged = this.#unacknowledgedBytes = 0;
    this.#leaving = false;
    this.online = true;
    let seen = line.receivedBytes;
    line.onMessage = (message) => {
      this.#take(message, line.receivedBytes - seen);
      seen = line.receivedBytes;
    };
    line.onClose = (closed) => {
      this.online = false;
      if (this.#leaving) return;
      if (!this.#world.options.mayGo || this.#world.phase !== 'during') {
        this.#world.page.closed.push(`${this.name} ${closed.code} ${closed.reason}`);
      }
      if (!this.#world.over) void this.#returnSoon();
    };
  }
  async #returnSoon(): Promise<void> {
    const gone = performance.now();
    while (!this.#world.over && performance.now() - gone < 8_000) {
      await this.#world.pause(100 + Math.random() * 100);
      if (!(await this.#comeIn())) continue;
      if (!this.#resumed) await this.onStartedAnew?.();
      return;
    }
    this.#world.refused(this.name, 'comes back', null);
  }

  #take(message: Message, bytes: number): void {
    this.receivedBytes += bytes;
    if (!uncounted.has(message.type)) {
      this.#received += 1;
      this.#unacknowledged += 1;
      this.#unacknowledgedBytes += bytes;
      if (this.#unacknowledged >= ackMessages || this.#unacknowledgedBytes >= ackBytes) {
        this.#unacknowledged = this.#unacknowledgedBytes = 0;
        this.line.send({ type: 'ack', received: this.#received });
      }
    } else if (message.type === 'pong') {
      const sent = this.#pings.shift();
      if (sent !== undefined && !Number.isNaN(sent)) {
        this.#world.page.pongs.push(performance.now() - sent);
      }
    }
    if (typeof message['membership'] === 'string') this.membership = message['membership'];
    if (typeof message['room_token'] === 'string') this.roomToken = message['room_token'];
    this.onMessage?.(message);
  }
}
