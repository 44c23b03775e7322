// Two thousand people join within seconds, see each other, and half of them leave.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { inTime, measuring } from '../support/pace.ts';
import type { Person } from '../support/schema.ts';
import { Server } from '../support/server.ts';

const crowd = Number(process.env['VISAVIS_TEST_CROWD'] ?? (measuring ? 2_000 : 300));
/** Memory for each of them: the connection, the session, and what waits to be sent in the storm. */
const bytesEach = 30_000;
const bytesBase = 60_000_000;

/** Users by number, so that two thousand lists of two thousand people are small. */
const numbers = new Map<string, number>();
function numberOf(user: string): number {
  let number = numbers.get(user);
  if (number === undefined) numbers.set(user, (number = numbers.size));
  return number;
}

/** The people of a JSON array. Everybody is sent the same ones, so each is parsed once. */
const parsed = new Map<string, readonly number[]>();
function peopleOf(json: string): readonly number[] {
  let people = parsed.get(json);
  if (people === undefined) {
    people = (JSON.parse(json) as (Person | string)[]).map((entry) =>
      numberOf(typeof entry === 'string' ? entry : entry.user),
    );
    parsed.set(json, people);
  }
  return people;
}
function arrayIn(text: string, field: string): string {
  const start = text.indexOf(`"${field}":[`) + field.length + 3;
  return text.slice(start, text.indexOf(']', start) + 1);
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
      this.#take(data.toString('latin1')); // names and ids here are ASCII
      this.onChange();
    });
  }
  #take(text: string): void {
    if (text.startsWith('{"type":"welcome"')) {
      this.#set(peopleOf(arrayIn(text, 'people')), 1);
      this.#set([numberOf(/"user":"([^"]+)"/.exec(text)?.[1] ?? '')], 1);
    } else if (text.startsWith('{"type":"presence"')) {
      this.#set(peopleOf(arrayIn(text, 'here')), 1);
      this.#set(peopleOf(arrayIn(text, 'gone')), 0);
    } else if (!text.startsWith('{"type":"bye"')) {
      throw new Error(`unexpected: ${text}`);
    }
  }
  #set(people: readonly number[], here: 0 | 1): void {
    for (const number of people) {
      this.known += here - (this.#list[number] ?? 0);
      this.#list[number] = here;
    }
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
      limits: { presence_list_max: 2 * crowd, connections_per_address_max: 2 * crowd },
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
