// What is wrong with a configuration is said in a sentence that names the option, and the server does not start.
import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { run, Server, withoutPrivileges } from '../support/server.ts';

describe('configuration', { concurrency: 4 }, () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'visavis-configuration-'));
  });
  after(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function refused(
    named: RegExp,
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<void> {
    const base = args.includes('--data-dir') ? [] : ['--data-dir', join(directory, 'data')];
    const exit = await run(['serve', ...base, ...args], env);
    const what = `${args.join(' ')} ${JSON.stringify(env)}: ${exit.stderr}`;
    assert.equal(exit.code, 2, what);
    assert.equal(exit.stdout, '', what);
    assert.match(exit.stderr, named, what);
    assert.match(exit.stderr.trimEnd(), /^[^\n]+\.$/, `one sentence: ${what}`);
  }

  test('--help and --version', async () => {
    const help = await run(['--help']);
    assert.equal(help.code, 0);
    for (const option of [
      '--listen',
      '--tls-cert',
      '--trusted-proxy',
      '--ice-server',
      '--relay',
      '--data-dir',
    ]) {
      assert(help.stdout.includes(option), option);
    }
    const version = await run(['--version']);
    assert.deepEqual([version.code, /^visavis \d+\.\d+\.\d+\n$/.test(version.stdout)], [0, true]);
  });

  test('flags', async () => {
    await refused(/--listen.*port/, ['--listen', '127.0.0.1']);
    await refused(/--listen/, ['--listen', 'localhost:1']);
    await refused(/--listen/, ['--listen', '127.0.0.1:65536']);
    await refused(/--listen/, ['--listen', '']);
    await refused(/--frobnicate/, ['--frobnicate']);
    await refused(/--threads/, ['--threads', '0']);
    await refused(/--threads/, ['--threads', 'many']);
    await refused(/--log-level.*loud/, ['--log-level', 'loud']);
    await refused(/--trusted-proxy/, ['--trusted-proxy', '10.0.0.0/33']);
    await refused(/--allowed-origin/, ['--allowed-origin', 'friend.example']);
    await refused(/--ice-server/, ['--ice-server', 'http://stun.example']);
    await refused(/--public-url/, ['--public-url', 'call.example/path']);
    await refused(/tls-key/, ['--tls-cert', '/nowhere/cert.pem']);
    await refused(/--relay.*ajar/, ['--relay', 'ajar']);
    await refused(/--relay-url/, ['--relay-url', 'https://turn.example']);
    await refused(/--relay-user.*--relay open/, ['--relay-user', 'ana:secret']);
    await refused(/--external-ip/, ['--relay', 'open', '--external-ip', 'here']);
  });

  test('a port that Chromium refuses for TURN is warned of', async () => {
    const data = ['--data-dir', join(directory, 'data')];
    for (const [port, warns] of [
      ['999', true],
      ['443', false],
      ['1024', false],
    ] as const) {
      // Nobody has this address, so nothing is bound.
      const exit = await run(['serve', ...data, '--listen', `192.0.2.1:${port}`]);
      assert.equal(exit.stderr.includes('Chromium uses no TURN server on this port'), warns, port);
    }
  });

  test('a secret is not repeated to the terminal', async () => {
    const exit = await run(['serve', '--metrics-token', 'short-secret!']);
    assert.equal(exit.code, 2);
    assert(!exit.stderr.includes('short-secret'), exit.stderr);
  });

  test('variables', async () => {
    await refused(/VISAVIS_LISTEN/, [], { VISAVIS_LISTEN: 'nowhere' });
    await refused(/VISAVIS_LIMITS_RING_TIMEOUT_MS/, [], { VISAVIS_LIMITS_RING_TIMEOUT_MS: '-1' });
  });

  test('the file', async () => {
    const cases: [string, RegExp][] = [
      ['listen = 7', /listen/],
      ['lisen = "127.0.0.1:0"', /lisen/],
      ['[limits]\nring_timeout_ms = "long"', /ring_timeout_ms/],
      ['[limits]\nring_timeout_ms = -5', /ring_timeout_ms/],
      ['[limits]\nring_timeout_ms = 1.5', /ring_timeout_ms/],
      ['[limits]\nno_such_limit = 5', /no_such_limit/],
      ['[limit]\n', /limit/],
      ['listen = [', /:\d+/],
      ['a = 1\na = 2', /a/],
    ];
    for (const [index, [toml, named]] of cases.entries()) {
      const file = join(directory, `${index}.toml`);
      await writeFile(file, toml);
      await refused(named, ['--config', file]);
    }
    await refused(/does not exist/, ['--config', join(directory, 'missing.toml')]);
    await refused(/directory/, ['--config', directory]);
  });

  test('flags win over variables, variables over the file', async () => {
    const server = await Server.start({
      limits: { name_chars_max: 5, participants_max: 3 },
      env: {
        VISAVIS_LIMITS_NAME_CHARS_MAX: '7',
        VISAVIS_LOG_LEVEL: 'nonsense',
        VISAVIS_LISTEN: 'nonsense',
      },
      args: ['--log-level', 'warn'],
    });
    const { limits } = (await Client.join(server, 'Ana')).welcome;
    assert.deepEqual([limits.name_chars, limits.participants], [7, 3]);
    await server.stop();
  });

  test('what cannot work is told before anything is served', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as { port: number };
    const data = ['--data-dir', join(directory, 'data')];
    const cases: [RegExp, string[]][] = [
      [new RegExp(`${port}`), [...data, '--listen', `127.0.0.1:${port}`]],
      [/192\.0\.2\.1/, [...data, '--listen', '192.0.2.1:0']],
      [/nowhere/, [...data, '--tls-cert', '/nowhere/cert.pem', '--tls-key', '/nowhere/key.pem']],
      [/\/proc/, ['--data-dir', '/proc/nowhere']],
    ];
    for (const [named, args] of cases) {
      const exit = await run(['serve', '--listen', '127.0.0.1:0', ...args]);
      assert(exit.code !== 0 && exit.code !== null, `${args.join(' ')}: ${exit.code}`);
      assert.doesNotMatch(exit.stdout, /listening on .*/);
      assert.match(exit.stderr, named);
    }
    taken.close();
  });

  test('keys that everybody may read are not used; those of the group are, with a warning', async () => {
    const dataDir = join(directory, 'open');
    const server = await Server.start({ dataDir });
    await server.stop();
    const files = await readdir(dataDir);
    assert(files.length > 0);
    const setMode = async (mode: number): Promise<void> => {
      for (const file of files) await chmod(join(dataDir, file), mode);
    };
    await setMode(0o644);
    const exit = await run(['serve', '--listen', '127.0.0.1:0', '--data-dir', dataDir]);
    assert(exit.code !== 0 && exit.code !== null);
    assert.match(exit.stderr, /everybody may read it; run: chmod 600 /);
    await setMode(0o660); // as Kubernetes does for fsGroup
    const again = await Server.start({ dataDir });
    const { stderr } = await again.stop();
    assert.equal((stderr.match(/its group may read/g) ?? []).length, 1, stderr);
  });

  test('a data directory that cannot be written will do, as long as its keys are there', async () => {
    const dataDir = join(directory, 'read-only');
    const first = await Server.start({ dataDir });
    const ana = await Client.join(first, 'Ana');
    await first.stop();
    await chmod(dataDir, 0o500);
    const second = await Server.start({ dataDir, through: withoutPrivileges });
    const again = await Client.connect(second);
    const welcome = await again.request(
      { type: 'hello', name: 'Ana', identity: ana.welcome.identity },
      'welcome',
    );
    assert.equal(welcome.user, ana.user, 'she is the same person');
    const { stderr } = await second.stop();
    assert.match(stderr, /warn .*data directory \S+ cannot be written \(Permission denied\)/);
    await chmod(dataDir, 0o700);
    await rm(join(dataDir, 'relay.key'));
    await chmod(dataDir, 0o500);
    const exit = await run(['serve', '--data-dir', dataDir], {}, withoutPrivileges);
    assert.equal(exit.code, 2);
    assert.match(exit.stderr, /cannot be written .*--data-dir names another/);
    await chmod(dataDir, 0o700);
  });

  test('several addresses, IPv6 among them, each with its line', async () => {
    const server = await Server.start({ args: ['--listen', '127.0.0.1:0', '--listen', '[::1]:0'] });
    const exit = await server.stop();
    const lines = exit.stdout.match(/^listening on \S+$/gm) ?? [];
    assert.equal(lines.length, 3);
    assert.match(exit.stdout, /^listening on http:\/\/\[::1\]:\d+$/m);
  });

  test('further ICE servers reach the browsers as they are, after our own', async () => {
    const server = await Server.start({
      args: [
        '--ice-server',
        'stun:stun.example:3478',
        '--ice-server',
        'turn:turn.example?transport=tcp;username=u;credential=c,d',
      ],
    });
    assert.deepEqual((await Client.join(server, 'Ana')).welcome.ice_servers, [
      { urls: [`stun:127.0.0.1:${String(server.port)}`] },
      { urls: ['stun:stun.example:3478'] },
      { urls: ['turn:turn.example?transport=tcp'], username: 'u', credential: 'c,d' },
    ]);
    await server.stop();
  });
});
