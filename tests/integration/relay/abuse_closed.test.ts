// The relay in closed mode, and people with credentials of a call who want more of it than that call. Nothing
// gets through, each refusal has its code, and all are counted.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { after, before, describe, test, type TestContext } from 'node:test';
import { Bystander } from '../support/bystander.ts';
import { readMetric, readRefusals, refusalsBecome } from '../support/metrics.ts';
import { until } from '../support/pace.ts';
import { Random } from '../support/random.ts';
import { Server, type ServerOptions } from '../support/server.ts';
import {
  type Address,
  addressBytes,
  attributes,
  encode,
  methods,
  newTransaction,
  number32,
} from '../support/stun.ts';
import { type Credential, Issuer, requestedUdp, TurnClient } from '../support/turn.ts';

/** One loop: what a client has heard when its fence is answered is then all that there was to hear. */
const args = ['--relay', 'closed', '--threads', '1'];

/** Where a relay must not lead, as IPv4 and in the spellings of IPv6. */
const forbidden = [
  ...[
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
  ],
  ...['100.64.0.1', '224.0.0.1', '255.255.255.255', '8.8.8.8', '192.0.2.0', '192.0.2.2'],
  ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:0:127.0.0.1'],
  ...['64:ff9b::127.0.0.1', '2002:7f00:1::', 'fe80::1', 'fc00::1', 'ff02::1'],
  ...['2001:db8::1', '2001:db8::2', '2606:4700::1111'],
];

async function start(t: TestContext, options: ServerOptions = {}): Promise<[Server, Issuer]> {
  const server = await Server.start({ args, ...options });
  t.after(() => server.stop());
  return [server, await Issuer.of(server)];
}

