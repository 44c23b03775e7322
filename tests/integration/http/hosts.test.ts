// Under which names the server answers: a page of another name that leads here (DNS rebinding) gets nothing.
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { describe, test, type TestContext } from 'node:test';
import { makeAuthority } from '../support/certificates.ts';
import { Client } from '../support/client.ts';
import { request } from '../support/http.ts';
import { readMetrics } from '../support/metrics.ts';
import { handshake, type HttpAnswer, RawConnection } from '../support/raw.ts';
import { Server, type ServerOptions } from '../support/server.ts';

async function start(t: TestContext, options: ServerOptions = {}): Promise<Server> {
  const server = await Server.start(options);
  t.after(() => server.stop());
  return server;
}

async function exchange(
  server: Server,
  text: string,
  options: { ca?: string } = {},
): Promise<HttpAnswer> {
  const connection = await RawConnection.open(server, options);
  connection.write(text);
  const answer = await connection.answer();
  connection.destroy();
  assert(answer !== undefined, 'an answer came');
  return answer;
}
const get = (path: string, host: string): string => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

function assertUnknown(answer: HttpAnswer, what: string): void {
  assert.equal(answer.status, 421, what);
  const { error } = JSON.parse(answer.body) as { error: { code: string; message: string } };
  assert.equal(error.code, 'unknown_host');
  assert.match(error.message, /^This server .*--allowed-host.*--public-url\.$/);
}

/** An address of this machine that is not a loopback one, where it has one. */
function otherAddress(): string | undefined {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
}

