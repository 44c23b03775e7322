// What the operator reads when something is wrong: the cause, who it hits, and what to change.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { after, before, describe, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { type Certificate, makeAuthority } from '../support/certificates.ts';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { linesAbout, logged, logLines } from '../support/log.ts';
import { readMetrics } from '../support/metrics.ts';
import { inTime, until } from '../support/pace.ts';
import { handshake, RawConnection } from '../support/raw.ts';
import { Server, type ServerOptions } from '../support/server.ts';
import { TurnClient } from '../support/turn.ts';

async function start(t: TestContext, options: ServerOptions = {}): Promise<Server> {
  const server = await Server.start(options);
  t.after(() => server.stop());
  return server;
}

async function upgradeStatus(server: Server, fields: Record<string, string>): Promise<number> {
  const connection = await RawConnection.open(server);
  connection.write(handshake(fields));
  const answer = await connection.answer();
  connection.destroy();
  return answer?.status ?? 0;
}

/** The first participant's credentials for the relay, as the call's messages have them. */
function credentialOf(servers: { username?: string; credential?: string }[] | undefined): {
  username: string;
  password: string;
} {
  const own = servers?.find((entry) => entry.credential !== undefined);
  assert(own !== undefined, 'credentials for the relay');
  return { username: own.username ?? '', password: own.credential ?? '' };
}

