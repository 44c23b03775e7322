// A TURN client (RFC 8656) that does what it is told, over UDP, TCP or TLS: it signs what it is asked to sign and
// keeps what comes, apart by kind. Tests say each step.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect as connectTcp, type Socket as TcpSocket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { inTime } from './pace.ts';
import {
  type Address,
  type Attribute,
  attributes,
  encode,
  longTermKey,
  Message,
  type Method,
  newTransaction,
  number32,
  text,
  xorAddress,
} from './stun.ts';

export interface Credential {
  username: string;
  password: string;
}

export function ephemeralPassword(secret: Buffer | string, username: string): string {
  return createHmac('sha1', secret).update(username).digest('base64');
}

/** As the server issues them for its own calls. */
export class Issuer {
  readonly #key: Buffer;

  /** The first key of the data directory's relay.key signs. */
  static async of(server: { dataDir: string }): Promise<Issuer> {
    return new Issuer((await readFile(join(server.dataDir, 'relay.key'))).subarray(0, 32));
  }
  constructor(key: Buffer) {
    this.#key = key;
  }
  for(call: string, participant: string, secondsLeft = 600): Credential {
    return this.sign(`${Math.floor(Date.now() / 1000) + secondsLeft}:${call}:${participant}`);
  }
  sign(username: string): Credential {
    return { username, password: ephemeralPassword(this.#key, username) };
  }
}

export interface Data {
  channel: number | null;
  /** Of a Data indication. */
  peer: Address | null;
  data: string;
}

interface Transport {
  send(bytes: Buffer): void;
  close(): void;
}

export interface UdpOptions {
  /** The address it comes from. */
  from?: string;
  to?: string;
}

export const requestedUdp = number32('requestedTransport', 17 << 24);

export class TurnClient {
  readonly #transport: Transport;
  readonly #answers = new Map<string, (answer: Message) => void>();
  readonly #data: Data[] = [];
  #wake: (() => void) | null = null;
  credential: Credential | null;
  realm = '';
  nonce = '';
  /** Bytes received, whatever they were. */
  received = 0;
  /** Everything that came and answers nothing that was asked, data aside. */
  readonly strays: Message[] = [];
  closed = false;

  static async udp(
    port: number,
    credential: Credential | null,
    { from = '127.0.0.1', to = '127.0.0.1' }: UdpOptions = {},
  ): Promise<TurnClient> {
    const socket: UdpSocket = createSocket(from.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, from);
    await once(socket, 'listening');
    const client: TurnClient = new TurnClient(credential, {
      send: (bytes) => {
        socket.send(bytes, port, to);
      },
      close: () => socket.close(),
    });
    socket.on('message', (bytes) => client.#take(bytes));
    return client;
  }

  static async tcp(port: number, credential: Credential | null): Promise<TurnClient> {
    const socket = connectTcp(port, '127.0.0.1');
    await inTime(once(socket, 'connect'), 'a TCP connection');
    return TurnClient.#onStream(socket, credential);
  }

  static async tls(port: number, credential: Credential | null, ca: string): Promise<TurnClient> {
    const socket = connectTls({ port, host: '127.0.0.1', servername: 'localhost', ca });
    await inTime(once(socket, 'secureConnect'), 'a TLS connection');
    return TurnClient.#onStream(socket, credential);
  }

  static #onStream(socket: TcpSocket, credential: Credential | null): TurnClient {
    socket.setNoDelay(true);
    const client = new TurnClient(credential, {
      send: (bytes) => {
        socket.write(bytes);
      },
      close: () => socket.destroy(),
    });
    let buffer = Buffer.alloc(0);
    socket.on('error', () => undefined); // the end is told by 'close'
    socket.on('close', () => {
      client.closed = true;
      client.#wake?.();
    });
    socket.on('data', (bytes: Buffer) => {
      buffer = Buffer.concat([buffer, bytes]);
      for (let size = frameBytes(buffer); size <= buffer.length; size = frameBytes(buffer)) {
        client.#take(buffer.subarray(0, size));
        buffer = buffer.subarray(size);
      }
    });
    return client;
  }

  private constructor(credential: Credential | null, transport: Transport) {
    this.credential = credential;
    this.#transport = transport;
  }

  close(): void {
    this.#transport.close();
  }
  /** Bytes as they are. */
  send(bytes: Buffer): void {
    this.#transport.send(bytes);
  }
  /** Sends these bytes of a request and gives what answers it. */
  async exchange(bytes: Buffer, what: string): Promise<Message> {
    const answered = Promise.withResolvers<Message>();
    this.#answers.set(bytes.toString('hex', 8, 20), answered.resolve);
    this.send(bytes);
    return await inTime(answered.promise, `an answer to ${what}`);
  }

  /** A request, signed when there is a nonce to sign it with. */
  build(method: Method, make: (transaction: Buffer) => readonly Attribute[] = () => []): Buffer {
    const transaction = newTransaction();
    const asked = make(transaction);
    if (this.credential === null || this.nonce === '')
      return encode({ method, transaction, attributes: asked });
    const { username, password } = this.credential;
    return encode({
      method,
      transaction,
      attributes: [
        ...asked,
        text('username', username),
        text('realm', this.realm),
        text('nonce', this.nonce),
      ],
      key: longTermKey(username, this.realm, password),
    });
  }

  /** Answers a challenge, once. */
  async request(
    method: Method,
    make: (transaction: Buffer) => readonly Attribute[] = () => [],
  ): Promise<Message> {
    const answer = await this.exchange(this.build(method, make), method);
    const challenged =
      answer.code === 438 || (answer.code === 401 && this.nonce === '' && this.credential !== null);
    if (!challenged) return answer;
    this.takeChallenge(answer);
    return await this.exchange(this.build(method, make), method);
  }
  takeChallenge(answer: Message): void {
    this.realm = answer.get('realm').toString();
    this.nonce = answer.get('nonce').toString();
  }

  async allocate(...more: readonly Attribute[]): Promise<Message> {
    return await this.request('allocate', () => [requestedUdp, ...more]);
  }
  /** Allocates, which must succeed, and gives the relayed transport address. */
  async relayed(...more: readonly Attribute[]): Promise<Address> {
    const answer = await this.allocate(...more);
    assert.equal(answer.outcome, 'success', 'Allocate');
    return answer.address('xorRelayedAddress');
  }
  async permit(...peers: readonly Address[]): Promise<string> {
    const answer = await this.request('createPermission', (transaction) =>
      peers.map((peer) => this.peer(peer, transaction)),
    );
    return answer.outcome;
  }
  async bindChannel(channel: number, peer: Address): Promise<string> {
    const answer = await this.request('channelBind', (transaction) => [
      number32('channelNumber', channel * 0x10000),
      this.peer(peer, transaction),
    ]);
    return answer.outcome;
  }
  async refresh(seconds: number): Promise<string> {
    return (await this.request('refresh', () => [number32('lifetime', seconds)])).outcome;
  }

  /** XOR-PEER-ADDRESS. */
  peer(peer: Address, transaction: Buffer): Attribute {
    return { type: attributes.xorPeerAddress, value: xorAddress(peer, transaction) };
  }

  /** A Send indication. */
  sendTo(peer: Address, data: string | Buffer): void {
    const transaction = newTransaction();
    const value = Buffer.from(data);
    this.send(
      encode({
        method: 'send',
        class: 'indication',
        transaction,
        attributes: [this.peer(peer, transaction), { type: attributes.data, value }],
      }),
    );
  }
  sendOn(channel: number, data: string | Buffer): void {
    const value = Buffer.from(data);
    const header = Buffer.alloc(4);
    header.writeUInt16BE(channel, 0);
    header.writeUInt16BE(value.length, 2);
    const padding = Buffer.alloc((4 - (value.length % 4)) % 4);
    this.send(Buffer.concat([header, value, padding]));
  }

  /** The next data that comes. */
  async data(): Promise<Data> {
    const arrives = async (): Promise<Data> => {
      for (let one = this.#data.shift(); ; one = this.#data.shift()) {
        if (one !== undefined) return one;
        assert(!this.closed, 'the connection ended');
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    };
    return await inTime(arrives(), 'data');
  }
  /** The server has read all that was sent, and there is no data from anybody. */
  async hearsNothing(): Promise<void> {
    await this.fence();
    assert.deepEqual(this.#data, []);
  }
  /** The server has read all that was sent before. */
  async fence(): Promise<void> {
    await this.exchange(encode({ method: 'binding' }), 'Binding');
  }
  async ended(): Promise<void> {
    const ends = async (): Promise<void> => {
      while (!this.closed) await new Promise<void>((resolve) => (this.#wake = resolve));
    };
    await inTime(ends(), 'the server closes the connection');
  }

  #take(bytes: Buffer): void {
    this.received += bytes.length;
    if (bytes.readUInt8(0) >= 0x40) {
      const length = bytes.readUInt16BE(2);
      const data = bytes.toString('utf8', 4, 4 + length);
      this.#data.push({ channel: bytes.readUInt16BE(0), peer: null, data });
    } else {
      this.#takeMessage(new Message(bytes));
    }
    this.#wake?.();
  }
  #takeMessage(message: Message): void {
    if (message.class === 'indication') {
      const data = message.find('data');
      if (data === undefined) this.strays.push(message);
      else
        this.#data.push({
          channel: null,
          peer: message.address('xorPeerAddress'),
          data: data.toString(),
        });
      return;
    }
    const id = message.transaction.toString('hex');
    const answered = this.#answers.get(id);
    this.#answers.delete(id);
    if (answered === undefined) this.strays.push(message);
    else answered(message);
  }
}

/** With padding; more than there is while that is not known (RFC 8656 section 12.5). */
function frameBytes(buffer: Buffer): number {
  if (buffer.length < 4) return Number.POSITIVE_INFINITY;
  const length = buffer.readUInt16BE(2);
  return buffer.readUInt8(0) >= 0x40 ? Math.ceil((4 + length) / 4) * 4 : 20 + length;
}
