// One port number for everything: the first byte tells TLS, HTTP and STUN apart, and inside TLS it tells once more.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { request } from '../support/http.ts';
import { readMetric } from '../support/metrics.ts';
import { inTime } from '../support/pace.ts';
import { Server } from '../support/server.ts';

function bindingRequest(): Buffer {
  return Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
}

/** So many whole STUN messages, which come one after the other. */
async function readMessages(socket: Socket, count: number): Promise<Buffer[]> {
  const messages: Buffer[] = [];
  let received = Buffer.alloc(0);
  while (messages.length < count) {
    const [chunk] = (await inTime(once(socket, 'data'), 'an answer')) as [Buffer];
    received = Buffer.concat([received, chunk]);
    while (received.length >= 20 && received.length >= 20 + received.readUInt16BE(2)) {
      const size = 20 + received.readUInt16BE(2);
      messages.push(received.subarray(0, size));
      received = received.subarray(size);
    }
  }
  return messages;
}

async function ended(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await inTime(once(socket, 'close'), 'the end of the connection');
}

describe('the one port', () => {
  let server: Server;
  before(async () => {
    server = await Server.start({ args: ['--tls-self-signed'] });
  });
  after(() => server.stop());

  async function overTcp(): Promise<Socket> {
    const socket = connectTcp(server.port, '127.0.0.1');
    await inTime(once(socket, 'connect'), 'a connection');
    return socket;
  }
  async function overTls(alpn: string[]): Promise<TLSSocket> {
    const socket = connectTls({
      host: '127.0.0.1',
      port: server.port,
      rejectUnauthorized: false,
      ...(alpn.length > 0 && { ALPNProtocols: alpn }),
    });
    await inTime(once(socket, 'secureConnect'), 'the TLS handshake');
    return socket;
  }

  test('speaks STUN over TCP and inside TLS, however it is cut', async () => {
    for (const socket of [await overTcp(), await overTls([]), await overTls(['stun.turn'])]) {
      const requests = Array.from({ length: 4 }, bindingRequest);
      const answers = readMessages(socket, requests.length);
      const first = requests[0] ?? Buffer.alloc(0);
      for (const byte of first) socket.write(Buffer.of(byte));
      socket.write(Buffer.concat(requests.slice(1)));
      for (const [i, answer] of (await answers).entries()) {
        assert.equal(answer.readUInt16BE(0), 0x0101, 'a Binding success response');
        assert.deepEqual(answer.subarray(8, 20), requests[i]?.subarray(8, 20));
      }
      socket.destroy();
    }
  });

  test('agrees on the protocols it knows, and turns nobody away for the others', async () => {
    for (const [offered, agreed] of [
      [['h2', 'http/1.1'], 'http/1.1'],
      [['stun.turn'], 'stun.turn'],
      [['stun.nat-discovery', 'stun.turn'], 'stun.turn'],
      [['h2'], false],
      [[], false],
    ] as const) {
      const socket = await overTls([...offered]);
      assert.equal(socket.alpnProtocol, agreed, offered.join(' '));
      socket.destroy();
    }
  });

  test('still serves the app, and sends plain HTTP to HTTPS', async () => {
    assert.equal((await request(server, '/healthz')).status, 200);
    const plain = await overTcp();
    plain.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    const [answer] = (await inTime(once(plain, 'data'), 'an answer')) as [Buffer];
    assert.match(answer.toString(), /^HTTP\/1\.1 308 /);
    await ended(plain);
  });

  test('closes a stream that begins like STUN and is not', async () => {
    for (const socket of [await overTcp(), await overTls([])]) {
      socket.on('error', () => undefined); // a reset is an end, too
      socket.write(bindingRequest());
      await readMessages(socket, 1);
      socket.write(Buffer.alloc(40, 0xff));
      await ended(socket);
    }
    assert.equal(await readMetric(server, 'visavis_connections{state="relay"}'), 0);
  });
});
