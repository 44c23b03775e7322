// Sockets on the WAN that tell how somebody is seen from there, after RFC 5780: three for UDP, which differ in
// port and in address, and two for TCP, one of them on port 443.
import { once } from 'node:events';
import { createSocket, type Socket } from 'node:dgram';
import { createServer, type AddressInfo, type Server } from 'node:net';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

// In this order: the one that is spoken to first, its other port, its other address.
export const udpReflectors = 3;

const flushing = 'flush';

export class Reflectors {
  readonly #udp: readonly Socket[];
  readonly #tcp: readonly Server[];
  // Senders by reflector, until `flush` takes them.
  #seen: (Endpoint | undefined)[] = [];

  static async open(address: string, otherAddress: string): Promise<Reflectors> {
    const udp = [address, address, otherAddress].map(bindUdp);
    const tcp = [443, 0].map((port) => listenTcp(address, port));
    return new Reflectors(await Promise.all(udp), await Promise.all(tcp));
  }

  private constructor(udp: readonly Socket[], tcp: readonly Server[]) {
    this.#udp = udp;
    this.#tcp = tcp;
    for (const [index, socket] of udp.entries()) {
      socket.on('message', (message, sender) => {
        if (message.toString() === flushing) return;
        this.#seen[index] = { address: sender.address, port: sender.port };
      });
    }
  }

  get udp(): readonly Endpoint[] {
    return this.#udp.map((socket) => endpointOf(socket.address()));
  }
  get tcp(): { readonly port443: Endpoint; readonly otherPort: Endpoint } {
    const [port443, otherPort] = this.#tcp.map((server) =>
      endpointOf(server.address() as AddressInfo),
    ) as [Endpoint, Endpoint];
    return { port443, otherPort };
  }

  // How the sender was seen by each UDP reflector since the last time.
  async flush(): Promise<readonly (Endpoint | undefined)[]> {
    await Promise.all(this.#udp.map(readAll));
    const seen = this.#udp.map((_socket, index) => this.#seen[index]);
    this.#seen = [];
    return seen;
  }

  async sendFrom(reflector: number, to: Endpoint): Promise<void> {
    const socket = this.#udp[reflector];
    if (socket === undefined) throw new RangeError(`there is no reflector ${String(reflector)}`);
    await send(socket, String(reflector), to);
  }

  close(): void {
    for (const socket of this.#udp) socket.close();
    for (const server of this.#tcp) server.close();
  }
}

async function bindUdp(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket;
}

// Says who called, then echoes.
async function listenTcp(address: string, port: number): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // that is what some boxes are for
    socket.write(`${socket.remoteAddress ?? ''}\n`);
    socket.pipe(socket);
  });
  server.listen(port, address);
  await once(server, 'listening');
  return server;
}

// Everything that had arrived before is read when a datagram from here is.
async function readAll(socket: Socket): Promise<void> {
  const own = createSocket('udp4');
  own.bind(0, socket.address().address);
  await once(own, 'listening');
  const read = new Promise<void>((resolve) => {
    socket.on('message', function look(message) {
      if (message.toString() !== flushing) return;
      socket.off('message', look);
      resolve();
    });
  });
  await send(own, flushing, endpointOf(socket.address()));
  await read;
  own.close();
}

function send(socket: Socket, text: string, { address, port }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(text, port, address, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

function endpointOf({ address, port }: AddressInfo): Endpoint {
  return { address, port };
}
