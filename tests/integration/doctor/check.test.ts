// `visavis check` at a server without anything between: what it names, and that it names nothing where nothing is wrong.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { chmod, readFile, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test, type TestContext } from 'node:test';
import { makeAuthority } from '../support/certificates.ts';
import { examine, issueCode, runDoctor } from '../support/doctor.ts';
import { inTime, until } from '../support/pace.ts';
import { Server, type ServerOptions } from '../support/server.ts';

const repository = resolve(import.meta.dirname, '../../..');

async function start(t: TestContext, options: ServerOptions = {}): Promise<Server> {
  const server = await Server.start(options);
  t.after(() => server.stop());
  return server;
}

describe('visavis check', { concurrency: 4 }, () => {
  test('names nothing at a server by itself, and sends packets through its relay', async (t) => {
    const server = await start(t, { args: ['--threads', '2'] });
    const report = await examine(['--data-dir', server.dataDir]);
    assert.deepEqual(report.named, []);
    assert.equal(report.target, server.origin);
    for (const check of ['http', 'websocket', 'websocket-idle', 'clock', 'data-dir', 'version'])
      assert.equal(report.finding(check).severity, 'ok');
    assert.match(report.finding('turn-udp').seen ?? '', /Mbit\/s came through, 0\.\d % lost/);
    assert.match(report.finding('turn-tcp').seen ?? '', /Mbit\/s came through, 0\.0 % lost/);
  });

  test('names nothing at a server with IPv6 only, asked by its address', async (t) => {
    const server = await start(t, { listen: '[::1]:0' });
    const report = await examine(['--data-dir', server.dataDir]);
    assert.deepEqual(report.named, []);
    assert.equal(report.finding('ipv6').seen, 'connected');
    assert.match(report.finding('stun-ipv6').seen ?? '', /it answers \[?::1/);
    assert.match(report.finding('turn-udp').seen ?? '', /came through/);
  });

  test('as the unit for systemd asks it, every day', async (t) => {
    const server = await start(t);
    const unit = await readFile(join(repository, 'deploy/visavis-check.service'), 'utf8');
    const [, command] = /^ExecStart=\/usr\/local\/bin\/visavis check (.*)$/m.exec(unit) ?? [];
    assert.equal(command, 'https://call.example.org --data-dir /var/lib/visavis');
    const args = [server.origin, '--data-dir', server.dataDir];
    const { code, stdout, stderr } = await runDoctor(args);
    assert.deepEqual([code, stderr], [0, ''], stdout);
  });

  // In fifty runs it finds fault with nothing: VISAVIS_TEST_CLEAN_CHECKS=50.
  const runs = Number(process.env['VISAVIS_TEST_CLEAN_CHECKS'] ?? 2);
  test(`names nothing in ${runs} runs, two at a time`, async (t) => {
    const server = await start(t);
    let left = runs;
    const often = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const report = await examine(['--data-dir', server.dataDir]);
        assert.deepEqual(report.named, []);
      }
    };
    await Promise.all([often(), often()]);
  });

  test('over TLS with a certificate that is trusted', async (t) => {
    const authority = await makeAuthority();
    t.after(() => authority.remove());
    const pair = await authority.issue('good', 'DNS:localhost', 60);
    const server = await start(t, {
      args: ['--tls-cert', pair.certificate, '--tls-key', pair.key],
    });
    const env = { SSL_CERT_FILE: authority.file };
    const report = await examine(['--data-dir', server.dataDir], env);
    assert.deepEqual(report.named, []);
    assert.equal(report.target, `https://localhost:${server.port}`);
    assert.match(report.finding('certificate').seen ?? '', /for localhost by Test authority/);
    assert.match(report.finding('https-redirect').seen ?? '', /308 to https:/);
    assert.match(report.finding('turn-tls').seen ?? '', /came through/);
    const distrusting = await examine([`https://localhost:${server.port}`]);
    assert.ok(distrusting.named.includes('failure certificate chain_incomplete'));
  });

  const certificates = [
    { name: 'wrong_name', hosts: 'DNS:other.example', days: 60, severity: 'failure' },
    { name: 'expired', hosts: 'DNS:localhost', days: -1, severity: 'failure' },
    { name: 'expires_soon', hosts: 'DNS:localhost', days: 5, severity: 'warning' },
  ];
  for (const { name, hosts, days, severity } of certificates) {
    test(`a certificate: ${name}`, async (t) => {
      const authority = await makeAuthority();
      t.after(() => authority.remove());
      const pair = await authority.issue('one', hosts, days);
      const server = await start(t, {
        args: [
          ...['--tls-cert', pair.certificate, '--tls-key', pair.key],
          ...['--allowed-host', 'localhost'],
        ],
      });
      const env = { SSL_CERT_FILE: authority.file };
      const report = await examine([`https://localhost:${server.port}`], env);
      const about = report.named.filter((one) => one.includes(' certificate '));
      assert.deepEqual(about, [`${severity} certificate ${name}`]);
    });
  }

  test('a self-signed certificate is a warning', async (t) => {
    const server = await start(t, { args: ['--tls-self-signed'] });
    const report = await examine(['--data-dir', server.dataDir]);
    assert.deepEqual(report.named, ['warning certificate self_signed']);
    assert.equal(report.exitCode, 0);
  });

  test('from elsewhere: reachability without a code, the relay with one', async (t) => {
    const server = await start(t);
    const without = await examine([server.origin]);
    assert.deepEqual(without.named, []);
    assert.equal(without.finding('turn-udp').seen, 'it answers');
    assert.match(without.finding('relay').change ?? '', /--code CODE/);
    const code = await issueCode(server);
    const withCode = await examine([server.origin, '--code', code]);
    assert.deepEqual(withCode.named, []);
    assert.match(withCode.finding('turn-udp').seen ?? '', /came through/);
    const wrong = await examine([server.origin], { VISAVIS_CHECK_CODE: 'v1.nonsense' });
    assert.ok(wrong.named.includes('failure proxy check_code_invalid'));
  });

  test('a page of another site asks for nothing in the name of its visitors', async (t) => {
    const server = await start(t);
    const ask = async (origin: string): Promise<number> => {
      const body = JSON.stringify({});
      const headers = { origin, 'content-type': 'text/plain' };
      return (await fetch(`${server.origin}/api/check`, { method: 'POST', headers, body })).status;
    };
    assert.equal(await ask('https://evil.example'), 403);
    assert.equal(await ask('null'), 403);
    assert.equal(await ask(server.origin), 200);
  });

  test('a code carries so many bytes and no more', async (t) => {
    const server = await start(t, { limits: { relay_check_bytes_per_code_max: 400_000 } });
    const code = await issueCode(server);
    const report = await examine([server.origin, '--code', code]);
    assert.deepEqual(report.named, ['failure turn-udp loss', 'failure turn-tcp quota']);
    const again = await examine([server.origin, '--code', code]);
    assert.deepEqual(again.named, ['failure proxy check_code_used_up']);
    assert.equal(again.finding('turn-udp').seen, 'it answers');
  });

  test('nothing listens', async (t) => {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const report = await examine([`http://127.0.0.1:${port}`]);
    assert.deepEqual(report.named, ['failure ipv4 port_closed']);
    const dataDir = (await start(t)).dataDir;
    const stopped = await examine([`http://127.0.0.1:${port}`, '--data-dir', join(dataDir, 'not')]);
    assert.deepEqual(stopped.named, ['failure ipv4 port_closed', 'failure control no_control']);
  });

  test('something else answers', async (t) => {
    const other = createServer((_request, response) => response.end('hello'));
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    t.after(() => other.close());
    const { port } = other.address() as AddressInfo;
    const report = await examine([`http://localhost:${port}`]);
    assert.ok(report.named.includes('failure http not_visavis'), report.named.join());
    assert.ok(report.named.includes('failure websocket not_passed'), report.named.join());
  });

  test('keys that others may read', async (t) => {
    const server = await start(t);
    await chmod(join(server.dataDir, 'relay.key'), 0o644);
    const report = await examine(['--data-dir', server.dataDir]);
    assert.deepEqual(report.named, ['failure data-dir keys_open']);
    await chmod(join(server.dataDir, 'relay.key'), 0o600);
  });

  test('a relay that is off', async (t) => {
    const server = await start(t, { args: ['--relay', 'off'] });
    const report = await examine(['--data-dir', server.dataDir]);
    assert.deepEqual(report.named, ['warning relay relay_off']);
  });

  test('wrong usage', async () => {
    for (const args of [['--nonsense'], ['ftp://x'], ['--config', '/nonexistent.toml']]) {
      const { code, stderr } = await runDoctor(args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, /^visavis check: /);
    }
    assert.match((await runDoctor(['--help'])).stdout, /--issue/);
  });

  test('--issue prints a code and a link', async (t) => {
    const server = await start(t, { args: ['--public-url', 'https://call.example.org'] });
    const { code, stdout } = await runDoctor([
      '--data-dir',
      server.dataDir,
      '--issue',
      '--hours',
      '1',
    ]);
    assert.equal(code, 0);
    const [issued = ''] = stdout.split('\n');
    assert.match(issued, /^v1\.[\w-]+$/);
    assert.ok(stdout.includes(`https://call.example.org/check#${issued}`));
    assert.match(stdout, /about 10 checks in all \(64 MiB through the relay\), 8 of them/);
  });

  test('the control socket is for its owner, and refuses what it does not know', async (t) => {
    const server = await start(t);
    const path = join(server.dataDir, 'control.sock');
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    const socket = createConnection(path);
    socket.end('{"command":"nonsense"}\nnot json\n');
    const answers = (await inTime(text(socket), 'answers')).trim().split('\n');
    assert.deepEqual(
      answers.map((line) => (JSON.parse(line) as { error: { code: string } }).error.code),
      ['unknown_command', 'not_json'],
    );
    await server.stop();
    await assert.rejects(stat(path));
  });

  test('--watch tells when something begins to be wrong', async (t) => {
    const server = await start(t);
    const { spawn } = await import('node:child_process');
    const { binary } = await import('../support/server.ts');
    const child = spawn(binary, [
      'check',
      '--data-dir',
      server.dataDir,
      '--watch',
      '--every',
      '10',
    ]);
    t.after(() => child.kill('SIGKILL'));
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => (said += more));
    await until(() => said.includes('nothing wrong'), 'the first look', 60_000);
    await chmod(join(server.dataDir, 'relay.key'), 0o644);
    await until(() => said.includes('data-dir (keys_open)'), 'it is told', 60_000);
    await chmod(join(server.dataDir, 'relay.key'), 0o600);
    await until(() => said.includes('gone      data-dir (keys_open)'), 'it is over', 60_000);
  });
});
