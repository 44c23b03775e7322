// Limits of the relay hold for the server, however many loops it has; and what one spends is not another one's.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { readMetrics, readRefusals, refusalsBecome } from '../support/metrics.ts';
import { until } from '../support/pace.ts';
import { Server, type ServerOptions } from '../support/server.ts';
import { encode } from '../support/stun.ts';
import { Issuer, requestedUdp, TurnClient } from '../support/turn.ts';

async function start(
  t: TestContext,
  limits: ServerOptions['limits'] = {},
  ...more: readonly string[]
): Promise<[Server, Issuer]> {
  const server = await Server.start({ args: ['--threads', '2', ...more], limits });
  t.after(() => server.stop());
  return [server, await Issuer.of(server)];
}

describe('a relay on two loops', { concurrency: true }, () => {
  test('gives a participant no more allocations than on one', async (t) => {
    const [server, issuer] = await start(t, { relay_allocations_per_user_max: 3 });
    const outcomes: string[] = [];
    // The kernel gives each port of a client to either loop.
    for (let n = 0; n < 24; n += 1) {
      const client = await TurnClient.udp(server.port, issuer.for('a', 'ana'));
      t.after(() => client.close());
      outcomes.push((await client.allocate()).outcome);
    }
    assert.equal(outcomes.filter((outcome) => outcome === 'success').length, 3);
    assert.equal(outcomes.filter((outcome) => outcome === '486').length, 21);
    await refusalsBecome(server, 'quota', 21);
    const ben = await TurnClient.udp(server.port, issuer.for('a', 'ben'));
    t.after(() => ben.close());
    assert.equal((await ben.allocate()).outcome, 'success');
  });

  test('gives an address no more allocations than it may have, another one its own', async (t) => {
    const [server, issuer] = await start(t, { relay_allocations_per_address_max: 4 });
    const outcomes: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      const client = await TurnClient.udp(server.port, issuer.for(`call-${n}`, 'ana'));
      t.after(() => client.close());
      outcomes.push((await client.allocate()).outcome);
    }
    assert.equal(outcomes.filter((outcome) => outcome === 'success').length, 4);
    await refusalsBecome(server, 'address_quota', 8);
    const ben = await TurnClient.udp(server.port, issuer.for('b', 'ben'), { from: '127.0.0.2' });
    t.after(() => ben.close());
    assert.equal((await ben.allocate()).outcome, 'success');
  });

  test('carries no more bytes of a participant than on one', async (t) => {
    const perSecond = 20_000;
    const [server, issuer] = await start(t, { relay_bytes_per_second_per_user_max: perSecond });
    const ben = await TurnClient.udp(server.port, issuer.for('a', 'ben'));
    t.after(() => ben.close());
    const to = await ben.relayed();
    // A port says which loop has it: two of Ana's clients on either.
    const anas: TurnClient[] = [];
    const loops = new Set<number>();
    while (loops.size < 2) {
      const ana = await TurnClient.udp(server.port, issuer.for('a', 'ana'));
      t.after(() => ana.close());
      loops.add(Math.floor((await ana.relayed()).port / 2) % 2);
      await ana.permit(to);
      anas.push(ana);
    }
    const begin = performance.now();
    const sent = 30 * anas.length;
    for (const ana of anas) {
      for (let n = 0; n < 30; n += 1) ana.sendTo(to, Buffer.alloc(1_000));
    }
    for (const ana of anas) await ana.fence();
    const seconds = (performance.now() - begin) / 1_000;
    const sample = 'visavis_relay_packets_total{side="client",direction="in",transport="udp"}';
    let carried = 0;
    await until(async () => {
      const metrics = await readMetrics(server);
      carried = metrics.get(sample) ?? 0;
      return carried + (await readRefusals(server, 'bandwidth')) >= sent;
    }, 'every packet is carried or refused');
    assert(carried >= 18, `${carried} packets`);
    // A second's worth at once, what time has brought, and what may be on lease.
    assert(carried <= 20 * (1.25 + seconds), `${carried} packets in ${seconds} s`);
  });

  test('answers over TCP, and whoever has a nonce, when datagrams have spent the challenges of an address', async (t) => {
    const [server, issuer] = await start(t, {
      relay_challenges_per_second: 1,
      relay_challenges_burst: 5,
    });
    const early = await TurnClient.udp(server.port, issuer.for('a', 'ana'));
    t.after(() => early.close());
    await early.relayed();
    // From the victim's address, as a sender could claim to be.
    const spoofer = await TurnClient.udp(server.port, null);
    t.after(() => spoofer.close());
    const request = { method: 'allocate', attributes: [requestedUdp] } as const;
    for (let n = 0; n < 100; n += 1) spoofer.send(encode(request));
    await until(
      async () => (await readRefusals(server, 'challenges_limited')) >= 50,
      'the challenges are spent',
    );
    const tcp = await TurnClient.tcp(server.port, issuer.for('a', 'ben'));
    t.after(() => tcp.close());
    assert.equal((await tcp.allocate()).outcome, 'success');
    const { credential } = early;
    early.credential = { username: credential?.username ?? '', password: 'wrong' };
    assert.equal((await early.allocate()).outcome, '401', 'it is told');
    early.credential = credential;
    assert.equal(await early.refresh(600), 'success');
  });
});

describe('passwords of an open relay', () => {
  test('are guessed slowly, and nobody is locked out by who guesses', async (t) => {
    const [server] = await start(
      t,
      {
        relay_failed_logins_free: 5,
        relay_failed_login_pause_ms: 600_000,
        relay_failed_login_pause_max_ms: 600_000,
      },
      ...['--relay', 'open', '--relay-user', 'ana:correct-horse'],
    );
    const tryOnce = async (password: string, from = '127.0.0.1'): Promise<string> => {
      const client = await TurnClient.udp(server.port, { username: 'ana', password }, { from });
      const { outcome } = await client.allocate();
      client.close();
      return outcome;
    };
    for (let n = 0; n < 20; n += 1) assert.equal(await tryOnce(`guess ${n}`, '127.0.0.66'), '401');
    await refusalsBecome(server, 'unauthenticated', 5);
    await refusalsBecome(server, 'logins_limited', 15);
    assert.equal(await tryOnce('correct-horse', '127.0.0.66'), '401', 'nor with the right one');
    assert.equal(await tryOnce('correct-horse'), 'success', 'from elsewhere');
  });
});
