// Leaving: clients are told, the process goes in time, and what people keep is still good afterwards.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { inTime, measuring, until } from '../support/pace.ts';
import { frame, opcodes, openRawWebSocket, RawConnection } from '../support/raw.ts';
import { Server } from '../support/server.ts';

describe('lifecycle', { concurrency: true }, () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    test(`${signal}: everybody is told when to come back, then it leaves`, async () => {
      const server = await Server.start();
      const ana = await Client.join(server, 'Ana');
      const ben = await Client.join(server, 'Ben');
      await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
      await ben.next('call.incoming');
      const greeting = await Client.connect(server);
      server.signal(signal);
      for (const client of [ana, ben, greeting]) {
        const bye = await client.next('bye');
        assert.equal(bye.code, 'draining');
        assert.equal(bye.reconnect, true);
        assert(bye.after_ms !== undefined && bye.after_ms >= 1_000);
        assert.equal((await client.closed()).code, 1012);
      }
      const exit = await server.stop();
      assert.equal(exit.code, 0);
    });
  }

  test('clients that do not react cannot hold it back', async () => {
    const server = await Server.start({ limits: { close_timeout_ms: 60_000 } });
    const deaf = await openRawWebSocket(server);
    deaf.write(frame(opcodes.text, '{"type":"hello","name":"Deaf"}'));
    await deaf.frame();
    deaf.stopReading();
    const halfway = await RawConnection.open(server);
    halfway.write('GET / HTTP/1.1\r\nHost: ');
    const idle = await RawConnection.open(server);
    idle.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await idle.answer();
    const started = performance.now();
    server.signal('SIGTERM');
    await until(
      () =>
        request(server, '/healthz').then(
          () => false,
          () => true,
        ),
      'it takes no new connections',
    );
    await inTime(server.exited, 'it leaves', 6_500);
    if (measuring) assert(performance.now() - started < 6_500, 'five seconds, and a moment');
    await server.stop();
    for (const connection of [deaf, halfway, idle]) connection.destroy();
  });

  test('an empty server leaves at once', async () => {
    const server = await Server.start();
    const started = performance.now();
    await server.stop();
    if (measuring) assert(performance.now() - started < 4_000, 'it waits for nobody');
  });

  test('a second SIGTERM, and SIGHUP without certificates, do no harm', async () => {
    const server = await Server.start();
    const client = await Client.join(server, 'Ana');
    server.signal('SIGHUP');
    await client.silent();
    server.signal('SIGTERM');
    server.signal('SIGTERM');
    await server.stop();
  });

  test('signals that mean nothing here do no harm, and it still drains', async () => {
    const server = await Server.start();
    const client = await Client.join(server, 'Ana');
    for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) {
      server.signal(signal);
      await until(() => server.log.includes(`signal=${signal}`), `${signal} is told of`);
    }
    await client.silent();
    server.signal('SIGTERM');
    assert.equal((await client.next('bye')).code, 'draining');
    await server.stop();
  });

  test('the log names nobody', async () => {
    const server = await Server.start({ args: ['--log-level', 'trace'] });
    const client = await Client.join(server, 'Wolfgang Amadeus');
    await client.refused({ type: 'call.end', call: 'nowhere' }, 'unknown_call');
    client.close();
    await client.closed();
    const { stderr } = await server.stop();
    assert(stderr.length > 0);
    assert(!stderr.includes('Wolfgang'), stderr);
    assert(!stderr.includes(client.welcome.identity), 'no tokens');
    assert(!stderr.includes(client.welcome.resume.token), 'no tokens');
  });

  test('JSON logs are JSON, line by line', async () => {
    const server = await Server.start({ args: ['--log-format', 'json', '--log-level', 'debug'] });
    const client = await Client.join(server, 'Ana');
    client.close();
    await client.closed();
    const { stderr } = await server.stop();
    const lines = stderr.trim().split('\n');
    assert(lines.length > 0);
    for (const line of lines) assert.equal(typeof JSON.parse(line), 'object', line);
  });
});
