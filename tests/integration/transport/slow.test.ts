// Peers that read or write too slowly, or not at all: each has its time and its memory, and no more.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { makeAuthority } from '../support/certificates.ts';
import { Client } from '../support/client.ts';
import { readMetric } from '../support/metrics.ts';
import { measuring, until, within } from '../support/pace.ts';
import { startPython } from '../support/python.ts';
import { frame, handshake, opcodes, openRawWebSocket, RawConnection } from '../support/raw.ts';
import { Server, type ServerOptions } from '../support/server.ts';

async function start(t: TestContext, options: ServerOptions): Promise<Server> {
  const server = await Server.start(options);
  t.after(() => server.stop());
  return server;
}
const megabyte = 1_048_576;

describe('slow peers', { concurrency: 4 }, () => {
  for (const transport of ['plain', 'TLS'] as const) {
    test(`one that never reads is closed, memory stays bounded, it may come back: ${transport}`, async (t) => {
      const authority = await makeAuthority();
      t.after(() => authority.remove());
      const pair = await authority.issue('localhost');
      const tls = transport === 'TLS';
      const secured = tls ? { ca: authority.pem } : {};
      const server = await start(t, {
        args: tls ? ['--tls-cert', pair.certificate, '--tls-key', pair.key] : [],
        limits: {
          outbox_bytes_max: 65_536,
          replay_bytes_max: 65_536,
          messages_per_second: 1_000_000,
          messages_burst: 1_000_000,
          cost_us_per_second: 1_000_000,
          cost_us_burst: 60_000_000,
          websocket_ping_interval_ms: 300_000,
        },
      });
      const slow = await openRawWebSocket(server, secured);
      slow.write(frame(opcodes.text, '{"type":"hello","name":"Slow"}'));
      const welcome = JSON.parse((await slow.frame())?.payload.toString() ?? '{}') as {
        user: string;
        resume: { token: string };
      };
      const ben = await Client.join(server, 'Ben', {}, secured);
      const ringing = await ben.request({ type: 'call.start', to: [welcome.user] }, 'call.ringing');
      const to = ringing.participants.find(({ user }) => user === welcome.user)?.participant ?? '';
      slow.stopReading();

      // Nobody else can fill what waits for it: the sender is told instead.
      const data = { pad: 'x'.repeat(60_000) };
      for (let n = 0; n < 8; n += 1) {
        await ben.refused({ type: 'signal', call: ringing.call, to, data }, 'rate_limited');
      }
      const closed = async (): Promise<number | undefined> =>
        await readMetric(server, 'visavis_slow_readers_closed_total');
      assert.equal(await closed(), 0);

      // It fills it by what it asks for: fifty people with long names, again and again.
      const crowd = Array.from({ length: 50 }, (_, n) =>
        Client.join(server, `crowd ${n + 10} ${'\u{1F600}'.repeat(55)}`, {}, secured),
      );
      await Promise.all(crowd);
      const before = await server.residentBytes();
      const search = frame(opcodes.text, '{"type":"people.search","query":"crowd"}');
      const gone = async (): Promise<boolean> => {
        for (let n = 0; n < 20; n += 1) slow.write(search);
        await ben.silent(); // nobody else is concerned
        return (await closed()) === 1;
      };
      await until(gone, 'the slow reader is closed');
      const growth = (await server.residentBytes()) - before;
      if (measuring) assert(growth < 24 * megabyte, `memory grew by ${growth} bytes`);

      // What is left in its buffers ends with the reason, when there was room for it.
      slow.startReading();
      let last: { opcode: number; payload: Buffer } | undefined;
      for (let next = await slow.frame(); next !== undefined; next = await slow.frame())
        last = next;
      if (last?.opcode === opcodes.close) assert.equal(last.payload.readUInt16BE(0), 1013);

      // More was waiting than is kept, so its session cannot go on, and it is told.
      const back = await Client.connect(server, secured);
      await back.refused(
        { type: 'hello', name: 'Slow', resume: { token: welcome.resume.token, received: 1 } },
        'resume_expired',
      );
      await back.hello({ name: 'Slow' });
      slow.destroy();
    });
  }

  test('one that pings and never reads the pongs is closed, however small they are', async (t) => {
    const often = 1_000_000;
    const server = await start(t, {
      limits: { websocket_control_frames_per_second: often, websocket_control_frames_burst: often },
    });
    const before = await server.residentBytes();
    const flood = startPython('ping_flood.py', [String(server.port), '1000000000']);
    t.after(() => flood.leave());
    const state = await flood.line();
    const growth = (await server.residentBytes()) - before;
    if (measuring) assert(growth < 8 * megabyte, `memory grew by ${growth} bytes`);
    assert.equal(await readMetric(server, 'visavis_slow_readers_closed_total'), 1);
    assert.equal(state, 'closed');
  });

  test('one that pings without end is closed, however well it reads', async (t) => {
    const server = await start(t, {});
    const flood = await openRawWebSocket(server);
    flood.write(Buffer.concat(Array.from({ length: 5_000 }, () => frame(opcodes.ping, ''))));
    let last = await flood.frame();
    while (last?.opcode === opcodes.pong) last = await flood.frame();
    assert.deepEqual(
      [last?.opcode, last?.payload.readUInt16BE(0), last?.payload.subarray(2).toString()],
      [opcodes.close, 1008, 'too many control frames'],
    );
    flood.destroy();
  });

  test('a message in ever more empty pieces is refused', async (t) => {
    const server = await start(t, {});
    const endless = await openRawWebSocket(server);
    const piece = frame(opcodes.continuation, '', { final: false });
    endless.write(frame(opcodes.text, '', { final: false }));
    endless.write(Buffer.concat(Array.from({ length: 2_000 }, () => piece)));
    let last = await endless.frame();
    while (last !== undefined && last.opcode !== opcodes.close) last = await endless.frame();
    assert.equal(last?.payload.readUInt16BE(0), 1009);
    endless.destroy();
  });

  test('an HTTP client that asks and asks and never reads is closed', async (t) => {
    const server = await start(t, {
      limits: { outbox_bytes_max: 65_536, stall_timeout_ms: 1_000 },
    });
    const connection = await RawConnection.open(server);
    connection.stopReading();
    const before = await server.residentBytes();
    const asks = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(500);
    for (let n = 0; n < 20; n += 1) {
      connection.write(asks);
      await new Promise(setImmediate);
    }
    await until(
      async () => (await readMetric(server, 'visavis_connections')) === 1,
      'only we are left',
    );
    const growth = (await server.residentBytes()) - before;
    if (measuring) assert(growth < 24 * megabyte, `memory grew by ${growth} bytes`);
    connection.destroy();
  });

  test('one byte at a time is enough, for the handshake and for messages', async (t) => {
    const server = await start(t, {});
    const connection = await RawConnection.open(server);
    const bytes = Buffer.concat([
      Buffer.from(handshake()),
      frame(opcodes.text, '{"type":"hello","name":"Patient"}'),
    ]);
    for (const byte of bytes) {
      connection.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    assert.equal((await connection.answer())?.status, 101);
    assert.match((await connection.frame())?.payload.toString() ?? '', /"name":"Patient"/);
    connection.destroy();
  });

  test('a header that does not end in time, however busily it is written', async (t) => {
    const server = await start(t, { limits: { header_timeout_ms: 300 } });
    const connection = await RawConnection.open(server);
    connection.write('GET / HTTP/1.1\r\nHost: localhost\r\n');
    const drip = setInterval(() => {
      connection.write('X: y\r\n');
    }, 20);
    const answer = await connection.answer();
    clearInterval(drip);
    assert.equal(answer?.status, 408);
    assert.match(answer.body, /"request_timeout"/);
    await connection.rest();
    connection.destroy();
  });

  test('a connection that says nothing at all, plain and TLS', async (t) => {
    const authority = await makeAuthority();
    t.after(() => authority.remove());
    const pair = await authority.issue('localhost');
    const tls = await start(t, {
      limits: { header_timeout_ms: 300 },
      args: ['--tls-cert', pair.certificate, '--tls-key', pair.key],
    });
    const plain = await start(t, { limits: { header_timeout_ms: 300 } });
    for (const server of [tls, plain]) {
      const connection = await RawConnection.open(server);
      await connection.rest();
      connection.destroy();
    }
  });

  test('a connection that is kept alive for nothing', async (t) => {
    const server = await start(t, { limits: { http_idle_timeout_ms: within(1_000) } });
    const connection = await RawConnection.open(server);
    for (let n = 0; n < 3; n += 1) {
      connection.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      assert.equal((await connection.answer())?.status, 200);
    }
    await connection.rest();
    connection.destroy();
  });

  test('a WebSocket that answers no pings is found dead, one that does is not', async (t) => {
    const server = await start(t, {
      limits: { websocket_ping_interval_ms: 1_000, websocket_pong_timeout_ms: within(1_500) },
    });
    const alive = await Client.join(server, 'Alive'); // ws answers by itself
    const dead = await openRawWebSocket(server);
    dead.write(frame(opcodes.text, '{"type":"hello","name":"Dead"}'));
    await dead.rest();
    await alive.silent();
    dead.destroy();
  });
});
