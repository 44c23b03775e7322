// The relay in open mode: it leads to the Internet, not into its operator's network and not back to itself. The
// table holds what other relays let through (CVE-2020-26262: 0.0.0.0 and ::, CVE-2026-27624: ::ffff:127.0.0.1).
import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { Bystander } from '../support/bystander.ts';
import { readRefusals, refusalsBecome } from '../support/metrics.ts';
import { Server } from '../support/server.ts';
import { number32 } from '../support/stun.ts';
import { ephemeralPassword, TurnClient } from '../support/turn.ts';

const user = { username: 'ana', password: 'correct-horse' };
const secret = 'shared with a friend';

const banned = {
  IPv4: [
    ...[
      '127.0.0.1',
      '127.0.0.2',
      '127.255.255.254',
      '0.0.0.0',
      '0.1.2.3',
      '10.1.2.3',
      '100.64.0.1',
    ],
    ...[
      '169.254.169.254',
      '172.16.0.1',
      '172.31.255.254',
      '192.0.0.1',
      '192.168.0.1',
      '198.18.0.1',
    ],
    ...['224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
    // An IPv4 address, however it is written.
    ...['::ffff:127.0.0.1', '::ffff:0.0.0.0', '::ffff:10.0.0.1', '::ffff:169.254.169.254'],
  ],
  IPv6: [
    ...['::', '::1', '::127.0.0.1', '::10.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::127.0.0.1'],
    ...['64:ff9b::10.0.0.1', '64:ff9b:1::1', '2002:7f00:1::', '2002:a00:1::1', '2001:0:7f00:1::'],
    ...['fe80::1', 'febf::1', 'fec0::1', 'fc00::1', 'fdff::1', 'ff02::1', 'ff05::2', '100::1'],
    ...['2001:db8::1', '2606:4700::5efe:127.0.0.1', '2606:4700::200:5efe:10.0.0.1'],
  ],
};

describe('an open relay', () => {
  let server: Server;
  before(async () => {
    server = await Server.start({
      args: [
        ...[
          '--relay',
          'open',
          '--threads',
          '1',
          '--relay-user',
          `${user.username}:${user.password}`,
        ],
        // One address of this machine is let in, to see that data would arrive.
        ...['--relay-secret', secret, '--relay-allow', '127.0.0.9'],
      ],
    });
  });
  after(() => server.stop());

  async function open(t: TestContext, ipv6 = false): Promise<TurnClient> {
    const client = await TurnClient.udp(server.port, user);
    t.after(() => client.close());
    const family = ipv6 ? [number32('requestedAddressFamily', 0x02000000)] : [];
    await client.relayed(...family);
    return client;
  }

  test('reaches who is allowed, and is reached by who is permitted', async (t) => {
    const friend = await Bystander.open('127.0.0.9');
    t.after(() => friend.close());
    const client = await TurnClient.udp(server.port, user);
    t.after(() => client.close());
    const relayed = await client.relayed();
    assert.equal(await client.permit(friend.here), 'success');
    client.sendTo(friend.here, 'out');
    await client.fence();
    assert.deepEqual(await friend.heard(), ['out']);

    const stranger = await Bystander.open('127.0.0.1');
    t.after(() => stranger.close());
    stranger.say('not permitted', relayed.port, relayed.address);
    friend.say('back', relayed.port, relayed.address);
    assert.deepEqual(await client.data(), { channel: null, peer: friend.here, data: 'back' });
    await client.hearsNothing();
  });

  test('leads to no banned IPv4 address, in any spelling', async (t) => {
    const client = await open(t);
    const victims = [await Bystander.open('127.0.0.1'), await Bystander.open('0.0.0.0')];
    t.after(() => victims.forEach((victim) => victim.close()));
    const countBefore = await readRefusals(server, 'forbidden_peer');
    for (const address of banned.IPv4) {
      for (const port of [...victims.map((victim) => victim.port), server.port]) {
        const peer = { address, port };
        assert.equal(await client.permit(peer), '403', `CreatePermission ${address}`);
        assert.equal(await client.bindChannel(0x4001, peer), '403', `ChannelBind ${address}`);
        client.sendTo(peer, 'in');
        client.sendOn(0x4001, 'in');
      }
    }
    await client.fence();
    for (const victim of victims) assert.deepEqual(await victim.heard(), []);
    await refusalsBecome(server, 'forbidden_peer', countBefore + 2 * 3 * banned.IPv4.length);
  });

  test('leads to no banned IPv6 address, whatever family was allocated', async (t) => {
    const victim = await Bystander.open('::1').catch(() => null);
    t.after(() => victim?.close());
    const clients = [await open(t)];
    const six = await TurnClient.udp(server.port, user);
    t.after(() => six.close());
    // 440 or 508: this machine has no IPv6 to relay with.
    const answer = await six.allocate(number32('requestedAddressFamily', 0x02000000));
    if (answer.outcome === 'success') clients.push(six);
    else assert.match(answer.outcome, /^(440|508)$/);
    for (const client of clients) {
      for (const address of banned.IPv6) {
        const peer = { address, port: victim?.port ?? 53 };
        const refused = client === six ? /^403$/ : /^(403|443)$/;
        assert.match(await client.permit(peer), refused, `CreatePermission ${address}`);
        assert.match(await client.bindChannel(0x4001, peer), refused, `ChannelBind ${address}`);
        client.sendTo(peer, 'in');
        client.sendOn(0x4001, 'in');
      }
      await client.fence();
    }
    t.diagnostic(`IPv6 allocation: ${answer.outcome}`);
    if (victim !== null) assert.deepEqual(await victim.heard(), []);
  });

  test('takes no wrong password, unknown name or expired credential: 401', async (t) => {
    const now = Math.floor(Date.now() / 1000);
    const ephemeral = (username: string, key = secret) => ({
      username,
      password: ephemeralPassword(key, username),
    });
    const bad = [
      { ...user, password: 'wrong' },
      { username: 'nobody', password: user.password },
      ephemeral(`${now - 1}:ben`),
      ephemeral(`${now + 60}:ben`, 'another secret than that'),
      ephemeral('ben'),
      // Not by the other way: a name of a user is not to be had by the secret.
      ephemeral(user.username),
    ];
    for (const credential of bad) {
      const client = await TurnClient.udp(server.port, credential);
      t.after(() => client.close());
      assert.equal((await client.allocate()).outcome, '401', JSON.stringify(credential));
    }
    for (const username of [`${now + 60}`, `${now + 60}:ben`]) {
      const client = await TurnClient.udp(server.port, ephemeral(username));
      t.after(() => client.close());
      assert.equal((await client.allocate()).outcome, 'success', username);
    }
  });
});
