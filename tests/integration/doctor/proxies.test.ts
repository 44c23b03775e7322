// `visavis check` through real proxies that are set up wrong in one thing each: it names that thing, and what to write.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { makeAuthority } from '../support/certificates.ts';
import { changes, examine, lookWithCode as look } from '../support/doctor.ts';
import { haproxyExample } from '../support/examples.ts';
import {
  haproxy,
  nginx,
  nginxHeaders,
  nginxUpgrade,
  type Place,
  startBehind,
} from '../support/proxied.ts';

describe('visavis check behind nginx', { concurrency: 4 }, () => {
  const start = async (
    t: TestContext,
    inside: string,
    more: Partial<Parameters<typeof startBehind>[1]> = {},
  ): Promise<Place> => startBehind(t, { command: 'nginx', configure: nginx(inside), ...more });

  test('as deploy/nginx.conf has it: nothing is named', async (t) => {
    const place = await start(t, `${nginxHeaders} ${nginxUpgrade} proxy_buffering off;`);
    const report = await look(place);
    assert.deepEqual(report.named, []);
    assert.match(report.finding('proxy').seen ?? '', /through a trusted proxy/);
    assert.match(report.finding('turn-udp').seen ?? '', /came through/);
  });

  test('the same over TLS', async (t) => {
    const authority = await makeAuthority();
    t.after(() => authority.remove());
    const { certificate, key } = await authority.issue('good', 'DNS:localhost', 60);
    const place = await start(t, '', {
      secure: true,
      configure: nginx(
        `${nginxHeaders} ${nginxUpgrade}`,
        ` ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key}`,
      ),
    });
    assert.deepEqual((await look(place, { SSL_CERT_FILE: authority.file })).named, []);
  });

  test('without Upgrade', async (t) => {
    const report = await look(await start(t, nginxHeaders));
    assert.deepEqual(report.named, ['failure websocket upgrade_dropped']);
    assert.match(changes(report), /proxy_set_header Upgrade \$http_upgrade;/);
  });

  test('without Upgrade, but with HTTP/1.1', async (t) => {
    const report = await look(await start(t, `${nginxHeaders} proxy_http_version 1.1;`));
    assert.deepEqual(report.named, ['failure websocket upgrade_dropped']);
  });

  test('with proxy_read_timeout 5s', async (t) => {
    const place = await start(t, `${nginxHeaders} ${nginxUpgrade} proxy_read_timeout 5s;`);
    const report = await look(place);
    assert.deepEqual(report.named, ['failure websocket-idle idle_timeout']);
    assert.match(report.finding('websocket-idle').seen ?? '', /closed it after 5 s/);
    assert.match(changes(report), /proxy_read_timeout 60s;/);
  });

  test('with proxy_read_timeout 15s, which takes --slow to be found', async (t) => {
    const place = await start(t, `${nginxHeaders} ${nginxUpgrade} proxy_read_timeout 15s;`);
    assert.deepEqual((await examine([place.url])).named, []);
    const report = await examine([place.url, '--slow']);
    assert.deepEqual(report.named, ['failure websocket-idle idle_timeout']);
    assert.match(report.finding('websocket-idle').seen ?? '', /closed it after 15 s/);
  });

  test('that drops Host', async (t) => {
    const place = await start(
      t,
      `${nginxUpgrade} proxy_set_header X-Forwarded-For 127.0.0.1; proxy_set_header X-Forwarded-Proto $scheme;`,
      { args: () => ['--trusted-proxy', '127.0.0.1'] },
    );
    const report = await look(place);
    assert.deepEqual(report.named, [
      'failure proxy host_dropped',
      'failure websocket forbidden_origin',
    ]);
    assert.match(changes(report), /proxy_set_header Host \$http_host;/);
  });

  test('that is not trusted', async (t) => {
    const place = await start(t, `${nginxHeaders} ${nginxUpgrade}`, {
      args: (url) => ['--public-url', url],
    });
    const report = await look(place);
    assert.deepEqual(report.named, ['failure proxy untrusted_proxy']);
    assert.match(changes(report), /trusted_proxy = "127\.0\.0\.1"/);
  });

  test('that says nothing of who asks', async (t) => {
    const place = await start(
      t,
      `${nginxUpgrade} proxy_set_header Host $http_host; proxy_bind 127.0.0.9;`,
    );
    const report = await look(place);
    assert.deepEqual(report.named, ['failure proxy no_forwarded_headers']);
    assert.match(changes(report), /trusted_proxy = "127\.0\.0\.9"/);
  });

  test('whose server is not running', async (t) => {
    const place = await start(t, `${nginxHeaders} ${nginxUpgrade}`, {
      configure: (_upstream, socket, directory) => nginx(nginxHeaders)(9, socket, directory),
    });
    const report = await examine([place.url]);
    assert.ok(report.named.includes('failure http upstream_down'), report.named.join());
    assert.ok(report.named.includes('failure websocket upstream_down'), report.named.join());
  });

  test('below a path', async (t) => {
    const place = await start(t, '', {
      configure: nginx(`${nginxHeaders} ${nginxUpgrade}`, '', '/calls/'),
    });
    const report = await examine([`${place.url}/calls/`]);
    assert.ok(report.named.includes('failure sub-path sub_path'), report.named.join());
  });

  test('whose operator named no relay', async (t) => {
    const place = await start(t, `${nginxHeaders} ${nginxUpgrade}`, { relayUnnamed: true });
    const report = await look(place);
    assert.deepEqual(report.named, ['failure relay relay_not_named']);
    assert.match(changes(report), /relay_url = \["turn:localhost:3478\?transport=udp"/);
  });

  const ways = [
    {
      what: 'UDP is dropped',
      relay: { udp: 'drop' },
      named: ['stun-ipv4 udp_blocked', 'turn-udp udp_blocked'],
    },
    {
      what: 'UDP is closed',
      relay: { udp: 'closed' },
      named: ['stun-ipv4 udp_closed', 'turn-udp udp_closed'],
    },
    { what: 'TCP is closed', relay: { tcp: 'closed' }, named: ['turn-tcp tcp_closed'] },
  ] as const;
  for (const { what, relay, named } of ways) {
    test(`at the relay's port ${what}`, async (t) => {
      const report = await look(await start(t, `${nginxHeaders} ${nginxUpgrade}`, { relay }));
      assert.deepEqual(
        report.named,
        named.map((one) => `failure ${one}`),
      );
      assert.match(changes(report), /ufw +allow|ufw: +ufw allow/);
    });
  }
});

describe('visavis check behind HAProxy', { concurrency: 4 }, () => {
  const forwarded = `http-request set-header X-Forwarded-For 127.0.0.1
  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]`;

  test('as deploy/haproxy.cfg has it: nothing is named', async (t) => {
    const authority = await makeAuthority();
    t.after(() => authority.remove());
    const configure = await haproxyExample(await authority.issue('good', 'DNS:localhost', 60));
    const place = await startBehind(t, { command: 'haproxy', secure: true, configure });
    assert.deepEqual((await look(place, { SSL_CERT_FILE: authority.file })).named, []);
  });

  test('in HTTP mode: nothing is named', async (t) => {
    const place = await startBehind(t, {
      command: 'haproxy',
      configure: haproxy('http', forwarded),
    });
    assert.deepEqual((await look(place)).named, []);
  });

  test('in HTTP mode without forwarded headers, from another address', async (t) => {
    const place = await startBehind(t, {
      command: 'haproxy',
      configure: haproxy('http', 'source 127.0.0.9'),
    });
    assert.deepEqual((await look(place)).named, ['failure proxy no_forwarded_headers']);
  });

  test('in TCP mode, which hides who asks', async (t) => {
    const place = await startBehind(t, {
      command: 'haproxy',
      configure: haproxy('tcp', 'source 127.0.0.9'),
    });
    const report = await look(place);
    assert.deepEqual(report.named, ['failure proxy no_forwarded_headers']);
    assert.match(changes(report), /A proxy in TCP mode cannot/);
  });

  test('with a clock that is three hours off', async (t) => {
    const past = new Date(Date.now() - 3 * 3_600_000).toUTCString();
    const place = await startBehind(t, {
      command: 'haproxy',
      configure: haproxy('http', `${forwarded}\n  http-response set-header Date "${past}"`),
    });
    const report = await look(place);
    assert.deepEqual(report.named, ['failure clock clock_off']);
    assert.match(report.finding('clock').seen ?? '', /3\.0 h behind/);
  });

  test('with the wrong certificate', async (t) => {
    const authority = await makeAuthority();
    t.after(() => authority.remove());
    const { certificate, key } = await authority.issue('other', 'DNS:other.example', 60);
    const { readFile, writeFile } = await import('node:fs/promises');
    const both = `${certificate}.both`;
    await writeFile(both, (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8')));
    const place = await startBehind(t, {
      command: 'haproxy',
      secure: true,
      configure: haproxy('http', forwarded, `ssl crt ${both}`),
    });
    const report = await look(place, { SSL_CERT_FILE: authority.file });
    assert.deepEqual(report.named, [
      'failure certificate wrong_name',
      'warning relay code_withheld',
    ]);
    assert.match(report.finding('certificate').seen ?? '', /it is for other\.example/);
  });
});
