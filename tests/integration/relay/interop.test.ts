// The relay in open mode, spoken to by clients nobody here wrote: coturn's own, and aioice.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Certificate, makeAuthority } from '../support/certificates.ts';
import { runPython } from '../support/python.ts';
import { Server } from '../support/server.ts';
import { ephemeralPassword, TurnClient } from '../support/turn.ts';
import { type Echo, startEcho, turnutils } from '../support/turnutils.ts';

const secret = 'shared with a friend';
const user = { username: 'ana', password: 'correct-horse' };
const relayArgs = [
  ...['--relay', 'open', '--relay-allow', '127.0.0.0/8', '--relay-secret', secret],
  ...['--relay-user', `${user.username}:${user.password}`],
];

describe('other people’s TURN clients', { concurrency: 4 }, () => {
  let authority: Certificate;
  let server: Server;
  let echo: Echo;
  before(async () => {
    authority = await makeAuthority();
    const pair = await authority.issue('localhost');
    const args = ['--tls-cert', pair.certificate, '--tls-key', pair.key, ...relayArgs];
    server = await Server.start({ args });
    echo = await startEcho();
  });
  after(async () => {
    echo.process.kill();
    await server.stop();
    await authority.remove();
  });

  /** `sessions` of `messages` each, all of which must come back. */
  async function uclient(
    args: readonly string[],
    sessions = 1,
    auth: readonly string[] = ['-W', secret, '-u', 'ben'],
  ): Promise<void> {
    const messages = 20;
    const { code, output } = await turnutils('uclient', [
      ...auth,
      ...['-p', String(server.port), '-n', String(messages), ...args, '127.0.0.1'],
    ]);
    assert.equal(code, 0, output);
    const expected = messages * sessions;
    assert.match(output, new RegExp(`tot_send_msgs=${expected}, tot_recv_msgs=${expected}\\b`));
    assert.match(output, /Total lost packets 0 \(0\.0+%\), total send dropped 0 /);
  }
  const toEcho = (): string[] => ['-c', '-e', '127.0.0.1', '-r', String(echo.port)];

  // Over TLS it loses messages that come close together, from coturn's own server as well: here they come apart.
  const transports = { UDP: [], TCP: ['-t'], TLS: ['-t', '-S', '-z', '250'] };
  for (const [name, transport] of Object.entries(transports)) {
    test(`turnutils_uclient: channels over ${name}`, () => uclient([...transport, ...toEcho()]));
    test(`turnutils_uclient: Send indications over ${name}`, () =>
      uclient([...transport, '-s', ...toEcho()]));
    test(`turnutils_uclient: from client to client over ${name}`, () =>
      uclient([...transport, '-y', '-c'], 2));
    test(`turnutils_uclient: odd lengths over ${name}`, () =>
      uclient([...transport, '-l', '333', ...toEcho()]));
  }

  test('turnutils_uclient: with a second port for RTCP, reserved by EVEN-PORT', () =>
    uclient(['-e', '127.0.0.1', '-r', String(echo.port)], 2));
  test('turnutils_uclient: the same from client to client', () => uclient(['-y'], 4));
  test('turnutils_uclient: the same with Send indications', () => uclient(['-y', '-s'], 4));
  test('turnutils_uclient: DONT-FRAGMENT', () => uclient(['-g', ...toEcho()]));
  test('turnutils_uclient: padding that UDP does not need', () => uclient(['-D', ...toEcho()]));
  test('turnutils_uclient: an IPv4 address asked for', () => uclient(['-X', ...toEcho()]));
  test('turnutils_uclient: requests that were not necessary', () => uclient(['-G', ...toEcho()]));
  test('turnutils_uclient: twenty clients that send large messages fast', () =>
    uclient(['-m', '20', '-l', '1200', '-z', '2', '-y', '-c'], 20));
  test('turnutils_uclient: a user with a password', () =>
    uclient(toEcho(), 1, ['-u', user.username, '-w', user.password]));

  test('turnutils_uclient: a password that is wrong', async () => {
    // It goes on until its address has to wait, and the others here have the same one.
    const own = await Server.start({ args: relayArgs });
    try {
      const { code, output } = await turnutils('uclient', [
        ...['-u', user.username, '-w', 'wrong', '-p', String(own.port)],
        ...[...toEcho(), '127.0.0.1'],
      ]);
      assert.notEqual(code, 0, output);
      assert.match(output, /Cannot complete Allocation/);
    } finally {
      await own.stop();
    }
  });

  test('turnutils_stunclient: its own address', async () => {
    const { code, output } = await turnutils('stunclient', [
      '-p',
      String(server.port),
      '127.0.0.1',
    ]);
    assert.equal(code, 0, output);
    assert.match(output, /reflexive addr: 127\.0\.0\.1:\d+/);
  });

  for (const transport of ['udp', 'tcp', 'tls']) {
    test(`aioice: two agents meet on the relay over ${transport}`, async () => {
      const username = `${Math.floor(Date.now() / 1000) + 600}:aioice`;
      const password = ephemeralPassword(secret, username);
      const output = await runPython(
        'turn_aioice.py',
        [String(server.port), username, password, transport],
        { SSL_CERT_FILE: authority.file },
      );
      assert.equal(output, '100 messages relayed\n');
    });
  }

  test('our own client gets what turnutils_peer sends back', async () => {
    const client = await TurnClient.tls(server.port, user, authority.pem);
    await client.relayed();
    const peer = { address: '127.0.0.1', port: echo.port };
    assert.equal(await client.permit(peer), 'success');
    client.sendTo(peer, 'and back');
    assert.deepEqual(await client.data(), { channel: null, peer, data: 'and back' });
    client.close();
  });
});
