// `visavis check` through Apache and Caddy: nothing is named where they are set up as deploy/ has it, and each thing
// that is wrong is.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { makeAuthority, type KeyPair } from '../support/certificates.ts';
import { changes, lookWithCode } from '../support/doctor.ts';
import { apacheExample, caddyExample } from '../support/examples.ts';
import { apache, caddy, type Place, startBehind } from '../support/proxied.ts';

async function certify(
  t: TestContext,
): Promise<{ pair: KeyPair; env: Readonly<Record<string, string>> }> {
  const authority = await makeAuthority();
  t.after(() => authority.remove());
  const pair = await authority.issue('good', 'DNS:localhost', 60);
  return { pair, env: { SSL_CERT_FILE: authority.file } };
}

type More = Partial<Parameters<typeof startBehind>[1]>;

describe('visavis check behind Apache', { concurrency: 8 }, () => {
  const start = (t: TestContext, inside: string, more: More = {}): Promise<Place> =>
    startBehind(t, { command: 'apache2', configure: apache(inside), ...more });
  const host = 'ProxyPreserveHost On';
  const pass = 'ProxyPass / http://UPSTREAM/ upgrade=websocket';

  test('as deploy/apache.conf has it: nothing is named', async (t) => {
    const { pair, env } = await certify(t);
    const configure = await apacheExample(pair);
    const place = await startBehind(t, { command: 'apache2', secure: true, configure });
    const report = await lookWithCode(place, env);
    assert.deepEqual(report.named, []);
    assert.match(report.finding('proxy').seen ?? '', /through a trusted proxy/);
    assert.match(report.finding('turn-udp').seen ?? '', /came through/);
  });

  test('with mod_proxy_wstunnel, as older guides have it: nothing is named', async (t) => {
    const old = `ProxyWebsocketFallbackToProxyHttp Off
      ProxyPass /ws ws://UPSTREAM/ws
      ProxyPass / http://UPSTREAM/`;
    assert.deepEqual((await lookWithCode(await start(t, `${host}\n${old}`))).named, []);
  });

  test('without upgrade=websocket', async (t) => {
    const report = await lookWithCode(await start(t, `${host}\nProxyPass / http://UPSTREAM/`));
    assert.deepEqual(report.named, ['failure websocket upgrade_dropped']);
    assert.match(changes(report), /ProxyPass \/ http:\/\/127\.0\.0\.1:8080\/ upgrade=websocket/);
  });

  test('that does not say that people use TLS', async (t) => {
    const { pair, env } = await certify(t);
    const configure = await apacheExample(pair, (site) =>
      site.replace(/^.*RequestHeader set X-Forwarded-Proto.*$/m, ''),
    );
    const place = await startBehind(t, { command: 'apache2', secure: true, configure });
    const report = await lookWithCode(place, env);
    assert.deepEqual(report.named, ['warning proxy scheme_dropped']);
    assert.match(changes(report), /RequestHeader set X-Forwarded-Proto/);
  });

  test('that drops Host', async (t) => {
    const silent = 'ProxyAddHeaders Off\nRequestHeader set X-Forwarded-For expr=%{REMOTE_ADDR}';
    const place = await start(t, `${silent}\n${pass}`, {
      args: () => ['--trusted-proxy', '127.0.0.1'],
    });
    const report = await lookWithCode(place);
    assert.deepEqual(report.named, [
      'failure proxy host_dropped',
      'failure websocket forbidden_origin',
    ]);
    assert.match(changes(report), /ProxyPreserveHost On/);
  });

  test('that is not trusted', async (t) => {
    const place = await start(t, `${host}\n${pass}`, { args: (url) => ['--public-url', url] });
    const report = await lookWithCode(place);
    assert.deepEqual(report.named, ['failure proxy untrusted_proxy']);
    assert.match(changes(report), /trusted_proxy = "127\.0\.0\.1"/);
  });

  // ProxyTimeout and timeout=5 do not count for an upgraded connection.
  test('with Timeout 5', async (t) => {
    const report = await lookWithCode(await start(t, `Timeout 5\n${host}\n${pass}`));
    assert.deepEqual(report.named, ['failure websocket-idle idle_timeout']);
    assert.match(changes(report), /Apache: +Timeout 60/);
  });

  test('whose server is not running', async (t) => {
    const configure = apache(`${host}\nProxyPass / http://127.0.0.1:9/ upgrade=websocket`);
    const { named } = await lookWithCode(await start(t, '', { configure }));
    assert.ok(named.includes('failure http upstream_down'), named.join());
    assert.ok(named.includes('failure websocket upstream_down'), named.join());
  });
});

describe('visavis check behind Caddy', { concurrency: 8 }, () => {
  const start = (t: TestContext, inside: string, more: More = {}): Promise<Place> =>
    startBehind(t, { command: 'caddy', configure: caddy(inside), ...more });

  test('as deploy/Caddyfile has it: nothing is named', async (t) => {
    const { pair, env } = await certify(t);
    const configure = await caddyExample(pair);
    const place = await startBehind(t, { command: 'caddy', secure: true, configure });
    const report = await lookWithCode(place, env);
    assert.deepEqual(report.named, []);
    assert.match(report.finding('proxy').seen ?? '', /through a trusted proxy/);
    assert.match(report.finding('turn-udp').seen ?? '', /came through/);
  });

  test('that drops Upgrade', async (t) => {
    const report = await lookWithCode(
      await start(t, 'reverse_proxy UPSTREAM {\nheader_up -Upgrade\nheader_up -Connection\n}'),
    );
    assert.deepEqual(report.named, ['failure websocket upgrade_dropped']);
    assert.match(changes(report), /Caddy: +reverse_proxy 127\.0\.0\.1:8080/);
  });

  test('that drops Host', async (t) => {
    const place = await start(
      t,
      'reverse_proxy UPSTREAM {\nheader_up Host {upstream_hostport}\nheader_up -X-Forwarded-Host\n}',
      { args: () => ['--trusted-proxy', '127.0.0.1'] },
    );
    const report = await lookWithCode(place);
    assert.deepEqual(report.named, [
      'failure proxy host_dropped',
      'failure websocket forbidden_origin',
    ]);
    assert.match(changes(report), /Caddy: +passes them/);
  });

  test('that is not trusted', async (t) => {
    const place = await start(t, 'reverse_proxy UPSTREAM', {
      args: (url) => ['--public-url', url],
    });
    assert.deepEqual((await lookWithCode(place)).named, ['failure proxy untrusted_proxy']);
  });

  test('that says nothing of who asks', async (t) => {
    const report = await lookWithCode(
      await start(t, 'reverse_proxy UPSTREAM {\nheader_up -X-Forwarded-*\n}'),
    );
    assert.deepEqual(report.named, ['failure proxy no_forwarded_headers']);
  });

  test('with read_timeout 5s', async (t) => {
    const report = await lookWithCode(
      await start(t, 'reverse_proxy UPSTREAM {\ntransport http {\nread_timeout 5s\n}\n}'),
    );
    assert.deepEqual(report.named, ['failure websocket-idle idle_timeout']);
    assert.match(changes(report), /Caddy: +remove read_timeout/);
  });

  test('whose server is not running', async (t) => {
    const { named } = await lookWithCode(await start(t, 'reverse_proxy 127.0.0.1:9'));
    assert.ok(named.includes('failure http upstream_down'), named.join());
    assert.ok(named.includes('failure websocket upstream_down'), named.join());
  });
});
