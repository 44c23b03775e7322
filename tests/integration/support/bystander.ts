// A UDP socket on this machine that nobody should reach through the relay, or that may be reached.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { inTime } from './pace.ts';

const fence = 'all that was sent before has come';

export class Bystander {
  readonly #socket: Socket;
  readonly #heard: string[] = [];
  readonly address: string;

  static async open(address = '127.0.0.1'): Promise<Bystander> {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.bind(0, address);
    await once(socket, 'listening');
    return new Bystander(socket, address);
  }
  private constructor(socket: Socket, address: string) {
    this.#socket = socket;
    this.address = address;
    socket.on('message', (bytes) => {
      this.#heard.push(bytes.toString());
    });
  }

  get port(): number {
    return this.#socket.address().port;
  }
  get here(): { address: string; port: number } {
    return { address: this.address, port: this.port };
  }
  /** Everything that was sent to it until now: the kernel delivers within this machine at once, and in order. */
  async heard(): Promise<string[]> {
    this.#socket.send(fence, this.port, this.address);
    const arrived = async (): Promise<void> => {
      while (this.#heard.at(-1) !== fence) await once(this.#socket, 'message');
    };
    await inTime(arrived(), 'its own datagram');
    return this.#heard.splice(0).filter((data) => data !== fence);
  }
  say(data: string, port: number, address: string): void {
    this.#socket.send(data, port, address);
  }
  close(): void {
    this.#socket.close();
  }
}
