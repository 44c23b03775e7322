// The relay takes the credentials that a call hands out for as long as the call lasts (RFC 8656 section 7).
import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { Client } from '../support/client.ts';
import { inTime } from '../support/pace.ts';
import type { IceServers } from '../support/schema.ts';
import { Server } from '../support/server.ts';

const allocate = 0x0003;
const attribute = { username: 0x0006, integrity: 0x0008, error: 0x0009, realm: 0x0014 } as const;
const nonceType = 0x0015;
const requestedUdp = Buffer.from('0019000411000000', 'hex');

function encode(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function message(attributes: readonly Buffer[], more = 0): Buffer {
  const body = Buffer.concat(attributes);
  const header = Buffer.alloc(20);
  header.writeUInt16BE(allocate, 0);
  header.writeUInt16BE(body.length + more, 2);
  header.writeUInt32BE(0x2112a442, 4);
  randomBytes(12).copy(header, 8);
  return Buffer.concat([header, body]);
}

function find(answer: Buffer, type: number): Buffer | undefined {
  for (let at = 20; at + 4 <= answer.length;) {
    const length = answer.readUInt16BE(at + 2);
    if (answer.readUInt16BE(at) === type) return answer.subarray(at + 4, at + 4 + length);
    at += 4 + length + ((4 - (length % 4)) % 4);
  }
  return undefined;
}

/** The number of the error, or 0. */
function errorOf(answer: Buffer): number {
  const value = find(answer, attribute.error);
  return value === undefined ? 0 : value.readUInt8(2) * 100 + value.readUInt8(3);
}

async function ask(socket: Socket, request: Buffer, port: number): Promise<Buffer> {
  const answered = once(socket, 'message') as Promise<[Buffer]>;
  socket.send(request, port, '127.0.0.1');
  return (await inTime(answered, 'an answer'))[0];
}

/** Allocates with the credentials of this list from a port of its own; gives the error's number. */
async function allocates(t: TestContext, server: Server, servers: IceServers): Promise<number> {
  const socket = createSocket('udp4');
  t.after(() => {
    socket.close();
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const challenge = await ask(socket, message([requestedUdp]), server.port);
  assert.equal(errorOf(challenge), 401);
  const realm = find(challenge, attribute.realm)!;
  const { username = '', credential = '' } = servers.find((entry) => entry.credential)!;
  const unsigned = message(
    [
      requestedUdp,
      encode(attribute.username, Buffer.from(username)),
      encode(attribute.realm, realm),
      encode(nonceType, find(challenge, nonceType)!),
    ],
    24,
  );
  const key = createHash('md5').update(`${username}:${realm.toString()}:${credential}`).digest();
  const integrity = createHmac('sha1', key).update(unsigned).digest();
  const signed = Buffer.concat([unsigned, encode(attribute.integrity, integrity)]);
  return errorOf(await ask(socket, signed, server.port));
}

describe('the relay', () => {
  test('takes credentials until the call, or that part in it, is over', async (t) => {
    const server = await Server.start({ args: ['--threads', '2'] });
    t.after(() => server.stop());
    const [ana, ben] = [await Client.join(server, 'Ana'), await Client.join(server, 'Ben')];
    const phone = await Client.join(server, 'Ben', { identity: ben.welcome.identity });
    const ringing = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
    const { call } = ringing;
    const onBen = (await ben.next('call.incoming')).ice_servers;
    const onPhone = (await phone.next('call.incoming')).ice_servers;
    for (const servers of [ringing.ice_servers, onBen, onPhone]) {
      assert.equal(await allocates(t, server, servers), 0);
    }
    ben.send({ type: 'call.accept', call });
    for (const client of [ben, ana]) {
      await client.next('call.left');
      await client.next('call.accepted');
    }
    await phone.next('call.ended');
    assert.equal(await allocates(t, server, onPhone), 401, 'answered elsewhere');
    assert.equal(await allocates(t, server, onBen), 0);
    await ana.request({ type: 'call.end', call }, 'call.ended');
    for (const servers of [ringing.ice_servers, onBen]) {
      assert.equal(await allocates(t, server, servers), 401);
    }
  });

  test('takes those of before a restart', async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'visavis-relay-use-'));
    t.after(() => rm(dataDir, { recursive: true, force: true }));
    const first = await Server.start({ dataDir });
    const ana = await Client.join(first, 'Ana');
    const { servers } = await ana.request({ type: 'relay.test' }, 'relay.test');
    await first.kill();
    const second = await Server.start({ dataDir });
    t.after(() => second.stop());
    assert.equal(await allocates(t, second, servers[0]!), 0);
    assert.equal(await allocates(t, second, servers[1]!), 0);
  });
});
