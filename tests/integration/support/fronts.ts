// What stands before a server: a TCP port that leads to a proxy's Unix socket, since neither nginx nor HAProxy takes port
// 0; and a port for STUN and TURN that is known before the server is, and passes UDP and TCP, or does not.
import { createSocket, type Socket as UdpSocket, type SocketOptions } from 'node:dgram';
import { once } from 'node:events';
import {
  createConnection,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';

/** Where connections go: a Unix socket's path, or a port of this machine. */
export type Goal = string | number;

const host = '127.0.0.1';
/** A machine with much to do lets packets wait. */
const datagrams: SocketOptions = { type: 'udp4', recvBufferSize: 4 << 20 };

export class Front {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #goal: Goal | null = null;

  static async open(port = 0): Promise<Front> {
    const front = new Front();
    front.#server.listen(port, host);
    await once(front.#server, 'listening');
    return front;
  }
  private constructor() {
    this.#server = createServer((near) => this.#pass(near));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }
  leadTo(goal: Goal): void {
    this.#goal = goal;
  }

  #pass(near: Socket): void {
    if (this.#goal === null) {
      near.destroy();
      return;
    }
    const far =
      typeof this.#goal === 'string'
        ? createConnection(this.#goal)
        : createConnection(this.#goal, host);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export interface RelayFrontOptions {
  /** `drop` takes datagrams and passes none, as a firewall; `closed` has no such port. */
  udp?: 'pass' | 'drop' | 'closed';
  tcp?: 'pass' | 'closed';
}

/** One port number for UDP and TCP. */
export class RelayFront {
  readonly #tcp: Front;
  readonly #udp: UdpSocket | null;
  readonly #clients = new Map<number, UdpSocket>();
  #goal = 0;
  readonly port: number;

  static async open({ udp = 'pass', tcp = 'pass' }: RelayFrontOptions = {}): Promise<RelayFront> {
    for (;;) {
      const front = await Front.open();
      const { port } = front;
      if (udp === 'closed') return new RelayFront(port, front, null, tcp);
      const socket = createSocket(datagrams);
      const bound = await new Promise<boolean>((resolve) => {
        socket.once('error', () => resolve(false));
        socket.bind(port, host, () => resolve(true));
      });
      if (bound) {
        const made = new RelayFront(port, front, socket, tcp);
        if (udp === 'pass') socket.on('message', (data, from) => made.#pass(data, from.port));
        if (tcp === 'closed') await front.close();
        return made;
      }
      socket.close();
      await front.close();
    }
  }
  private constructor(port: number, tcp: Front, udp: UdpSocket | null, way: 'pass' | 'closed') {
    this.port = port;
    this.#tcp = tcp;
    this.#udp = udp;
    this.#closed = way === 'closed';
  }
  readonly #closed: boolean;

  /** As the server is told of it. */
  get args(): string[] {
    return ['udp', 'tcp'].flatMap((transport) => [
      '--relay-url',
      `turn:${host}:${this.port}?transport=${transport}`,
    ]);
  }
  leadTo(port: number): void {
    this.#goal = port;
    if (!this.#closed) this.#tcp.leadTo(port);
  }

  #pass(data: Buffer, client: number): void {
    let far = this.#clients.get(client);
    if (far === undefined) {
      far = createSocket(datagrams);
      far.on('message', (back) => this.#udp?.send(back, client, host));
      far.on('error', () => undefined);
      this.#clients.set(client, far);
    }
    far.send(data, this.#goal, host);
  }

  async close(): Promise<void> {
    for (const socket of this.#clients.values()) socket.close();
    this.#udp?.close();
    if (!this.#closed) await this.#tcp.close();
  }
}
