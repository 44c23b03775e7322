// Behind a proxy: who the client is, what it called us, and what a liar gets.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { request } from '../support/http.ts';
import { handshake, RawConnection } from '../support/raw.ts';
import { Server } from '../support/server.ts';

/** Each address may have one connection. */
async function start(t: TestContext, ...args: string[]): Promise<Server> {
  const server = await Server.start({ args, limits: { connections_per_address_max: 1 } });
  t.after(() => server.stop());
  return server;
}

/** The status of a handshake with these fields; 101 leaves the WebSocket standing. */
async function upgradeStatus(
  server: Server,
  fields: Record<string, string>,
): Promise<number | undefined> {
  const connection = await RawConnection.open(server);
  connection.write(handshake(fields));
  const answer = await connection.answer();
  if (answer?.status === 503) assert.match(answer.body, /"too_many_connections"/);
  return answer?.status;
}

describe('proxies', { concurrency: true }, () => {
  test('forwarded addresses count where the proxy is trusted', async (t) => {
    const server = await start(t, '--trusted-proxy', '127.0.0.0/8');
    const from = (address: string): Promise<number | undefined> =>
      upgradeStatus(server, { 'X-Forwarded-For': address });
    assert.equal(await from('198.51.100.1'), 101);
    assert.equal(await from('198.51.100.1'), 503);
    assert.equal(await from('198.51.100.2'), 101);
    // What the client wrote itself stands to the left of what the proxy saw.
    assert.equal(await from('203.0.113.77, 198.51.100.2'), 503);
    assert.equal(await from('198.51.100.2, 127.0.0.9'), 503);
    // One IPv6 client has a whole /64.
    assert.equal(await from('2001:db8:0:1::1'), 101);
    assert.equal(await from('2001:db8:0:1:ffff::2'), 503);
    assert.equal(await from('2001:db8:0:2::1'), 101);
    const forwarded = (value: string): Promise<number | undefined> =>
      upgradeStatus(server, { Forwarded: value });
    assert.equal(await forwarded('for=198.51.100.3;proto=https'), 101);
    assert.equal(await forwarded('for="198.51.100.3:4711"'), 503);
  });

  test('and nowhere else', async (t) => {
    const server = await start(t, '--trusted-proxy', '10.0.0.0/8');
    assert.equal(await upgradeStatus(server, { 'X-Forwarded-For': '198.51.100.1' }), 101);
    assert.equal(await upgradeStatus(server, { 'X-Forwarded-For': '198.51.100.2' }), 503);
    assert.equal(await upgradeStatus(server, { Forwarded: 'for=198.51.100.3' }), 503);
  });

  test('the origin is held against the address that the proxy was asked for', async (t) => {
    const hosts = ['--allowed-host', 'call.example', '--allowed-host', 'other.example'];
    const trusting = await Server.start({ args: ['--trusted-proxy', '127.0.0.1', ...hosts] });
    t.after(() => trusting.stop());
    const untrusting = await Server.start();
    t.after(() => untrusting.stop());
    const forwarded = {
      Origin: 'https://call.example',
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'call.example',
    };
    assert.equal(await upgradeStatus(trusting, forwarded), 101);
    assert.equal(await upgradeStatus(untrusting, forwarded), 403);
    assert.equal(await upgradeStatus(trusting, { ...forwarded, 'X-Forwarded-Proto': 'http' }), 403);
    assert.equal(
      await upgradeStatus(trusting, { ...forwarded, 'X-Forwarded-Host': 'other.example' }),
      403,
    );
  });

  test('a public URL is an origin of ours, proxy headers or not', async (t) => {
    const server = await Server.start({ args: ['--public-url', 'https://call.example'] });
    t.after(() => server.stop());
    assert.equal(await upgradeStatus(server, { Origin: 'https://call.example' }), 101);
    assert.equal(await upgradeStatus(server, { Origin: 'http://call.example' }), 403);
  });

  test('the policy of the page names the WebSocket that the browser sees', async (t) => {
    const allowed = ['--allowed-host', 'call.example'];
    const server = await start(t, '--trusted-proxy', '127.0.0.1', ...allowed);
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'call.example' };
    const page = await request(server, '/', { headers });
    assert.match(
      String(page.headers['content-security-policy']),
      /connect-src [^;]*wss:\/\/call\.example/,
    );
  });
});
