// Bare bytes over TCP or TLS, for what no well-behaved client would send.
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { inTime } from './pace.ts';

export interface HttpAnswer {
  status: number;
  headers: Map<string, string>;
  body: string;
}
export interface Frame {
  opcode: number;
  payload: Buffer;
}

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

export class RawConnection {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #ended = false;
  #wake: (() => void) | null = null;

  static async open(
    target: { port: number },
    options: { ca?: string | undefined } = {},
  ): Promise<RawConnection> {
    const address = { host: '127.0.0.1', port: target.port };
    const socket =
      options.ca === undefined
        ? connectTcp(address)
        : connectTls({ ...address, ca: options.ca, servername: 'localhost' });
    const opened = new Promise<void>((resolve, reject) => {
      socket.once(options.ca === undefined ? 'connect' : 'secureConnect', resolve);
      socket.once('error', reject);
    });
    const connection = new RawConnection(socket);
    await inTime(opened, 'the connection opens');
    return connection;
  }
  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      this.#received = Buffer.concat([this.#received, bytes]);
      this.#wake?.();
    });
    socket.on('error', () => undefined); // close follows
    socket.on('close', () => {
      this.#ended = true;
      this.#wake?.();
    });
    socket.on('end', () => {
      this.#ended = true;
      this.#wake?.();
    });
  }

  get isEnded(): boolean {
    return this.#ended;
  }
  write(bytes: string | Buffer): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes);
  }
  /** Says that nothing more will be written, and goes on reading. */
  finish(): void {
    this.#socket.end();
  }
  destroy(): void {
    this.#socket.destroy();
  }
  /** From now on nothing is read: the peer's writes fill the kernel's buffers and stop. */
  stopReading(): void {
    this.#socket.pause();
  }
  startReading(): void {
    this.#socket.resume();
  }

  /** One HTTP answer with a Content-Length, or none when the connection ended before one was complete. */
  async answer(milliseconds?: number): Promise<HttpAnswer | undefined> {
    return await this.#parsed((bytes) => parseAnswer(bytes), 'an HTTP answer', milliseconds);
  }
  /** One WebSocket frame of the server, or none when the connection ended. */
  async frame(milliseconds?: number): Promise<Frame | undefined> {
    return await this.#parsed(parseFrame, 'a WebSocket frame', milliseconds);
  }
  /** Everything until the server closes. */
  async rest(milliseconds?: number): Promise<Buffer> {
    await inTime(
      this.#until(() => this.#ended),
      'the server closes the connection',
      milliseconds,
    );
    return this.#received;
  }

  async #parsed<T>(
    parse: (bytes: Buffer) => { value: T; length: number } | undefined,
    what: string,
    milliseconds?: number,
  ): Promise<T | undefined> {
    let parsed = parse(this.#received);
    const complete = this.#until(() => {
      parsed ??= parse(this.#received);
      return parsed !== undefined || this.#ended;
    });
    await inTime(complete, what, milliseconds);
    if (parsed === undefined) return undefined;
    this.#received = this.#received.subarray(parsed.length);
    return parsed.value;
  }
  async #until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
    }
  }
}

function parseAnswer(bytes: Buffer): { value: HttpAnswer; length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return undefined;
  const [statusLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1]);
  const length = headEnd + 4 + Number(headers.get('content-length') ?? 0);
  if (bytes.length < length) return undefined;
  return {
    value: { status, headers, body: bytes.subarray(headEnd + 4, length).toString('utf8') },
    length,
  };
}

function parseFrame(bytes: Buffer): { value: Frame; length: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const headLength = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < headLength) return undefined;
  const payloadLength =
    short === 127
      ? Number(bytes.readBigUInt64BE(2))
      : short === 126
        ? bytes.readUInt16BE(2)
        : short;
  const length = headLength + payloadLength;
  if (bytes.length < length) return undefined;
  const value = {
    opcode: (bytes[0] ?? 0) & 0x0f,
    payload: Buffer.from(bytes.subarray(headLength, length)),
  };
  return { value, length };
}

/** A client's frame (RFC 6455 section 5.2), right unless told otherwise. */
export function frame(
  opcode: number,
  payload: string | Buffer,
  {
    final = true,
    reserved = 0,
    masked = true,
  }: { final?: boolean; reserved?: number; masked?: boolean } = {},
): Buffer {
  const body = Buffer.from(payload);
  const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
  const first = (final ? 0x80 : 0) | (reserved << 4) | opcode;
  const maskBit = masked ? 0x80 : 0;
  let head: Buffer;
  if (body.length < 126) {
    head = Buffer.from([first, maskBit | body.length]);
  } else if (body.length < 65_536) {
    head = Buffer.from([first, maskBit | 126, body.length >> 8, body.length & 0xff]);
  } else {
    head = Buffer.alloc(10);
    head[0] = first;
    head[1] = maskBit | 127;
    head.writeBigUInt64BE(BigInt(body.length), 2);
  }
  if (!masked) return Buffer.concat([head, body]);
  return Buffer.concat([head, mask, body.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** A handshake that is right, but for what `changes` says; an empty value leaves the field out. */
export function handshake(changes: Readonly<Record<string, string>> = {}): string {
  const fields = {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    'Sec-WebSocket-Protocol': 'visavis.v1',
    ...changes,
  };
  const lines = Object.entries(fields).filter(([, value]) => value !== '');
  return `GET /ws HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
}

/** A WebSocket that stands, in the hands of a test that wants to break it. */
export async function openRawWebSocket(
  target: { port: number },
  options: { ca?: string | undefined } = {},
): Promise<RawConnection> {
  const connection = await RawConnection.open(target, options);
  connection.write(handshake());
  const answer = await connection.answer();
  if (answer?.status !== 101) throw new Error(`not switched: ${answer?.status} ${answer?.body}`);
  return connection;
}
