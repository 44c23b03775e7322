// Every limit is reached, and reaching it is a clear error (PROTOCOL.md sections 8 to 10).
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { RawConnection, handshake } from '../support/raw.ts';
import { Server } from '../support/server.ts';

async function start(t: TestContext, limits: Record<string, number>): Promise<Server> {
  const server = await Server.start({ limits });
  t.after(() => server.stop());
  return server;
}

describe('limits', { concurrency: 4 }, () => {
  test('messages of one session: refused, then closed, others unharmed', async (t) => {
    const server = await start(t, {
      messages_per_second: 5,
      messages_burst: 20,
      messages_refused_max: 10,
    });
    const flood = await Client.join(server, 'Flood');
    const calm = await Client.join(server, 'Calm');
    for (let n = 0; n < 60; n += 1) flood.send({ type: 'name.set', id: n + 1, name: `Flood ${n}` });
    let renamed = 0;
    let refused = 0;
    for (;;) {
      const message = await flood.nextOf('name.changed', 'error', 'bye');
      if (message.type === 'bye') {
        assert.equal(message.code, 'rate_limited');
        break;
      }
      if (message.type === 'error') {
        assert.equal(message.code, 'rate_limited');
        assert.equal(message.id, renamed + refused + 1);
        refused += 1;
      } else {
        renamed += 1;
      }
    }
    assert(renamed >= 20 && refused === 10, `${renamed} answered, ${refused} refused`);
    assert.equal((await flood.closed()).code, 1008);
    await calm.silent();
  });

  test('hellos of one address', async (t) => {
    const server = await start(t, { hellos_per_second: 1, hellos_burst: 3 });
    const clients: Client[] = [];
    for (let n = 0; n < 12; n += 1) clients.push(await Client.connect(server));
    for (const client of clients) client.send({ type: 'hello', name: 'Hasty' });
    const refused: Client[] = [];
    for (const client of clients) {
      const answer = await client.nextOf('welcome', 'error');
      if (answer.type === 'welcome') continue;
      assert.equal(answer.code, 'rate_limited');
      assert.match(answer.message, /moment/);
      refused.push(client);
    }
    assert(refused.length > 0 && refused.length <= 9, `${refused.length} of 12 were refused`);
    assert(!refused[0]?.isClosed, 'the socket stays, to try again');
  });

  test('messages before hello', async (t) => {
    const server = await start(t, {});
    const client = await Client.connect(server);
    for (let n = 0; n < 10; n += 1) {
      client.send({ type: 'ping', received: 0 });
      await client.nextError('hello_required');
    }
    client.send({ type: 'ping', received: 0 });
    await client.nextError('rate_limited');
    assert.equal((await client.closed()).code, 1008);
  });

  test('connections in all, with an answer that says so; a place that is left is free again', async (t) => {
    const server = await start(t, { connections_max: 2 });
    const ana = await Client.join(server, 'Ana');
    await Client.join(server, 'Ben');
    await assert.rejects(Client.connect(server));
    const refused = await RawConnection.open(server);
    refused.write(handshake());
    const answer = await refused.answer();
    assert.equal(answer?.status, 503);
    assert.match(answer.body, /"too_many_connections"/);
    await refused.rest();
    ana.close();
    await ana.closed();
    let cleo: Client | undefined;
    for (let attempt = 0; cleo === undefined && attempt < 100; attempt += 1) {
      cleo = await Client.join(server, 'Cleo').catch(() => undefined);
    }
    assert(cleo !== undefined);
  });

  test('connections of one address', async (t) => {
    const server = await start(t, { connections_per_address_max: 2 });
    await Client.join(server, 'Ana');
    await Client.join(server, 'Ben');
    const refused = await request(server, '/');
    assert.equal(refused.status, 503);
    assert.equal(refused.errorCode, 'too_many_connections');
  });

  test('sessions in all', async (t) => {
    const server = await start(t, { sessions_max: 2 });
    await Client.join(server, 'Ana');
    await Client.join(server, 'Ben');
    const client = await Client.connect(server);
    await client.refused({ type: 'hello', name: 'Cleo' }, 'too_many_sessions');
    assert.equal((await client.closed()).code, 1013);
  });

  test('sessions of one person', async (t) => {
    const server = await start(t, { sessions_per_user_max: 2 });
    const first = await Client.join(server, 'Ana');
    const { identity } = first.welcome;
    await Client.join(server, 'Ana', { identity });
    const third = await Client.connect(server);
    await third.refused({ type: 'hello', name: 'Ana', identity }, 'too_many_sessions');
    assert.equal((await third.closed()).code, 1013);
    await Client.join(server, 'Ben');
  });

  test('the size of a message, to the byte; the session can be resumed', async (t) => {
    const server = await start(t, {});
    const ana = await Client.join(server, 'Ana');
    const limit = ana.welcome.limits.message_bytes;
    const padded = (length: number): string => {
      const bare = JSON.stringify({ type: 'name.set', name: 'Ana', pad: '' });
      return bare.replace('""', `"${'x'.repeat(length - bare.length)}"`);
    };
    ana.sendText(padded(limit));
    await ana.next('name.changed');
    ana.sendText(padded(limit + 1));
    await ana.nextError('too_large');
    assert.equal((await ana.closed()).code, 1009);
    const back = await Client.connect(server);
    const welcome = await back.hello({ name: 'Ana', resume: ana.resume });
    assert.equal(welcome.resume.resumed, true);
    assert.equal(
      welcome.resume.received,
      2,
      'the message that was too large counts: it must not come again',
    );
    await back.silent();
  });

  test('binary messages', async (t) => {
    const server = await start(t, {});
    const ana = await Client.join(server, 'Ana');
    ana.sendText(Buffer.from('{"type":"ping","received":0}'));
    await ana.nextError('binary_not_supported');
    assert.equal((await ana.closed()).code, 1003);
  });

  test('time to say hello', async (t) => {
    const server = await start(t, { hello_timeout_ms: 150 });
    const client = await Client.connect(server);
    assert.equal((await client.next('bye')).code, 'hello_timeout');
    assert.equal((await client.closed()).code, 4002);
  });

  test('people in a call', async (t) => {
    const server = await start(t, { participants_max: 3 });
    const people: Client[] = [];
    for (const name of ['Ana', 'Ben', 'Cleo', 'Dan']) people.push(await Client.join(server, name));
    const [ana, ben, cleo, dan] = people as [Client, Client, Client, Client];
    await ana.refused({ type: 'call.start', to: [ben.user, cleo.user, dan.user] }, 'call_full');
    await ana.request({ type: 'call.start', to: [ben.user, cleo.user] }, 'call.ringing');
  });

  test('what welcome tells are the limits that were set', async (t) => {
    const server = await start(t, {
      message_bytes_max: 10_000,
      name_chars_max: 10,
      participants_max: 4,
      calls_per_session_max: 2,
      presence_list_max: 20,
      search_results_max: 7,
      ring_timeout_ms: 12_345,
      call_heartbeat_interval_ms: 400,
    });
    const client = await Client.connect(server);
    await client.refused({ type: 'hello', name: 'ABCDEFGHIJK' }, 'invalid_field');
    const welcome = await client.hello({ name: 'ABCDEFGHIJ' });
    assert.deepEqual(welcome.limits, {
      message_bytes: 10_000,
      name_chars: 10,
      participants: 4,
      calls: 2,
      people: 20,
      search_results: 7,
      ring_ms: 12_345,
    });
    assert.equal(welcome.heartbeat.call_interval_ms, 400);
  });
});
