// `visavis check` at certificates that browsers look at more closely than their dates: the chain, and what the authority
// says of them (OCSP), stapled by nginx.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { describe, test, type TestContext } from 'node:test';
import { makeAuthority, type Certificate, type KeyPair } from '../support/certificates.ts';
import { examine, type Report } from '../support/doctor.ts';
import { nginx, nginxHeaders, nginxUpgrade, startBehind } from '../support/proxied.ts';
import { Server } from '../support/server.ts';

async function authorityFor(t: TestContext): Promise<Certificate> {
  const authority = await makeAuthority();
  t.after(() => authority.remove());
  return authority;
}

describe('visavis check at a chain', { concurrency: 8 }, () => {
  async function lookAt(t: TestContext, root: Certificate, pair: KeyPair): Promise<Report> {
    const server = await Server.start({
      args: ['--tls-cert', pair.certificate, '--tls-key', pair.key],
    });
    t.after(() => server.stop());
    return await examine([`https://localhost:${server.port}`], { SSL_CERT_FILE: root.file });
  }

  test('without its intermediate', async (t) => {
    const root = await authorityFor(t);
    const middle = await root.intermediate('Middle authority');
    const report = await lookAt(t, root, await middle.issue('leaf', 'DNS:localhost', 60));
    assert.ok(report.named.includes('failure certificate chain_incomplete'), report.named.join());
    const { seen, change } = report.finding('certificate');
    assert.match(seen ?? '', /the certificate of an issuer \(Middle authority\) is missing/);
    assert.match(change ?? '', /fullchain\.pem/);
  });

  test('without the upper one of two: that one is named', async (t) => {
    const root = await authorityFor(t);
    const upper = await root.intermediate('Upper authority');
    const lower = await upper.intermediate('Lower authority');
    const pair = await lower.issue('leaf', 'DNS:localhost', 60);
    await writeFile(pair.certificate, (await readFile(pair.certificate, 'utf8')) + lower.pem);
    const report = await lookAt(t, root, pair);
    assert.match(report.finding('certificate').seen ?? '', /\(Upper authority\) is missing/);
  });

  test('that is whole: nothing is named', async (t) => {
    const root = await authorityFor(t);
    const middle = await root.intermediate('Middle authority');
    const pair = await middle.issue('leaf', 'DNS:localhost', 60);
    await writeFile(pair.certificate, (await readFile(pair.certificate, 'utf8')) + middle.pem);
    assert.deepEqual((await lookAt(t, root, pair)).named, []);
  });
});

describe('visavis check at a certificate that demands a staple', { concurrency: 8 }, () => {
  const demand = 'tlsfeature=status_request';

  async function lookThroughNginx(
    t: TestContext,
    root: Certificate,
    { certificate, key }: KeyPair,
    staple?: string,
  ): Promise<Report> {
    const stapling = staple === undefined ? '' : `; ssl_stapling on; ssl_stapling_file ${staple}`;
    const place = await startBehind(t, {
      command: 'nginx',
      secure: true,
      configure: nginx(
        `${nginxHeaders} ${nginxUpgrade}`,
        ` ssl; ssl_certificate ${certificate}; ssl_certificate_key ${key}${stapling}`,
      ),
    });
    return await examine([place.url], { SSL_CERT_FILE: root.file });
  }

  test('and has one: nothing is named', async (t) => {
    const root = await authorityFor(t);
    const pair = await root.issue('leaf', 'DNS:localhost', 60, demand);
    const report = await lookThroughNginx(t, root, pair, await root.staple(pair, 'good'));
    assert.deepEqual(report.named, []);
  });

  test('and has none', async (t) => {
    const root = await authorityFor(t);
    const pair = await root.issue('leaf', 'DNS:localhost', 60, demand);
    const report = await lookThroughNginx(t, root, pair);
    assert.deepEqual(report.named, ['failure certificate no_staple']);
    assert.match(report.finding('certificate').change ?? '', /ssl_stapling on;/);
  });

  test('and has that of another certificate', async (t) => {
    const root = await authorityFor(t);
    const pair = await root.issue('leaf', 'DNS:localhost', 60, demand);
    const other = await root.issue('other', 'DNS:localhost', 60);
    const report = await lookThroughNginx(t, root, pair, await root.staple(other, 'good'));
    assert.deepEqual(report.named, ['failure certificate bad_staple']);
    assert.match(report.finding('certificate').seen ?? '', /it is about another certificate/);
  });

  test('and has one that somebody else signed', async (t) => {
    const root = await authorityFor(t);
    const stranger = await authorityFor(t);
    const pair = await root.issue('leaf', 'DNS:localhost', 60, demand);
    const report = await lookThroughNginx(t, root, pair, await stranger.staple(pair, 'good'));
    assert.deepEqual(report.named, ['failure certificate bad_staple']);
    assert.match(report.finding('certificate').seen ?? '', /nobody signed it who may/);
  });

  test('and says that it is revoked', async (t) => {
    const root = await authorityFor(t);
    const pair = await root.issue('leaf', 'DNS:localhost', 60, demand);
    const report = await lookThroughNginx(t, root, pair, await root.staple(pair, 'revoked'));
    assert.deepEqual(report.named, ['failure certificate revoked']);
  });
});