describe('hosts', { concurrency: true }, () => {
  test('a rebound name reaches neither pages nor metrics nor the WebSocket, and is counted', async (t) => {
    const server = await start(t);
    const evil = 'evil.example';
    for (const path of ['/', '/r/room-one', '/metrics', '/healthz', '/api/x']) {
      assertUnknown(await exchange(server, get(path, evil)), path);
    }
    const origin = { Host: evil, Origin: `http://${evil}` };
    assertUnknown(await exchange(server, handshake(origin)), 'the WebSocket');
    assertUnknown(await exchange(server, handshake({ Host: `${evil}:${server.port}` })), 'a port');
    assertUnknown(await exchange(server, `OPTIONS / HTTP/1.1\r\nHost: ${evil}\r\n\r\n`), 'OPTIONS');
    const counted = (await readMetrics(server)).get('visavis_refusals_total{kind="unknown_host"}');
    assert.equal(counted, 8);
  });

  test('loopback names and addresses are ours on loopback', async (t) => {
    const server = await start(t);
    for (const host of ['localhost', `LocalHost:${server.port}`, 'a.localhost', 'localhost.']) {
      assert.equal((await exchange(server, get('/', host))).status, 200, host);
    }
    for (const host of ['127.0.0.1:1', '127.9.9.9', '[::1]', '192.0.2.1']) {
      assert.equal((await exchange(server, get('/', host))).status, 200, host);
    }
    for (const host of [
      '127.1',
      '2130706433',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
    ]) {
      assertUnknown(await exchange(server, get('/', host)), host);
    }
    for (const host of ['localhost:evil', 'a@localhost', '::1', '[fe80::1%25eth0]', '[::1']) {
      assert.equal((await exchange(server, get('/', host))).status, 400, host);
    }
  });

  test('probes may ask by address or by nothing; nobody else may', async (t) => {
    const server = await start(t, {
      args: ['--public-url', 'https://call.example'],
      env: { VISAVIS_METRICS_TOKEN: 'a-secret-of-thirty-two-characters' },
    });
    // Metrics have a guard of their own, which has the word then.
    for (const [path, status] of [
      ['/healthz', 200],
      ['/metrics', 401],
    ] as const) {
      assert.equal((await exchange(server, `GET ${path} HTTP/1.0\r\n\r\n`)).status, status);
      assert.equal((await exchange(server, get(path, '192.0.2.1:8080'))).status, status);
      assert.equal((await exchange(server, get(path, ''))).status, status);
    }
    for (const target of ['*', '/']) {
      assert.equal((await exchange(server, `OPTIONS ${target} HTTP/1.0\r\n\r\n`)).status, 204);
    }
    assertUnknown(await exchange(server, 'GET / HTTP/1.0\r\n\r\n'), 'a page');
    assertUnknown(await exchange(server, get('/', '')), 'an empty field');
    assertUnknown(await exchange(server, get('/', '192.0.2.1')), 'an address');
  });

  test('the target of a proxy request is what counts', async (t) => {
    const server = await start(t);
    const ask = (target: string): Promise<HttpAnswer> => exchange(server, get(target, 'localhost'));
    assert.equal((await ask('http://localhost:80/healthz')).status, 200);
    assertUnknown(await ask('http://evil.example/'), 'another host');
    assert.equal((await ask('http://localhost@evil.example/')).status, 400);
  });

  test('names that are configured are answered, in the file and the environment as well', async (t) => {
    const server = await start(t, {
      args: ['--allowed-host', 'one.example', '--allowed-host', '2001:db8::1'],
    });
    const other = await start(t, { env: { VISAVIS_ALLOWED_HOST: 'one.example,two.example' } });
    for (const host of ['one.example', 'ONE.example.:9', '[2001:db8::1]:80', 'localhost']) {
      assert.equal((await exchange(server, get('/', host))).status, 200, host);
    }
    assert.equal((await exchange(other, get('/', 'two.example'))).status, 200);
    assertUnknown(await exchange(server, get('/', 'two.example')), 'two');
    assertUnknown(await exchange(server, get('/', '192.0.2.1')), 'an address beside names');
    const client = await Client.join(server, 'Ana', {}, { headers: { Host: 'one.example' } });
    client.close();
  });

  test('a certificate names its server, also after it was renewed', async (t) => {
    const authority = await makeAuthority();
    t.after(() => authority.remove());
    const ca = authority.pem;
    const pair = await authority.issue(
      'server',
      'DNS:call.example,DNS:*.rooms.example,DNS:localhost',
    );
    const server = await start(t, {
      args: ['--tls-cert', pair.certificate, '--tls-key', pair.key],
    });
    for (const host of ['call.example', 'a.rooms.example']) {
      assert.equal((await exchange(server, get('/', host), { ca })).status, 200, host);
    }
    for (const host of ['other.example', 'a.b.rooms.example', '192.0.2.1']) {
      assertUnknown(await exchange(server, get('/', host), { ca }), host);
    }
    // Nobody is sent on to https:// under a name that is not ours.
    assertUnknown(await exchange(server, get('/', 'evil.example')), 'plain HTTP');
    await authority.issue('server', 'DNS:other.example,DNS:localhost');
    server.signal('SIGHUP');
    let status = 0;
    while (status !== 200) {
      status = (await exchange(server, get('/', 'other.example'), { ca })).status;
    }
    assertUnknown(await exchange(server, get('/', 'call.example'), { ca }), 'the old name');
  });

  test('in a local network, addresses go on being answered', async (t) => {
    const server = await start(t, { args: ['--tls-self-signed'], listen: '0.0.0.0:0' });
    const there = { origin: `https://127.0.0.1:${server.port}` };
    const status = async (host: string): Promise<number> =>
      (await request(there, '/', { headers: { Host: host } })).status;
    assert.equal(await status('192.0.2.1:8443'), 200);
    assert.equal(await status('localhost'), 200);
    assert.equal(await status('evil.example'), 421);
  });

  const address = otherAddress();
  test('off loopback, loopback names are nobody', { skip: address === undefined }, async (t) => {
    const server = await start(t, { listen: '0.0.0.0:0' });
    const there = { origin: `http://${address ?? ''}:${server.port}` };
    const status = async (host: string): Promise<number> =>
      (await request(there, '/', { headers: { Host: host } })).status;
    assert.equal(await status(`${address ?? ''}:${server.port}`), 200);
    assert.equal(await status('localhost'), 421);
    assert.equal(await status('evil.example'), 421);
  });

  test('behind a proxy, what it was asked for counts; of anybody else it does not', async (t) => {
    const args = ['--public-url', 'https://call.example'];
    const behind = await start(t, { args: [...args, '--trusted-proxy', '127.0.0.1'] });
    const alone = await start(t, { args });
    const through = (host: string, forwarded: string): string =>
      get('/', `${host}\r\nX-Forwarded-Host: ${forwarded}`);
    assert.equal((await exchange(behind, through('backend:1', 'call.example'))).status, 200);
    assertUnknown(await exchange(behind, through('call.example', 'evil.example')), 'forwarded');
    assertUnknown(await exchange(behind, get('/', 'backend:1')), 'the Host of the proxy itself');
    assertUnknown(await exchange(alone, through('evil.example', 'call.example')), 'a liar');
  });
});