describe('a closed relay', { concurrency: true }, () => {
  let server: Server;
  let issuer: Issuer;
  before(async () => {
    server = await Server.start({ args });
    issuer = await Issuer.of(server);
  });
  after(() => server.stop());

  async function join(
    t: TestContext,
    credential: Credential,
    transport: 'udp' | 'tcp' = 'udp',
  ): Promise<{ client: TurnClient; relayed: Address }> {
    const client = await TurnClient[transport](server.port, credential);
    t.after(() => client.close());
    return { client, relayed: await client.relayed() };
  }

  test('carries data between two of one call, however they came; addresses are virtual', async (t) => {
    for (const [n, transports] of (
      [
        ['udp', 'udp'],
        ['udp', 'tcp'],
        ['tcp', 'tcp'],
      ] as const
    ).entries()) {
      const ana = await join(t, issuer.for(`good-${n}`, 'ana'), transports[0]);
      const ben = await join(t, issuer.for(`good-${n}`, 'ben'), transports[1]);
      assert.equal(ana.relayed.address, '192.0.2.1');
      assert(ana.relayed.port >= 1_024 && ana.relayed.port !== ben.relayed.port);
      assert.equal(await ana.client.permit(ben.relayed), 'success');
      assert.equal(await ben.client.bindChannel(0x4000, ana.relayed), 'success');
      ana.client.sendTo(ben.relayed, 'hello');
      assert.deepEqual(await ben.client.data(), { channel: 0x4000, peer: null, data: 'hello' });
      ben.client.sendOn(0x4000, 'and to you');
      assert.deepEqual(await ana.client.data(), {
        channel: null,
        peer: ben.relayed,
        data: 'and to you',
      });
    }
  });

  test('leads nowhere else: not to this machine, the LAN, the Internet, in no spelling', async (t) => {
    const [own, signs] = await start(t);
    const bystander = await Bystander.open();
    const everywhere = await Bystander.open('0.0.0.0');
    t.after(() => {
      bystander.close();
      everywhere.close();
    });
    const client = await TurnClient.udp(own.port, signs.for('call', 'ana'));
    t.after(() => client.close());
    await client.relayed();
    let tries = 0;
    for (const address of forbidden) {
      for (const port of [bystander.port, everywhere.port, own.port, 53]) {
        const peer = { address, port };
        assert.equal(await client.permit(peer), '403', `CreatePermission ${address}`);
        assert.equal(await client.bindChannel(0x4001, peer), '403', `ChannelBind ${address}`);
        client.sendTo(peer, 'in');
        client.sendOn(0x4001, 'in');
        tries += 1;
      }
    }
    await client.fence();
    assert.deepEqual(await bystander.heard(), []);
    assert.deepEqual(await everywhere.heard(), []);
    await refusalsBecome(own, 'forbidden_peer', 2 * tries);
    await refusalsBecome(own, 'no_permission', 2 * tries);
  });

  test('one forbidden peer among good ones spoils the whole request', async (t) => {
    const { client, relayed } = await join(t, issuer.for('mixed', 'ana'));
    const other = await join(t, issuer.for('mixed', 'ben'));
    assert.equal(await client.permit(relayed, { address: '127.0.0.1', port: 80 }), '403');
    client.sendTo(other.relayed, 'not permitted');
    await client.fence();
    await other.client.hearsNothing();
  });

  test("opens no connection to the server's own HTTP port, nor any other", async (t) => {
    let connections = 0;
    const listener = createServer(() => (connections += 1)).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    t.after(() => listener.close());
    const { port } = listener.address() as { port: number };
    const { client } = await join(t, issuer.for('tcp-out', 'ana'), 'tcp');
    for (const target of [port, server.port]) {
      // Connect of RFC 6062 is method 10, which does not exist here.
      const connect = client.build('createPermission', (transaction) => [
        client.peer({ address: '127.0.0.1', port: target }, transaction),
      ]);
      connect.writeUInt16BE(0x000a, 0);
      client.send(connect);
      assert.equal(
        (await client.request('allocate', () => [number32('requestedTransport', 6 << 24)])).outcome,
        '437',
      );
    }
    await client.fence();
    assert.equal(connections, 0);
  });

  test("does not reach another call's participants, though they have the same addresses", async (t) => {
    const ana = await join(t, issuer.for('first', 'ana'));
    const victim = await join(t, issuer.for('second', 'victim'));
    const friend = await join(t, issuer.for('second', 'friend'));
    // The victim expects its friend, whose port the intruder may even share.
    assert.equal(await victim.client.permit(friend.relayed, ana.relayed), 'success');
    assert.equal(await ana.client.permit(victim.relayed), 'success');
    assert.equal(await ana.client.bindChannel(0x4000, victim.relayed), 'success');
    ana.client.sendTo(victim.relayed, 'intruder');
    ana.client.sendOn(0x4000, 'intruder');
    await ana.client.fence();
    await victim.client.hearsNothing();
    friend.client.sendTo(victim.relayed, 'not permitted yet');
    assert.equal(await friend.client.permit(victim.relayed), 'success');
    friend.client.sendTo(victim.relayed, 'me');
    assert.equal((await victim.client.data()).data, 'me');
  });

  test('passes nothing to who has not permitted it, in the same call either', async (t) => {
    const ana = await join(t, issuer.for('shy', 'ana'));
    const ben = await join(t, issuer.for('shy', 'ben'));
    assert.equal(await ana.client.permit(ben.relayed), 'success');
    ana.client.sendTo(ben.relayed, 'hello?');
    await ana.client.fence();
    await ben.client.hearsNothing();
    await ana.client.hearsNothing();
  });

  test("leaves another one's allocation alone: 437 from elsewhere, 441 with other credentials", async (t) => {
    const { client, relayed } = await join(t, issuer.for('owned', 'ana'));
    const thief = await TurnClient.udp(server.port, issuer.for('owned', 'ana'));
    t.after(() => thief.close());
    assert.equal(await thief.refresh(0), '437');
    assert.equal(await thief.permit(relayed), '437');
    assert.equal(await thief.bindChannel(0x4000, relayed), '437');

    const { credential } = client;
    client.credential = issuer.for('owned', 'ben');
    assert.equal(await client.refresh(0), '441');
    assert.equal(await client.permit(relayed), '441');
    assert.equal((await client.allocate()).outcome, '437');
    client.credential = credential;
    assert.equal(await client.refresh(600), 'success');
  });

  test('takes no credential that it has not issued, or that is too old', async (t) => {
    const now = Math.floor(Date.now() / 1000);
    const foreign = new Issuer(Buffer.alloc(32, 7));
    const good = issuer.for('forged', 'ana');
    const bad: Credential[] = [
      issuer.for('forged', 'ana', -1),
      issuer.sign(`0:forged:ana`),
      foreign.for('forged', 'ana'),
      { ...good, username: good.username.replace('ana', 'ben') },
      { ...good, username: `9${good.username}` },
      { ...good, password: '' },
      // Signed, but no name of a participant of a call.
      ...['', ':', '::', 'ana', `${now + 60}`, `${now + 60}:call`, `${now + 60}:call:`].map(
        (name) => issuer.sign(name),
      ),
      ...[`${now + 60}::ana`, `-1:call:ana`, `1e12:call:ana`, ` ${now + 60}:call:ana`].map((name) =>
        issuer.sign(name),
      ),
      issuer.sign(`99999999999999999999:call:ana`),
    ];
    for (const credential of bad) {
      const client = await TurnClient.udp(server.port, credential);
      t.after(() => client.close());
      assert.equal((await client.allocate()).outcome, '401', JSON.stringify(credential));
    }
  });

  test('a credential that expires ends no allocation, but makes no new one', async (t) => {
    // Short, but long enough to be used at all, on a slow machine too.
    let outcome = '401';
    let client: TurnClient | undefined;
    let seconds = 1;
    while (outcome === '401') {
      seconds *= 2;
      client = await TurnClient.udp(server.port, issuer.for('aging', 'ana', seconds));
      t.after(() => client?.close());
      ({ outcome } = await client.allocate());
    }
    assert.equal(outcome, 'success');
    assert(client?.credential);
    const { credential } = client;
    await until(
      async () => {
        const late = await TurnClient.udp(server.port, credential);
        const answer = await late.allocate();
        late.close();
        return answer.outcome === '401';
      },
      'the credential expires',
      seconds * 1_000 + 10_000,
    );
    const relayed = { address: '192.0.2.1', port: 2_000 };
    assert.equal(await client.permit(relayed), 'success');
    assert.equal(await client.refresh(600), 'success');
  });

  test('what was overheard is of no use: not from elsewhere, not from another port', async (t) => {
    const ana = await join(t, issuer.for('overheard', 'ana'));
    const allocate = ana.client.build('allocate', () => [requestedUdp]);
    const refresh = ana.client.build('refresh', () => [number32('lifetime', 0)]);
    const permit = ana.client.build('createPermission', (transaction) => [
      ana.client.peer(ana.relayed, transaction),
    ]);
    const elsewhere = await TurnClient.udp(server.port, null, { from: '127.0.0.2' });
    const neighbour = await TurnClient.udp(server.port, null);
    t.after(() => {
      elsewhere.close();
      neighbour.close();
    });
    // Nonces hold for the address that they were given to.
    for (const bytes of [allocate, refresh, permit])
      assert.equal((await elsewhere.exchange(bytes, 'a replay')).outcome, '438');
    for (const bytes of [refresh, permit])
      assert.equal((await neighbour.exchange(bytes, 'a replay')).outcome, '437');
    assert.equal(await ana.client.refresh(600), 'success');
  });

  test('requests that are wrong get the code that says so', async (t) => {
    const { client, relayed } = await join(t, issuer.for('wrong', 'ana'));
    const fresh = await TurnClient.udp(server.port, issuer.for('wrong', 'ben'));
    t.after(() => fresh.close());
    const outcome = async (
      who: TurnClient,
      ...request: Parameters<TurnClient['request']>
    ): Promise<string> => (await who.request(...request)).outcome;
    const unknown = { type: 0x7fff, value: Buffer.alloc(4) };
    const family = (number: number) => number32('requestedAddressFamily', number * 0x1000000);

    assert.equal(await outcome(fresh, 'allocate'), '400');
    assert.equal(
      await outcome(fresh, 'allocate', () => [number32('requestedTransport', 6 << 24)]),
      '442',
    );
    assert.equal(await outcome(fresh, 'allocate', () => [requestedUdp, unknown]), '420');
    assert.equal(await outcome(fresh, 'allocate', () => [requestedUdp, family(3)]), '440');
    assert.equal(await outcome(fresh, 'refresh'), '437');
    assert.equal(await outcome(client, 'allocate', () => [requestedUdp]), '437');
    assert.equal(await outcome(client, 'createPermission'), '400');
    assert.equal(await outcome(client, 'channelBind'), '400');
    assert.equal(
      await outcome(client, 'createPermission', () => [
        { type: attributes.xorPeerAddress, value: Buffer.from([0, 1]) },
      ]),
      '400',
    );
    for (const channel of [0, 0x3fff, 0x8000, 0xffff])
      assert.equal(await client.bindChannel(channel, relayed), '400', String(channel));
    assert.equal(await client.bindChannel(0x4000, relayed), 'success');
    const other = { ...relayed, port: relayed.port ^ 1 };
    assert.equal(await client.bindChannel(0x4000, other), '400', 'a channel of another peer');
    assert.equal(await client.bindChannel(0x4001, relayed), '400', 'a peer of another channel');
  });

  test('indications and answers that a client has no business to send are nothing', async (t) => {
    const ana = await join(t, issuer.for('odd', 'ana'));
    const ben = await join(t, issuer.for('odd', 'ben'));
    assert.equal(await ana.client.permit(ben.relayed), 'success');
    assert.equal(await ben.client.permit(ana.relayed), 'success');
    for (const method of Object.keys(methods) as (keyof typeof methods)[]) {
      for (const kind of ['indication', 'success', 'error'] as const) {
        const transaction = newTransaction();
        const asked = [ana.client.peer(ben.relayed, transaction)];
        ana.client.send(encode({ method, class: kind, transaction, attributes: asked }));
      }
    }
    await ana.client.fence();
    assert.deepEqual(ana.client.strays, []);
    // A Send indication without DATA among them: nobody got an empty message.
    await ben.client.hearsNothing();
  });

  test('noise of all kinds: the server answers who comes next', async (t) => {
    const { client } = await join(t, issuer.for('noise', 'ana'));
    const random = new Random();
    await random.told(async () => {
      const whole = client.build('refresh', () => [number32('lifetime', 600)]);
      for (let n = 0; n < 400; n += 1) {
        const broken = Buffer.from(whole);
        for (let flips = random.below(4); flips >= 0; flips -= 1)
          broken[random.below(broken.length)] = random.below(256);
        client.send(random.chance(0.5) ? broken : broken.subarray(0, random.below(broken.length)));
        client.send(random.bytes(random.below(64)));
      }
      await client.fence();
    });
    assert.equal(await client.refresh(600), 'success');
  });

  test('a stream that is none is closed', async (t) => {
    for (const noise of [
      '0001000121 12a442',
      '0001fffd2112a442',
      '00010000deadbeef00000000',
      '800000000000',
    ]) {
      const { client } = await join(t, issuer.for(`stream-${noise}`, 'ana'), 'tcp');
      client.send(Buffer.concat([Buffer.from(noise.replace(' ', ''), 'hex'), Buffer.alloc(64)]));
      await client.ended();
    }
  });

  test('no more allocations than a participant and a call may have: 486', async (t) => {
    const [own, signs] = await start(t, {
      limits: { relay_allocations_per_user_max: 2, relay_allocations_per_call_max: 3 },
    });
    const outcomes: string[] = [];
    for (const [call, who] of [
      ...[
        ['a', 'ana'],
        ['a', 'ana'],
        ['a', 'ana'],
        ['a', 'ben'],
        ['a', 'ben'],
        ['b', 'ben'],
      ],
    ] as [string, string][]) {
      const client = await TurnClient.udp(own.port, signs.for(call, who));
      t.after(() => client.close());
      outcomes.push((await client.allocate()).outcome);
    }
    assert.deepEqual(outcomes, ['success', 'success', '486', 'success', '486', 'success']);
    await refusalsBecome(own, 'quota', 2);
    await until(
      async () => (await readMetric(own, 'visavis_relay_allocations')) === 4,
      'four allocations',
    );
  });

  test('no more bytes than a participant may send', async (t) => {
    const [own, signs] = await start(t, {
      limits: { relay_bytes_per_second_per_user_max: 10_000 },
    });
    const ana = await TurnClient.udp(own.port, signs.for('a', 'ana'));
    const ben = await TurnClient.udp(own.port, signs.for('a', 'ben'));
    t.after(() => {
      ana.close();
      ben.close();
    });
    const [from, to] = [await ana.relayed(), await ben.relayed()];
    await ana.permit(to);
    await ben.permit(from);
    const before = ben.received;
    for (let n = 0; n < 100; n += 1) ana.sendTo(to, Buffer.alloc(1_000));
    await ana.fence();
    await ben.fence();
    await until(async () => (await readRefusals(own, 'bandwidth')) >= 50, 'half are dropped');
    assert(ben.received - before < 50_000);
  });

  test('addresses are read as they are written', () => {
    assert.equal(
      addressBytes('::ffff:127.0.0.1').toString('hex'),
      '00000000000000000000ffff7f000001',
    );
    assert.equal(addressBytes('2002:7f00:1::').toString('hex'), '20027f00000100000000000000000000');
    assert.equal(addressBytes('::').toString('hex'), '0'.repeat(32));
  });
});
