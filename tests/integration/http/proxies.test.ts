// Behind a proxy: who the client is, what it called us, and what a liar gets.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { handshake, RawConnection } from '../support/raw.ts';
import { Server } from '../support/server.ts';

async function start(t: TestContext, ...args: string[]): Promise<Server> {
  const server = await Server.start({ args, limits: { hellos_per_second: 1, hellos_burst: 1 } });
  t.after(() => server.stop());
  return server;
}

/** Whether somebody with these headers gets in; each address may say hello once. */
async function joins(server: Server, headers: Record<string, string>): Promise<boolean> {
  const client = await Client.connect(server, { headers });
  client.send({ type: 'hello', name: 'Ana' });
  const answer = await client.nextOf('welcome', 'error');
  if (answer.type === 'error') assert.equal(answer.code, 'rate_limited');
  client.close();
  return answer.type === 'welcome';
}
async function upgradeStatus(
  server: Server,
  fields: Record<string, string>,
): Promise<number | undefined> {
  const connection = await RawConnection.open(server);
  connection.write(handshake(fields));
  const answer = await connection.answer();
  connection.destroy();
  return answer?.status;
}

describe('proxies', { concurrency: true }, () => {
  test('forwarded addresses count where the proxy is trusted', async (t) => {
    const server = await start(t, '--trusted-proxy', '127.0.0.0/8');
    const from = (address: string): Promise<boolean> =>
      joins(server, { 'X-Forwarded-For': address });
    assert.equal(await from('198.51.100.1'), true);
    assert.equal(await from('198.51.100.1'), false);
    assert.equal(await from('198.51.100.2'), true);
    // What the client wrote itself stands to the left of what the proxy saw.
    assert.equal(await from('203.0.113.77, 198.51.100.2'), false);
    assert.equal(await from('198.51.100.2, 127.0.0.9'), false);
    // One IPv6 client has a whole /64.
    assert.equal(await from('2001:db8:0:1::1'), true);
    assert.equal(await from('2001:db8:0:1:ffff::2'), false);
    assert.equal(await from('2001:db8:0:2::1'), true);
    assert.equal(await joins(server, { Forwarded: 'for=198.51.100.3;proto=https' }), true);
    assert.equal(await joins(server, { Forwarded: 'for="198.51.100.3:4711"' }), false);
  });

  test('and nowhere else', async (t) => {
    const server = await start(t, '--trusted-proxy', '10.0.0.0/8');
    assert.equal(await joins(server, { 'X-Forwarded-For': '198.51.100.1' }), true);
    assert.equal(await joins(server, { 'X-Forwarded-For': '198.51.100.2' }), false);
    assert.equal(await joins(server, { Forwarded: 'for=198.51.100.3' }), false);
  });

  test('the origin is held against the address that the proxy was asked for', async (t) => {
    const trusting = await start(t, '--trusted-proxy', '127.0.0.1');
    const untrusting = await start(t);
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
    const server = await start(t, '--public-url', 'https://call.example');
    assert.equal(await upgradeStatus(server, { Origin: 'https://call.example' }), 101);
    assert.equal(await upgradeStatus(server, { Origin: 'http://call.example' }), 403);
  });

  test('the policy of the page names the WebSocket that the browser sees', async (t) => {
    const server = await start(t, '--trusted-proxy', '127.0.0.1');
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'call.example' };
    const page = await request(server, '/', { headers });
    assert.match(
      String(page.headers['content-security-policy']),
      /connect-src [^;]*wss:\/\/call\.example/,
    );
  });
});
