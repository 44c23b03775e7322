// Two thousand people join within seconds, see each other, and half of them leave.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { inTime, measuring } from '../support/pace.ts';
import type { ServerMessage } from '../support/schema.ts';
import { Server } from '../support/server.ts';

const crowd = Number(process.env['VISAVIS_TEST_CROWD'] ?? (measuring ? 2_000 : 300));
/** Memory for each of them: the connection, the session, and what waits to be sent in the storm. */
const bytesEach = 30_000;
const bytesBase = 60_000_000;

/** Everybody hears the same presence messages, so each is parsed once. */
const parsed = new Map<string, ServerMessage>();
function parse(text: string): ServerMessage {
  let message = parsed.get(text);
  if (message === undefined) {
    message = JSON.parse(text) as ServerMessage;
    if (message.type === 'presence') parsed.set(text, message);
  }
  return message;
}

/** Users by number, so that two thousand lists of two thousand people are small. */
const numbers = new Map<string, number>();
function numberOf(user: string): number {
  let number = numbers.get(user);
  if (number === undefined) numbers.set(user, (number = numbers.size));
  return number;
}

class Member {
  readonly socket: WebSocket;
  readonly #list = new Uint8Array(crowd);
  known = 0;
  onChange: () => void = () => undefined;

  constructor(url: string, name: string) {
    this.socket = new WebSocket(url, ['visavis.v1'], { perMessageDeflate: false });
    this.socket.on('open', () => {
      this.socket.send(JSON.stringify({ type: 'hello', name }));
    });
    this.socket.on('error', (error) => {
      throw error;
    });
    this.socket.on('message', (data: Buffer) => {
      this.#take(parse(data.toString('utf8')));
      this.onChange();
    });
  }
  #take(message: ServerMessage): void {
    if (message.type === 'welcome') {
      this.#set(message.user, 1);
      for (const { user } of message.people) this.#set(user, 1);
    } else if (message.type === 'presence') {
      for (const { user } of message.here) this.#set(user, 1);
      for (const user of message.gone) this.#set(user, 0);
    } else {
      throw new Error(`unexpected ${JSON.stringify(message)}`);
    }
  }
  #set(user: string, here: 0 | 1): void {
    const number = numberOf(user);
    this.known += here - (this.#list[number] ?? 0);
    this.#list[number] = here;
  }
}

/** Until each of them knows exactly so many people. */
async function converges(members: readonly Member[], count: number): Promise<void> {
  await Promise.all(
    members.map(
      (member) =>
        new Promise<void>((resolve) => {
          member.onChange = () => {
            if (member.known === count) resolve();
          };
          member.onChange();
        }),
    ),
  );
}

describe('crowd', () => {
  test(`${crowd} people`, async (t) => {
    const server = await Server.start({
      limits: { presence_list_max: crowd, connections_per_address_max: 2 * crowd },
    });
    const before = await server.residentBytes();
    const started = performance.now();
    const members = Array.from(
      { length: crowd },
      (_, n) => new Member(server.socketUrl, `Person ${n}`),
    );
    await inTime(converges(members, crowd), 'everybody knows everybody', 30_000);
    t.diagnostic(`joined and converged in ${Math.round(performance.now() - started)} ms`);
    const growth = (await server.residentBytes()) - before;
    t.diagnostic(`${Math.round(growth / crowd)} bytes of server memory each`);
    if (measuring) assert(growth < bytesBase + crowd * bytesEach, `memory grew by ${growth} bytes`);

    const left = Date.now();
    const leaving = members.filter((_, n) => n % 2 === 0);
    const staying = members.filter((_, n) => n % 2 === 1);
    for (const member of leaving) member.socket.close(1000);
    await inTime(converges(staying, staying.length), 'everybody sees who left', 30_000);
    t.diagnostic(`half of them left in ${Date.now() - left} ms`);
    for (const member of staying) member.socket.close(1000);
    await server.stop();
  });
});