describe('the log', { concurrency: true }, () => {
  let authority: Certificate;
  before(async () => {
    authority = await makeAuthority();
  });
  after(async () => {
    await authority.remove();
  });

  test('a proxy that drops Host: which origin was refused, and what the proxy sent', async (t) => {
    const server = await start(t);
    const origin = 'https://call.example.org';
    for (let n = 0; n < 3; n += 1) {
      assert.equal(await upgradeStatus(server, { Origin: origin }), 403);
    }
    const line = await logged(server, 'other origins', { kind: 'forbidden_origin' });
    assert.equal(line.level, 'warn');
    assert.equal(line.fields.get('origin'), origin);
    assert.match(line.fields.get('host') ?? '', /^(127\.0\.0\.1|localhost)(:\d+)?$/);
    assert.equal(line.fields.get('addresses'), '1');
    assert.match(line.message, /--public-url.*Host/);
    const told = linesAbout(server, 'other origins');
    assert.equal(told.length, 1, 'once a minute');
  });

  test('another host name', async (t) => {
    const server = await start(t, { args: ['--public-url', 'https://call.example.org'] });
    const refused = await request(server, '/', { headers: { Host: 'meet.example.org' } });
    assert.equal(refused.status, 421);
    const line = await logged(server, 'other host names', { host: 'meet.example.org' });
    assert.match(line.message, /--allowed-host/);
  });

  test('a proxy that is not trusted, and the limit that everybody behind it meets', async (t) => {
    const server = await start(t, { limits: { hellos_per_second: 1, hellos_burst: 5 } });
    const behind = (n: number): Promise<number> =>
      request(server, '/nowhere', { headers: { 'X-Forwarded-For': `198.51.100.${n}` } }).then(
        ({ status }) => status,
      );
    await until(async () => (await behind(7)) === 429, 'they meet the limit together');
    const proxy = await logged(server, 'a proxy that is not trusted');
    assert.equal(proxy.fields.get('proxy'), '127.0.0.1');
    assert.match(proxy.message, /--trusted-proxy/);
    const limited = await logged(server, 'refused with 429', { kind: 'rate_limited' });
    assert.match(limited.fields.get('from') ?? '', /^untrusted_proxy \d+$/);
    assert.equal(limited.fields.get('addresses'), '1');
    const metrics = await readMetrics(server);
    assert((metrics.get('visavis_untrusted_forwarded_total') ?? 0) > 0);
    const refused =
      'visavis_refused_clients_total{area="network",kind="rate_limited",from="untrusted_proxy"}';
    assert((metrics.get(refused) ?? 0) > 0, [...metrics.keys()].join('\n'));
    assert(!server.log.includes('198.51.100'), 'nobody is named');
  });

  test('a proxy that drops Upgrade', async (t) => {
    const server = await start(t, { args: ['--trusted-proxy', '127.0.0.1'] });
    await request(server, '/ws', { headers: { 'X-Forwarded-For': '198.51.100.7' } });
    const line = await logged(server, 'no WebSocket handshakes', { kind: 'upgrade_required' });
    assert.equal(line.fields.get('from'), 'proxy 1');
    assert.match(line.message, /proxy_set_header Upgrade/);
  });

  for (const [version, header] of [
    ['1', Buffer.from('PROXY TCP4 198.51.100.7 203.0.113.10 50000 443\r\n')],
    ['2', Buffer.from('0d0a0d0a000d0a515549540a2111000cc6336407cb00710ac35001bb', 'hex')],
  ] as const) {
    test(`the PROXY protocol, version ${version}`, async (t) => {
      const server = await start(t);
      const socket = connect(server.port, '127.0.0.1');
      socket.write(
        Buffer.concat([header, Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')]),
      );
      assert.match(await text(socket), /^HTTP\/1\.1 400 [^]*"proxy_protocol"/);
      const line = await logged(server, 'PROXY protocol', { kind: 'proxy_protocol' });
      assert.match(line.message, /send-proxy/);
    });
  }

  test('a trusted proxy that does not say who asks', async (t) => {
    const server = await start(t, { args: ['--trusted-proxy', '127.0.0.1'] });
    const ana = await Client.join(server, 'Ana');
    const line = await logged(server, 'does not say who asks', { kind: 'no_forwarded_address' });
    assert.equal(line.fields.get('proxy'), '127.0.0.1');
    ana.close();
  });

  test('whose browser was led here by another site is not named', async (t) => {
    const server = await start(t, { args: ['--log-personal-data'] });
    await request(server, '/nowhere', { headers: { 'Sec-Fetch-Site': 'cross-site' } });
    await request(server, '/ws');
    await logged(server, 'A client was refused', { kind: 'upgrade_required', client: '127.0.0.1' });
    await logged(server, 'addresses where nothing is', { kind: 'not_found' });
    const named = linesAbout(server, 'A client was refused');
    assert.deepEqual(
      named.map(({ fields }) => fields.get('kind')),
      ['upgrade_required'],
    );
  });

  test('a trusted proxy is nothing to tell of', async (t) => {
    const server = await start(t, {
      args: ['--trusted-proxy', '127.0.0.1', '--relay-url', 'stun:turn.example.org:3478'],
    });
    await request(server, '/', { headers: { 'X-Forwarded-For': '198.51.100.7' } });
    await request(server, '/nowhere', { headers: { 'X-Forwarded-For': '198.51.100.7' } });
    const line = await logged(server, 'addresses where nothing is');
    assert.equal(line.fields.get('from'), 'proxy 1');
    assert.deepEqual(linesAbout(server, 'not trusted'), []);
  });

  test('which limit a message met, and whether it was a stranger', async (t) => {
    const server = await start(t, { limits: { messages_per_second: 1, messages_burst: 4 } });
    const ana = await Client.join(server, 'Ana');
    for (let n = 0; n < 12; n += 1) ana.send({ type: 'people.search', query: 'x' });
    const line = await logged(server, 'sends too many', { kind: 'rate_limited' });
    assert.equal(line.fields.get('limit'), 'messages_per_second');
    assert.equal(line.fields.get('who'), 'stranger');
    assert.match(line.fields.get('from') ?? '', /^direct \d+$/);
    assert(!server.log.includes('Ana'));
  });

  test('why TLS failed', async (t) => {
    const { certificate, key } = await authority.issue('server');
    const server = await start(t, { args: ['--tls-cert', certificate, '--tls-key', key] });
    // It does not know the authority, and says so.
    const client = ['s_client', '-connect', `127.0.0.1:${server.port}`, '-verify_return_error'];
    await assert.rejects(promisify(execFile)('openssl', [...client, '-no-CAfile', '-no-CApath']));
    const old = connectTls({
      ...{ port: server.port, host: '127.0.0.1', rejectUnauthorized: false },
      ...{ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
    });
    await inTime(new Promise((resolve) => old.once('error', resolve)), 'the handshake fails');
    const line = await logged(server, 'TLS handshakes failed');
    assert.match(line.fields.get('why') ?? '', /alert unknown ca/);
  });

  test('each call, and each allocation of the relay', async (t) => {
    const server = await start(t);
    const ana = await Client.join(server, 'Ana');
    const ben = await Client.join(server, 'Ben');
    const { call, ice_servers: servers } = await ana.request(
      { type: 'call.start', to: [ben.user] },
      'call.ringing',
    );
    const { ice_servers: others } = await ben.next('call.incoming');
    await ben.request({ type: 'call.accept', call }, 'call.accepted');
    await ana.next('call.accepted');
    const one = await TurnClient.udp(server.port, credentialOf(servers));
    const other = await TurnClient.udp(server.port, credentialOf(others));
    t.after(() => {
      one.close();
      other.close();
    });
    const [here, there] = [await one.relayed(), await other.relayed()];
    assert.equal(await one.permit(there), 'success');
    assert.equal(await other.permit(here), 'success');
    const data = Buffer.alloc(1_000, 'x');
    for (let n = 0; n < 30; n += 1) {
      one.sendTo(there, data);
      await other.data();
    }
    await ana.request({ type: 'call.end', call }, 'call.ended');
    await ben.next('call.ended');
    const line = await logged(server, 'A call ended.');
    assert.equal(line.level, 'info');
    const { fields } = line;
    assert.equal(fields.get('call'), call.slice(0, 8));
    assert.equal(fields.get('reason'), 'hangup');
    assert.equal(fields.get('people'), '2');
    assert.match(fields.get('duration_s') ?? '', /^\d+(\.\d)?$/);
    assert.equal(fields.get('path'), 'relayed');
    assert.equal(fields.get('relayed_bytes'), '60000');
    const allocations = linesAbout(server, 'A relay allocation ended.', { reason: 'call_ended' });
    assert.equal(allocations.length, 2);
    const carried = allocations.map((line_) => line_.fields.get('bytes_from_client')).sort();
    assert.deepEqual(carried, ['0', '30000']);
    for (const allocation of allocations) {
      assert.equal(allocation.fields.get('transport'), 'udp');
      assert.equal(allocation.fields.get('call'), call.slice(0, 8));
    }
    assert(!/Ana|Ben/.test(server.log));
    const metrics = await readMetrics(server);
    assert.equal(metrics.get('visavis_calls_by_path_total{path="relayed"}'), 1);
    assert.equal(
      metrics.get('visavis_relay_allocations_ended_total{reason="call_ended",transport="udp"}'),
      2,
    );
  });

  test('a call that nobody took, and a room that nobody else came to', async (t) => {
    const server = await start(t);
    const ana = await Client.join(server, 'Ana');
    const ben = await Client.join(server, 'Ben');
    const { call } = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
    await ben.next('call.incoming');
    await ben.request({ type: 'call.decline', call }, 'call.ended');
    await ana.next('call.ended');
    const declined = await logged(server, 'A call was not answered.');
    assert.equal(declined.fields.get('reason'), 'declined');
    assert.equal(declined.fields.has('path'), false);
    const room = await ana.request({ type: 'room.join', room: 'tea' }, 'call.accepted');
    await ana.request({ type: 'call.end', call: room.call }, 'call.ended');
    const left = await logged(server, 'A room was left before a second person came.');
    assert.equal(left.fields.get('in'), 'room');
    assert(!server.log.includes('tea'), 'nor rooms');
  });

  test('people and addresses, where the operator wants them', async (t) => {
    const server = await start(t, {
      args: ['--log-personal-data', '--relay', 'open', '--relay-user', 'ana:correct-horse'],
      limits: { messages_per_second: 1, messages_burst: 4 },
    });
    const guesser = await TurnClient.udp(server.port, { username: 'ana', password: 'guess' });
    t.after(() => guesser.close());
    assert.equal((await guesser.allocate()).outcome, '401');
    const guess = await logged(server, 'A client was refused.', { kind: 'unauthenticated' });
    assert.deepEqual(
      [...guess.fields],
      [
        ['area', 'relay'],
        ['kind', 'unauthenticated'],
        ['client', '127.0.0.1'],
        ['count', '1'],
        ['user', 'ana'],
      ],
    );
    const talker = await Client.join(server, 'Wolfgang');
    for (let n = 0; n < 12; n += 1) talker.send({ type: 'people.search', query: 'x' });
    await logged(server, 'A client was refused.', { kind: 'rate_limited', user: 'Wolfgang' });
    const caller = await Client.join(server, 'Ana');
    const callee = await Client.join(server, 'Ben');
    const { call } = await caller.request(
      { type: 'call.start', to: [callee.user] },
      'call.ringing',
    );
    await caller.request({ type: 'call.end', call }, 'call.ended');
    await logged(server, 'A call was not answered.', { client: '127.0.0.1', user: 'Ana' });
  });

  test('a flood of everything is less than a line a second', async (t) => {
    const server = await start(t, {
      args: ['--log-personal-data', '--log-level', 'trace'],
      limits: { hellos_per_second: 1, hellos_burst: 50, messages_per_second: 20 },
    });
    const began = performance.now();
    const seconds = 12;
    const wrong = ['/nowhere', '/metrics', '/ws', '/%00'];
    const guesser = await TurnClient.udp(server.port, { username: 'ana', password: 'x' });
    t.after(() => guesser.close());
    await guesser.allocate();
    const flood = async (n: number): Promise<void> => {
      const from = { 'X-Forwarded-For': `198.51.100.${n}`, Host: n % 2 ? 'other.example' : '' };
      while (performance.now() - began < seconds * 1_000) {
        for (const path of wrong) await request(server, path, { headers: from }).catch(() => null);
        await upgradeStatus(server, { Origin: 'https://evil.example' });
        const raw = await RawConnection.open(server);
        raw.write('nonsense\r\n\r\n');
        await raw.rest();
        raw.destroy();
        for (let guess = 0; guess < 20; guess += 1) guesser.send(guesser.build('allocate'));
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, n) => flood(n)));
    const lines = logLines(server);
    const span = (performance.now() - began) / 1_000;
    t.diagnostic(`${lines.length} lines in ${span.toFixed(0)} s`);
    assert(lines.length > 5, 'something is told');
    // In any minute; what comes in less time has a minute's share.
    assert(lines.length < 60, `${lines.length} lines in ${span} s:\n${server.log}`);
  });
});
