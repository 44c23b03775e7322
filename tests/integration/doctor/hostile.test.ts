// `visavis check` pointed at a server that means ill: it ends, keeps little, and shows nothing that steers a terminal.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { describe, test, type TestContext } from 'node:test';
import { makeAuthority } from '../support/certificates.ts';
import { examine, issueCode, runDoctor } from '../support/doctor.ts';
import { Server as Visavis } from '../support/server.ts';

const steering = '\u001b]0;PWNED\u0007\u001b[2J\u009b31m\u202e\nok        everything: fine';

interface Evil {
  /** The whole answer to POST /api/check. */
  check?: (origin: string) => object;
  /** What a connection of TURN gets for its first request. */
  turn?: (socket: Socket, request: Buffer) => void;
  /** Refuses the WebSocket so. */
  refusal?: object;
}

async function start(t: TestContext, evil: Evil): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (first) => {
      if ((first[0] ?? 0) < 4) evil.turn?.(socket, first);
      else answer(socket, first.toString('latin1'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  function answer(socket: Socket, request: string): void {
    let [status, body] = ['200 OK', JSON.stringify({ status: 'ok' })];
    if (request.startsWith('POST')) body = JSON.stringify(evil.check?.(origin) ?? {});
    if (request.startsWith('GET /ws')) {
      status = '403 Forbidden';
      body = JSON.stringify(evil.refusal ?? {});
    }
    const length = Buffer.byteLength(body);
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  return origin;
}

/** An answer to POST /api/check with these ICE servers. */
function offer(iceServers: (origin: string) => object[], seen: object = {}) {
  return (origin: string): object => ({
    ice_servers: iceServers(origin),
    relay: true,
    relay_urls: [],
    seen: {
      address: '127.0.0.1',
      host: origin.slice(7),
      secure: false,
      forwarded: false,
      proxy_trusted: false,
      ...seen,
    },
  });
}
const turnAt = (origin: string, more: object = {}): object[] => [
  { urls: [`turn:${origin.slice(7)}?transport=tcp`], username: 'u', credential: 'c', ...more },
];

describe('a hostile server', { concurrency: 3 }, () => {
  test('that sends data without end instead of an answer', async (t) => {
    const frame = Buffer.alloc(60_004, 'x');
    frame.writeUInt16BE(0x4000, 0);
    frame.writeUInt16BE(60_000, 2);
    const many = Buffer.concat(Array.from({ length: 16 }, () => frame));
    const origin = await start(t, {
      check: offer(turnAt),
      turn: (socket) => {
        const flood = (): void => {
          while (!socket.destroyed && socket.write(many));
        };
        socket.on('drain', flood);
        flood();
      },
    });
    const report = await examine([origin, '--code', 'v1.x']);
    assert.ok(report.finding('turn-tcp').severity === 'failure', report.named.join());
  });

  test('whose user name and challenge are longer than TURN allows', async (t) => {
    const name = await start(t, {
      check: offer((origin) => turnAt(origin, { username: 'u'.repeat(200_000) })),
    });
    const long = await examine([name, '--code', 'v1.x']);
    assert.match(long.finding('turn-tcp').seen ?? '', /user name is longer than TURN allows/);
    const other = await start(t, {
      check: offer(turnAt),
      turn: (socket, request) => {
        socket.write(challenge(request.subarray(8, 20), Buffer.alloc(60_000, 'n')));
      },
    });
    const report = await examine([other, '--code', 'v1.x']);
    assert.equal(report.finding('turn-tcp').severity, 'failure');
  });

  test('that names thousands of servers', async (t) => {
    const origin = await start(t, {
      check: offer(() =>
        Array.from({ length: 5_000 }, (_, n) => ({ urls: `stun:127.0.0.1:${n + 1}` })),
      ),
    });
    const report = await examine([origin]);
    assert.ok(report.named.includes('warning relay too_many_servers'), report.named.join());
    assert.ok(report.findings.filter(({ check }) => check.startsWith('stun')).length <= 8);
  });

  test('that would steer a terminal and forge lines', async (t) => {
    const origin = await start(t, {
      check: offer((at) => [...turnAt(at), { urls: `turn:127.0.0.1:1?transport=tcp${steering}` }], {
        address: steering,
        host: steering,
        forwarded: true,
      }),
      refusal: { error: { code: steering, message: steering } },
      turn: (socket) => socket.end(),
    });
    const { stdout, stderr } = await runDoctor([origin, '--code', 'v1.x']);
    assert.doesNotMatch(stdout + stderr, /[^\P{Cc}\n]|\u202e/u);
    assert.doesNotMatch(stdout, /^ok +everything/m);
    const json = await runDoctor([origin, '--code', 'v1.x', '--json']);
    assert.doesNotMatch(json.stdout, /[^\P{Cc}\n]|\u202e|\\u001b/u);
  });

  test('that has no certificate to show gets no code', async (t) => {
    const authority = await makeAuthority();
    t.after(() => authority.remove());
    const { certificate, key } = await authority.issue('other.example.org');
    const server = await Visavis.start({ args: ['--tls-cert', certificate, '--tls-key', key] });
    t.after(() => server.stop());
    const report = await examine([
      `https://127.0.0.1:${server.port}`,
      '--code',
      await issueCode(server),
    ]);
    assert.ok(report.named.includes('warning relay code_withheld'), report.named.join());
    assert.equal(report.finding('turn-udp').seen, 'it answers');
  });
});

/** A 401 to an Allocate. */
function challenge(transaction: Buffer, nonce: Buffer): Buffer {
  const attribute = (type: number, value: Buffer): Buffer => {
    const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
    padded.writeUInt16BE(type, 0);
    padded.writeUInt16BE(value.length, 2);
    value.copy(padded, 4);
    return padded;
  };
  const attributes = Buffer.concat([
    attribute(0x0009, Buffer.from([0, 0, 4, 1])),
    attribute(0x0014, Buffer.from('realm')),
    attribute(0x0015, nonce),
  ]);
  const header = Buffer.alloc(20);
  header.writeUInt16BE(0x0113, 0);
  header.writeUInt16BE(attributes.length, 2);
  header.writeUInt32BE(0x2112a442, 4);
  transaction.copy(header, 8);
  return Buffer.concat([header, attributes]);
}
