// Starting: what may pass by itself and what needs somebody, in an exit code; misspelt variables; certificates that
// browsers would refuse; and all of it as JSON where the log is.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { type Certificate, makeAuthority } from '../support/certificates.ts';
import { linesAbout, logged } from '../support/log.ts';
import { readMetric } from '../support/metrics.ts';
import { inTime } from '../support/pace.ts';
import { run, Server } from '../support/server.ts';
import { encode, Message } from '../support/stun.ts';

const runProgram = promisify(execFile);
const repository = resolve(import.meta.dirname, '../../..');
const exitCode = { cannotStart: 2, tryAgain: 75 } as const;

/** Asks with STUN from so many ports that somebody else at this one would get some of the questions. */
async function assertAnswersEveryone(port: number): Promise<void> {
  const answers = Array.from({ length: 32 }, async () => {
    const client = createSocket('udp4');
    try {
      const heard = once(client, 'message') as Promise<[Buffer]>;
      client.send(encode({ method: 'binding', class: 'request' }), port, '127.0.0.1');
      const [answer] = await inTime(heard, 'an answer over UDP');
      assert.equal(new Message(answer).class, 'success');
    } finally {
      client.close();
    }
  });
  await Promise.all(answers);
}

describe('start', { concurrency: 4 }, () => {
  let directory: string;
  let authority: Certificate;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'visavis-start-'));
    authority = await makeAuthority();
  });
  after(async () => {
    await authority.remove();
    await rm(directory, { recursive: true, force: true });
  });
  // Each server has its own: one directory is one server's.
  let directories = 0;
  const data = (): string[] => {
    directories += 1;
    return ['--data-dir', join(directory, `data${directories}`)];
  };

  test('a port that is taken may be free later', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const exit = await run(['serve', ...data(), '--listen', `127.0.0.1:${port}`]);
    taken.close();
    assert.equal(exit.code, exitCode.tryAgain, exit.stderr);
    assert.match(
      exit.stderr,
      /another program has it already; ss -lptun 'sport = :\d+' says which/,
    );
  });

  test('a data directory that another server uses may be free later', async () => {
    const [flag = '', dataDir = ''] = data();
    const first = await Server.start({ dataDir });
    const second = await run(['serve', '--listen', '127.0.0.1:0', flag, dataDir]);
    assert.equal(second.code, exitCode.tryAgain, second.stderr);
    assert.match(
      second.stderr,
      /^visavis: Another server uses the data directory \S+\. Stop that one first/,
    );
    // However it ends, nothing of it is in the way of the next one.
    await first.kill();
    const third = await Server.start({ dataDir });
    await third.stop();
  });

  test('an address that is not there may come', async () => {
    const exit = await run(['serve', ...data(), '--listen', '192.0.2.1:8080']);
    assert.equal(exit.code, exitCode.tryAgain, exit.stderr);
    assert.match(exit.stderr, /does not have it yet/);
  });

  test('what needs somebody has the other code', async () => {
    const cases = [
      ['--listen', 'nowhere'],
      ['--tls-cert', '/nowhere/cert.pem', '--tls-key', '/nowhere/key.pem'],
      ['--data-dir', '/proc/nowhere'],
    ];
    for (const args of cases) {
      const exit = await run(['serve', '--listen', '127.0.0.1:0', ...data(), ...args]);
      assert.equal(exit.code, exitCode.cannotStart, `${args.join(' ')}: ${exit.stderr}`);
    }
  });

  test('the service of systemd knows them', async () => {
    const unit = await readFile(join(repository, 'deploy/visavis.service'), 'utf8');
    assert.match(unit, new RegExp(`^RestartPreventExitStatus=${exitCode.cannotStart}$`, 'm'));
    assert.match(unit, /^Restart=on-failure$/m);
    assert.match(unit, /^StartLimitIntervalSec=0$/m);
  });

  for (const threads of ['1', '3']) {
    test(`a UDP port that another program of this user would share: ${threads} threads`, async (t) => {
      const start = async (): ReturnType<typeof run> => {
        const other = createSocket({ type: 'udp4', reusePort: true });
        t.after(() => {
          other.close();
        });
        other.bind(0, '127.0.0.1');
        await once(other, 'listening');
        const { port } = other.address();
        return await run([
          ...['serve', ...data(), '--listen', `127.0.0.1:${port}`, '--threads', threads],
        ]);
      };
      let exit = await start();
      // TCP comes first, for which somebody else may happen to have the port: then another one.
      for (let attempt = 0; attempt < 20 && !exit.stderr.includes('for UDP'); attempt += 1) {
        exit = await start();
      }
      assert.equal(exit.code, exitCode.tryAgain, exit.stderr);
      assert.match(exit.stderr, /for UDP: another program has it already/);
    });
  }

  for (const [first, second] of [
    ['1', '1'],
    ['1', '3'],
    ['3', '1'],
    ['3', '3'],
  ] as const) {
    test(`a second server at the port, ${second} threads after ${first}, takes no datagram of the first`, async (t) => {
      const server = await Server.start({ args: ['--threads', first] });
      t.after(() => server.stop());
      const later = ['serve', ...data(), '--threads', second, '--listen'];
      const exit = await run([...later, `127.0.0.1:${server.port}`]);
      assert.equal(exit.code, exitCode.tryAgain, exit.stderr);
      assert.match(exit.stderr, /another program has it already/);
      await assertAnswersEveryone(server.port);
    });
  }

  test('a program that would share the UDP port of one thread cannot', async (t) => {
    const server = await Server.start({ args: ['--threads', '1'] });
    t.after(() => server.stop());
    const other = createSocket({ type: 'udp4', reusePort: true });
    t.after(() => {
      other.close();
    });
    other.bind(server.port, '127.0.0.1');
    const [error] = (await once(other, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'EADDRINUSE');
    await assertAnswersEveryone(server.port);
  });

  test('a misspelt variable is told with the one that was meant', async (t) => {
    const server = await Server.start({
      env: {
        VISAVIS_TRUSTED_PROXIES: '10.0.0.1',
        VISAVIS_METRICS_TOKENS: 'a-secret-of-some-length',
        VISAVIS_SERVICE_HOST: '10.0.0.2',
        VISAVIS_PORT: 'tcp://10.0.0.2:443',
      },
    });
    t.after(() => server.stop());
    const line = await logged(server, 'no option', { variable: 'VISAVIS_TRUSTED_PROXIES' });
    assert.equal(line.level, 'warn');
    assert.equal(line.fields.get('nearest'), 'VISAVIS_TRUSTED_PROXY');
    await logged(server, 'no option', { variable: 'VISAVIS_METRICS_TOKENS' });
    assert.equal(linesAbout(server, 'no option').length, 2);
    assert(!server.log.includes('a-secret'), 'its value may be a secret');
  });

  test('as JSON: ready, and why not', async (t) => {
    const server = await Server.start({ args: ['--log-format', 'json'] });
    t.after(() => server.stop());
    await server.line(/^(\{.*"event":"metrics".*\})$/m);
    const told = server.output.trim().split('\n');
    const events = told.map((line) => {
      const { event, url } = JSON.parse(line) as Record<string, unknown>;
      return { event, url };
    });
    assert.deepEqual(events, [
      { event: 'ready', url: server.origin },
      { event: 'metrics', url: `unix:${server.metricsSocket}` },
    ]);
    const refused = async (
      args: string[],
      env: Record<string, string> = {},
    ): Promise<Record<string, unknown>> => {
      const exit = await run(['serve', ...data(), ...args], env);
      const lines = exit.stderr.trim().split('\n');
      return JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
    };
    for (const fatal of [
      await refused(['--log-format', 'json', '--threads', 'many']),
      await refused(['--log-format=json', '--frobnicate']),
      await refused(['--threads', '0'], { VISAVIS_LOG_FORMAT: 'json' }),
      await refused(['--log-format', 'json', '--data-dir', '/proc/nowhere']),
    ]) {
      assert.equal(fatal['level'], 'error');
      assert.equal(fatal['event'], 'cannot_start');
      assert.equal(fatal['exit_code'], exitCode.cannotStart);
      assert.match(String(fatal['message']), /\.$/);
    }
    const busy = await refused(['--log-format', 'json', '--listen', '192.0.2.1:1']);
    assert.equal(busy['exit_code'], exitCode.tryAgain);
  });

  describe('certificates', () => {
    async function serve(
      t: TestContext,
      pair: { certificate: string; key: string },
      ...args: string[]
    ): Promise<Server> {
      const server = await Server.start({
        args: ['--tls-cert', pair.certificate, '--tls-key', pair.key, ...args],
      });
      t.after(() => server.stop());
      return server;
    }
    /** Certified by itself, good between these days from now. */
    async function selfMade(
      name: string,
      from: string,
      until: string,
    ): Promise<{ certificate: string; key: string }> {
      const certificate = join(directory, `${name}.pem`);
      const key = join(directory, `${name}.key`);
      const request = join(directory, `${name}.csr`);
      await runProgram('openssl', [
        ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
        ...['-keyout', key, '-out', request, '-subj', '/CN=test'],
      ]);
      const ca = join(directory, `${name}-ca`);
      const config = join(directory, `${name}.cnf`);
      await runProgram('sh', [
        '-c',
        `mkdir -p ${ca} && : > ${ca}/index && echo 01 > ${ca}/serial && printf '%s\n' '[ca]' 'default_ca=own' ` +
          `'[own]' 'new_certs_dir=${ca}' 'database=${ca}/index' 'serial=${ca}/serial' 'default_md=sha256' ` +
          `'policy=any' 'x509_extensions=names' '[any]' 'commonName=supplied' '[names]' ` +
          `'subjectAltName=DNS:localhost,IP:127.0.0.1' > ${config}`,
      ]);
      await runProgram('openssl', [
        ...['ca', '-batch', '-notext', '-config', config, '-selfsign', '-keyfile', key],
        ...['-in', request, '-out', certificate, '-startdate', from, '-enddate', until],
      ]);
      return { certificate, key };
    }

    test('an expired one', async (t) => {
      const pair = await selfMade('expired', '20200101000000Z', '20200301000000Z');
      const server = await serve(t, pair);
      const line = await logged(server, 'has expired');
      assert.equal(line.level, 'error');
      assert.equal(line.fields.get('expired'), '2020-03-01T00:00:00Z');
      assert.match(line.message, /SIGHUP/);
      assert((await readMetric(server, 'visavis_certificate_expiry_seconds')) < -86_400);
    });

    test('one that is not valid yet', async (t) => {
      const pair = await selfMade('early', '20480101000000Z', '20490101000000Z');
      const line = await logged(await serve(t, pair), 'not valid yet');
      assert.match(line.message, /clock/);
    });

    test('one for another name', async (t) => {
      const pair = await authority.issue('names', 'DNS:call.example.org');
      const server = await serve(t, pair, '--public-url', 'https://meet.example.org');
      const line = await logged(server, 'for other names');
      assert.equal(line.fields.get('host'), 'meet.example.org');
      assert.equal(line.fields.get('option'), 'public_url');
      assert.equal(line.fields.get('certificate_names'), 'call.example.org');
    });

    test('one without its chain', async (t) => {
      const between = await authority.intermediate('between');
      const pair = await between.issue('chainless');
      const line = await logged(await serve(t, pair), 'no certificate of its issuer');
      assert.match(line.fields.get('issuer') ?? '', /between/);
      assert.match(line.message, /fullchain/);
      const whole = join(directory, 'whole.pem');
      await writeFile(whole, (await readFile(pair.certificate, 'utf8')) + between.pem);
      const server = await serve(t, { certificate: whole, key: pair.key });
      assert.deepEqual(linesAbout(server, 'TLS certificate'), []);
      await writeFile(whole, between.pem + (await readFile(pair.certificate, 'utf8')));
      const exit = await run([
        ...[
          'serve',
          ...data(),
          '--listen',
          '127.0.0.1:0',
          '--tls-cert',
          whole,
          '--tls-key',
          pair.key,
        ],
      ]);
      assert.equal(exit.code, exitCode.cannotStart);
      assert.match(exit.stderr, /has to begin with the server's own one/);
    });

    test('a key that everybody may read', async (t) => {
      const pair = await authority.issue('open-key');
      await chmod(pair.key, 0o644);
      const line = await logged(await serve(t, pair), 'may read the TLS key');
      assert.equal(line.fields.get('key'), pair.key);
    });

    test('nothing about a good one, and what came of SIGHUP', async (t) => {
      const good = await authority.issue('good', 'DNS:call.example.org,DNS:localhost');
      const server = await Server.start({
        args: ['--tls-cert', good.certificate, '--tls-key', good.key].concat([
          '--public-url',
          'https://call.example.org',
        ]),
        env: { SSL_CERT_FILE: authority.file },
      });
      t.after(() => server.stop());
      server.signal('SIGHUP');
      await logged(server, 'Using the new certificate');
      assert.deepEqual(linesAbout(server, 'TLS certificate'), []);
      const left = await readMetric(server, 'visavis_certificate_expiry_seconds');
      assert(left > 86_400 && left < 3 * 86_400, String(left));
    });
  });
});
