// The same port number over UDP answers STUN (RFC 8489), so that people behind NATs find each other.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { inTime } from '../support/pace.ts';
import { Client } from '../support/client.ts';
import { readMetric } from '../support/metrics.ts';
import { Server } from '../support/server.ts';

const cookie = Buffer.from('2112a442', 'hex');

function bindingRequest(): Buffer {
  return Buffer.concat([Buffer.from('00010000', 'hex'), cookie, randomBytes(12)]);
}

// The value of XOR-MAPPED-ADDRESS (section 14.2), IPv4.
function mappedAddress(answer: Buffer): string {
  assert.equal(answer.readUInt16BE(0), 0x0101, 'a Binding success response');
  assert.equal(answer.readUInt16BE(20), 0x0020, 'XOR-MAPPED-ADDRESS');
  const port = answer.readUInt16BE(26) ^ cookie.readUInt16BE(0);
  const bytes = [...answer.subarray(28, 32)].map((byte, i) => byte ^ cookie.readUInt8(i));
  return `${bytes.join('.')}:${String(port)}`;
}

describe('STUN', () => {
  test('a Binding request is answered with the address it came from; anything else is not', async (t) => {
    const server = await Server.start({});
    t.after(() => server.stop());
    const socket = createSocket('udp4');
    t.after(() => {
      socket.close();
    });
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');

    const request = bindingRequest();
    const notStun = [
      Buffer.alloc(0),
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      request.subarray(0, 19),
    ];
    for (const datagram of [...notStun, request]) socket.send(datagram, server.port, '127.0.0.1');
    const [answer] = (await inTime(once(socket, 'message'), 'an answer')) as [Buffer];

    assert.deepEqual(answer.subarray(8, 20), request.subarray(8, 20), 'the transaction id');
    assert.equal(mappedAddress(answer), `127.0.0.1:${String(socket.address().port)}`);
    assert(answer.length <= 3 * request.length);
    assert.equal(await readMetric(server, 'visavis_datagrams_written_total'), 1);
    assert.equal(await readMetric(server, 'visavis_datagrams_read_total'), 4);
  });

  test('who connects is told of it, by the name they used', async (t) => {
    const server = await Server.start({});
    t.after(() => server.stop());
    const client = await Client.connect(server);
    const welcome = await client.hello({ name: 'Ana' });
    assert.deepEqual(welcome.ice_servers, [{ urls: [`stun:127.0.0.1:${String(server.port)}`] }]);
    client.destroy();
  });

  test('not behind a proxy, whose ports are not ours', async (t) => {
    const server = await Server.start({ args: ['--trusted-proxy', '127.0.0.1'] });
    t.after(() => server.stop());
    const client = await Client.connect(server, { headers: { 'X-Forwarded-For': '203.0.113.7' } });
    const welcome = await client.hello({ name: 'Ana' });
    assert.deepEqual(welcome.ice_servers, []);
    client.destroy();
  });
});
