// A client that keeps what it sent until it is acknowledged and comes back after its socket is lost: section 3 of
// PROTOCOL.md by the letter, and nothing more.
import assert from 'node:assert/strict';
import { Client } from './client.ts';
import type { ClientMessage, ServerMessage, Welcome } from './schema.ts';
import type { Server } from './server.ts';

export class ResumingClient {
  readonly #server: Pick<Server, 'socketUrl'>;
  readonly name: string;
  readonly user: string;
  #client: Client;
  #token: string;
  /** Counted messages of ours that the server may not have; the first has number #firstKept. */
  readonly #kept: ClientMessage[] = [];
  #firstKept = 1;
  #receivedBefore = 0;
  /** Pings over this socket that have not been answered. */
  #pongsDue = 0;
  /** Every counted message, over all sockets, in the order in which it came. */
  readonly heard: ServerMessage[] = [];

  static async join(server: Pick<Server, 'socketUrl'>, name: string): Promise<ResumingClient> {
    return new ResumingClient(server, name, await Client.join(server, name));
  }
  private constructor(server: Pick<Server, 'socketUrl'>, name: string, client: Client) {
    this.#server = server;
    this.name = name;
    this.#client = client;
    this.user = client.user;
    this.#token = client.welcome.resume.token;
  }

  get client(): Client {
    return this.#client;
  }
  get received(): number {
    return this.#receivedBefore + this.#client.received;
  }
  get isConnected(): boolean {
    return !this.#client.isClosed;
  }

  /** After requests were made on `client` directly: they have been answered, so nothing of them is kept. */
  countsFromHere(): void {
    this.#firstKept = this.#client.countedSent + 1;
  }
  /** Sends a counted message, now or after coming back. */
  send(message: ClientMessage): void {
    this.#kept.push(message);
    if (this.isConnected) this.#client.send(message);
  }
  ping(): void {
    this.#pongsDue += 1;
    this.#client.send({ type: 'ping', received: this.received });
  }
  async lose(): Promise<void> {
    this.#client.destroy();
    await this.#client.closed();
    this.collect();
  }
  async comeBack(): Promise<Welcome> {
    const next = await Client.connect(this.#server);
    const { received } = this;
    this.#receivedBefore = received;
    this.#client = next;
    this.#pongsDue = 0;
    const welcome = await next.hello({ name: this.name, resume: { token: this.#token, received } });
    assert.equal(welcome.resume.resumed, true);
    assert.equal(welcome.user, this.user);
    this.#token = welcome.resume.token;
    this.#forget(welcome.resume.received);
    for (const message of this.#kept) next.send(message);
    return welcome;
  }
  /** Moves what came into `heard`. */
  collect(): void {
    for (const message of this.#client.take()) {
      if (message.type !== 'pong') {
        this.heard.push(message);
        continue;
      }
      this.#pongsDue -= 1;
      this.#forget(message.received);
    }
    this.#forget(this.#client.acknowledged);
  }
  /** Until everything sent to us so far has been heard. The answer to an earlier ping says nothing about that. */
  async settle(): Promise<void> {
    this.ping();
    while (this.#pongsDue > 0) {
      await this.#client.until('pong');
      this.collect();
    }
  }

  #forget(received: number): void {
    assert(
      received < this.#firstKept + this.#kept.length,
      'the server acknowledges what was never sent',
    );
    if (received < this.#firstKept) return;
    this.#kept.splice(0, received - this.#firstKept + 1);
    this.#firstKept = received + 1;
  }
}
