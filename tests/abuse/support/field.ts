// Where an attacker acts: bounded in time, rate and connections.
import { frame } from './frames.ts';
import { Line, type LineOptions, type Message } from './line.ts';
import type { Targets } from './attack.ts';
import { Tally } from './tally.ts';

export interface FieldOptions {
  port: number;
  seconds: number;
  addresses: readonly string[];
  targets: Targets;
  tls: boolean;
  short: boolean;
}

/** So much one process tries, whatever an attack asks for. */
const perSecondMax = 50_000;
const bytesPerSecondMax = 250_000_000;
const connectionsMax = 8_000;

/** One of the attacker's sessions. */
export interface Member {
  line: Line;
  /** As the server has it. */
  name: string;
  user: string;
  session: string;
  identity: string;
  resume: string;
}

export interface JoinOptions extends LineOptions {
  identity?: string | undefined;
}

export class Field {
  readonly tally = new Tally();
  readonly port: number;
  readonly targets: Targets;
  readonly addresses: readonly string[];
  readonly tls: boolean;
  readonly short: boolean;
  readonly seconds: number;
  readonly #started = performance.now();
  readonly #lines = new Set<Line>();
  readonly #identities = new Map<number, string>();
  #allowed = 0;
  #allowedBytes = 0;
  #refilled = performance.now();

  constructor({ port, seconds, addresses, targets, tls, short }: FieldOptions) {
    this.port = port;
    this.seconds = seconds;
    this.addresses = addresses;
    this.targets = targets;
    this.tls = tls;
    this.short = short;
  }

  get over(): boolean {
    return performance.now() - this.#started > this.seconds * 1000;
  }
  /** Of attacker n. */
  address(n: number): string {
    return this.addresses[n % this.addresses.length] ?? '127.0.0.1';
  }
  /** So many in the short form, a quarter of it. */
  many(count: number): number {
    return this.short ? Math.max(1, Math.ceil(count / 4)) : count;
  }
  async pause(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
  /** After each thing done: lets the sockets work, and keeps to what one process may do. */
  async breath(messages = 1, bytes = 0): Promise<void> {
    this.#allowed -= messages;
    this.#allowedBytes -= bytes;
    do {
      await new Promise<void>((resolve) => setImmediate(resolve));
      const now = performance.now();
      const seconds = (now - this.#refilled) / 1000;
      this.#refilled = now;
      this.#allowed = Math.min(perSecondMax / 20, this.#allowed + seconds * perSecondMax);
      this.#allowedBytes = Math.min(
        bytesPerSecondMax / 20,
        this.#allowedBytes + seconds * bytesPerSecondMax,
      );
    } while ((this.#allowed < 0 || this.#allowedBytes < 0) && !this.over);
  }

  /** A WebSocket of attacker n, or null. */
  async line(n = 0, options: LineOptions = {}): Promise<Line | null> {
    if (this.#lines.size >= connectionsMax) return null;
    const line = Line.dial(this.port, {
      from: this.address(n),
      tls: this.tls,
      tally: this.tally,
      ...options,
    });
    this.#lines.add(line);
    line.socket.once('close', () => this.#lines.delete(line));
    return (await line.opened) ? line : null;
  }
  /** A session of attacker n, or null. */
  async join(name: string, n = 0, options: JoinOptions = {}): Promise<Member | null> {
    const line = await this.line(n, options);
    if (line === null) return null;
    const { identity } = options;
    const hello = { type: 'hello', name, ...(identity === undefined ? {} : { identity }) };
    const welcome = await line.ask(hello, 3_000);
    if (welcome?.type === 'welcome') return member(line, welcome);
    line.destroy();
    return null;
  }
  /** The same person as the last time that attacker n came so. */
  async joinAgain(name: string, n = 0): Promise<Member | null> {
    const one = await this.join(name, n, { identity: this.#identities.get(n) });
    if (one !== null) this.#identities.set(n, one.identity);
    return one;
  }
  /** As many as get in at once, up to `count`. */
  async crew(count: number, name: string, options: JoinOptions = {}): Promise<Member[]> {
    const made: Member[] = [];
    const worker = async (first: number): Promise<void> => {
      for (let n = first; n < count && !this.over; n += 16) {
        const one = await this.join(name, n, options);
        if (one !== null) made.push(one);
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, n) => worker(n)));
    return made;
  }
  /** `count` devices of one person. */
  async person(count: number, name: string, n = 0): Promise<Member[]> {
    const first = await this.join(name, n);
    if (first === null) return [];
    const made = [first];
    while (made.length < count && !this.over) {
      const next = await this.join(name, n, { identity: first.identity });
      if (next === null) break;
      made.push(next);
    }
    return made;
  }

  /** Until the field is over, again and again, several at a time. */
  async again(workers: number, body: (worker: number) => Promise<void>): Promise<void> {
    const worker = async (n: number): Promise<void> => {
      while (!this.over) {
        await body(n);
        await this.breath(1);
      }
    };
    await Promise.all(Array.from({ length: workers }, (_, n) => worker(n)));
  }
  /** Each says again and again what `say` gives, as fast as the server reads. Who is closed comes back. */
  async flood(
    members: number,
    say: (member: Member, turn: number) => string | object | null,
    { name = 'Mallory', burst = 20, options = {} } = {},
  ): Promise<void> {
    const identities: (string | undefined)[] = [];
    await this.again(members, async (n) => {
      const one = await this.join(name, n, { ...options, identity: identities[n] });
      if (one === null) {
        await this.pause(20);
        return;
      }
      identities[n] = one.identity;
      await this.press(one, say, burst);
    });
  }
  /** Until the session is closed. */
  async press(
    member: Member,
    say: (member: Member, turn: number) => string | object | null,
    burst = 20,
  ): Promise<void> {
    for (let turn = 0; !this.over && (await member.line.room());) {
      const frames: Buffer[] = [];
      for (let i = 0; i < burst; i += 1, turn += 1) {
        const message = say(member, turn);
        if (message === null) continue;
        frames.push(frame(typeof message === 'string' ? message : JSON.stringify(message)));
      }
      const bytes = Buffer.concat(frames);
      if (frames.length > 0) member.line.write(bytes, frames.length);
      await this.breath(Math.max(1, frames.length), bytes.length);
    }
  }
  /** Every line that is left is cut. */
  end(): void {
    for (const line of this.#lines) line.destroy();
  }
}

export function member(line: Line, welcome: Message): Member {
  return {
    line,
    name: String(welcome['name']),
    user: String(welcome['user']),
    session: String(welcome['session']),
    identity: String(welcome['identity']),
    resume: (welcome['resume'] as { token: string }).token,
  };
}
