// A WebSocket of nothing but a TCP socket: what is sent may be anything and costs little, what comes is counted, and
// only what somebody waits for is parsed. Honest people use it as well, who read all of it.
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { frame, opcodes, readFrame } from './frames.ts';
import { Tally } from './tally.ts';

export interface Message {
  type: string;
  id?: number;
  code?: string;
  [field: string]: unknown;
}

export interface LineOptions {
  /** The local address that it comes from. */
  from?: string;
  host?: string;
  path?: string;
  tls?: boolean;
  tally?: Tally;
  /** Answers no ping of the server, nor its closing. */
  mute?: boolean;
}

export interface Closed {
  code: number;
  reason: string;
}

const waitMax = 10_000;

export class Line {
  readonly tally: Tally;
  readonly socket: Socket;
  readonly #mute: boolean;
  /** Reads each message, in order, before anybody who waits. */
  onMessage: ((message: Message) => void) | null = null;
  onClose: ((closed: Closed) => void) | null = null;
  closed: Closed | null = null;
  /** What came in messages. */
  receivedMessages = 0;
  receivedBytes = 0;
  #lastId = 0;
  #rest: Buffer = Buffer.alloc(0);
  #switched = false;
  #opened = Promise.withResolvers<number>();
  readonly #waits = new Set<{ take: (message: Message | null) => boolean }>();
  readonly #drains = new Set<() => void>();

  /** Null where the server did not let it in; the tally says why. */
  static async open(port: number, options: LineOptions = {}): Promise<Line | null> {
    const line = Line.dial(port, options);
    return (await line.opened) ? line : null;
  }
  /** Begins to connect. */
  static dial(port: number, options: LineOptions = {}): Line {
    return new Line(port, options);
  }

  private constructor(port: number, options: LineOptions) {
    this.tally = options.tally ?? new Tally();
    this.#mute = options.mute ?? false;
    this.tally.dialled += 1;
    const address = {
      host: '127.0.0.1',
      port,
      ...(options.from === undefined ? {} : { localAddress: options.from }),
    };
    this.socket =
      options.tls === true
        ? connectTls({ ...address, rejectUnauthorized: false })
        : connectTcp(address);
    this.socket.setNoDelay(true);
    const head = [
      `GET ${options.path ?? '/ws'} HTTP/1.1`,
      `Host: ${options.host ?? `127.0.0.1:${port}`}`,
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: visavis.v1\r\n\r\n',
    ];
    this.socket.write(head.join('\r\n'));
    this.socket.on('data', (bytes: Buffer) => {
      this.#take(bytes);
    });
    this.socket.on('drain', () => {
      this.#drained();
    });
    this.socket.on('error', () => undefined); // close follows
    this.socket.on('close', () => {
      this.#end({ code: 1006, reason: '' });
    });
  }

  get opened(): Promise<boolean> {
    return this.#opened.promise.then((status) => status === 101);
  }

  /** Bytes as they are, holding so many messages. */
  write(bytes: Buffer, messages = 1): void {
    if (this.closed !== null) return;
    this.socket.write(bytes, (error) => {
      if (error) return;
      this.tally.sent += messages;
      this.tally.bytes += bytes.length;
    });
  }
  send(message: object | string): void {
    this.write(frame(typeof message === 'string' ? message : JSON.stringify(message)));
  }
  /** Until the system has taken most of what was written, or the line has ended; false: it has ended. */
  async room(): Promise<boolean> {
    if (this.closed === null && this.socket.writableLength > 65_536) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.#drains.delete(done);
          resolve();
        };
        const timer = setTimeout(done, 50);
        this.#drains.add(done);
      });
    }
    return this.closed === null;
  }
  /** The next message that fits, or null when the line ends or time is over. */
  async next(
    fits: (message: Message) => boolean,
    milliseconds: number = waitMax,
  ): Promise<Message | null> {
    if (this.closed !== null) return null;
    return await new Promise((resolve) => {
      const wait = {
        take: (message: Message | null): boolean => {
          if (message !== null && !fits(message)) return false;
          clearTimeout(timer);
          this.#waits.delete(wait);
          resolve(message);
          return true;
        },
      };
      const timer = setTimeout(() => wait.take(null), milliseconds);
      this.#waits.add(wait);
    });
  }
  /** Sends with a new id and gives what answers it. */
  async ask(message: object, milliseconds?: number): Promise<Message | null> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = this.next((other) => other.id === id, milliseconds);
    this.send({ ...message, id });
    return await answer;
  }
  /** Says goodbye. */
  close(code = 1000): void {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.write(frame(payload, { opcode: opcodes.close }));
    this.socket.end();
  }
  /** Ends as a network does. */
  destroy(): void {
    this.socket.destroy();
  }
  /** From now on nothing is read. */
  stopReading(): void {
    this.socket.pause();
  }

  #end(closed: Closed): void {
    if (this.closed !== null) return;
    this.closed = closed;
    if (this.#switched) this.tally.tell(`close ${closed.code}`);
    this.#opened.resolve(0);
    this.#drained();
    for (const wait of [...this.#waits]) wait.take(null);
    this.onClose?.(closed);
  }
  #drained(): void {
    for (const done of [...this.#drains]) done();
  }

  #take(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (!this.#switched && !this.#takeAnswer()) return;
    for (let one = readFrame(this.#rest); one !== null; one = readFrame(this.#rest)) {
      this.#rest = this.#rest.subarray(one.size);
      this.#takeFrame(one.opcode, one.payload);
    }
  }
  #takeAnswer(): boolean {
    const end = this.#rest.indexOf('\r\n\r\n');
    if (end === -1) return false;
    const status = Number(this.#rest.subarray(9, 12).toString('latin1'));
    if (status === 101) {
      this.#switched = true;
      this.tally.opened += 1;
      this.#rest = this.#rest.subarray(end + 4);
    } else {
      this.tally.tell(`http ${status}`);
      this.socket.destroy();
    }
    this.#opened.resolve(status);
    return this.#switched;
  }
  #takeFrame(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) {
      this.#takeText(payload);
    } else if (opcode === opcodes.ping && !this.#mute) {
      this.socket.write(frame(payload, { opcode: opcodes.pong }));
    } else if (opcode === opcodes.close) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
      if (!this.#mute) this.socket.end(frame(payload.subarray(0, 2), { opcode: opcodes.close }));
      this.#end({ code, reason: payload.toString('utf8', 2) });
    }
  }
  #takeText(payload: Buffer): void {
    this.receivedMessages += 1;
    this.receivedBytes += payload.length;
    // {"type":"…"
    const type = payload.toString('latin1', 9, payload.indexOf('"', 9));
    const wanted = this.onMessage !== null || this.#waits.size > 0;
    const message =
      wanted || type === 'error' || type === 'bye'
        ? (JSON.parse(payload.toString()) as Message)
        : null;
    this.tally.tell(message?.code === undefined ? type : `${type} ${message.code}`);
    if (message === null) return;
    this.onMessage?.(message);
    for (const wait of [...this.#waits]) wait.take(message);
  }
}
