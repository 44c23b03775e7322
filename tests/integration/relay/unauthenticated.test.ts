// What the relay says to who has shown no credentials: little, and not often, so that nobody gains by asking in
// somebody else's name.
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { refusalsBecome } from '../support/metrics.ts';
import { Server, type ServerOptions } from '../support/server.ts';
import { encode, type Encoding, longTermKey, methods, number32, text } from '../support/stun.ts';
import { Issuer, requestedUdp, TurnClient } from '../support/turn.ts';

const challengeBytesMax = 160;

async function start(t: TestContext, options: ServerOptions = {}): Promise<Server> {
  const server = await Server.start({ args: ['--relay', 'closed', '--threads', '1'], ...options });
  t.after(() => server.stop());
  return server;
}

async function stranger(t: TestContext, server: Server, from = '127.0.0.1'): Promise<TurnClient> {
  const client = await TurnClient.udp(server.port, null, { from });
  t.after(() => client.close());
  return client;
}

const noise = { type: 0x8fff, value: Buffer.alloc(64) };
const unknown = Array.from({ length: 20 }, (_, n) => ({
  type: 0x7f00 + n,
  value: Buffer.alloc(0),
}));

describe('unauthenticated', { concurrency: true }, () => {
  test('an answer to Binding is at most three times its request', async (t) => {
    const client = await stranger(t, await start(t));
    const requests: Encoding[] = [
      { method: 'binding' },
      { method: 'binding', attributes: [noise] },
      { method: 'binding', attributes: unknown },
      { method: 'binding', attributes: unknown.slice(0, 1) },
    ];
    for (const one of requests) {
      const request = encode(one);
      const answer = await client.exchange(request, 'Binding');
      const factor = answer.bytes.length / request.length;
      t.diagnostic(`Binding: ${request.length} B → ${answer.bytes.length} B`);
      assert(factor <= 3, `${factor} times`);
    }
  });

  test(`a challenge is at most ${challengeBytesMax} bytes, whatever was asked`, async (t) => {
    const server = await start(t);
    const client = await stranger(t, server);
    // 438 is for who is somebody, but has no nonce of ours: one of another address, or of another life of the server.
    const issuer = await Issuer.of(server);
    const { username, password } = issuer.for('call', 'x'.repeat(450));
    const key = longTermKey(username, 'visavis', password);
    const credentials = [
      text('username', username),
      text('realm', 'visavis'),
      text('nonce', 'x'.repeat(120)),
    ];
    for (const method of ['allocate', 'refresh', 'createPermission', 'channelBind'] as const) {
      const requests: [string, Encoding][] = [
        ['401', { method }],
        ['401', { method, attributes: [requestedUdp, noise] }],
        ['438', { method, attributes: [requestedUdp, ...credentials], key }],
      ];
      for (const [outcome, one] of requests) {
        const request = encode(one);
        const answer = await client.exchange(request, method);
        t.diagnostic(`${method}: ${request.length} B → ${outcome}, ${answer.bytes.length} B`);
        assert.equal(answer.outcome, outcome);
        assert(answer.bytes.length <= challengeBytesMax, `${answer.bytes.length} bytes`);
      }
    }
  });

  test('challenges to one address are few; others get theirs', async (t) => {
    const server = await start(t, {
      limits: { relay_challenges_per_second: 1, relay_challenges_burst: 5 },
    });
    const flood = await stranger(t, server);
    const asks = 200;
    const sent = asks * encode({ method: 'allocate' }).length;
    for (let n = 0; n < asks; n += 1) flood.send(encode({ method: 'allocate' }));
    await flood.fence();
    const answers = flood.strays.map(({ outcome }) => outcome);
    // Five, and what a machine that is slow has gained meanwhile.
    assert(answers.length >= 5 && answers.length <= 5 + asks / 10, `${answers.length} answers`);
    assert(answers.every((outcome) => outcome === '401'));
    t.diagnostic(`a flood of ${sent} B was answered with ${flood.received} B`);
    assert(flood.received < sent / 2);
    await refusalsBecome(server, 'challenges_limited', asks - answers.length);

    const other = await stranger(t, server, '127.0.0.2');
    assert.equal((await other.exchange(encode({ method: 'allocate' }), 'Allocate')).outcome, '401');
  });

  test('fifty people behind one address join at once, with several interfaces each', async (t) => {
    const server = await start(t);
    const people = await Promise.all(Array.from({ length: 50 }, () => stranger(t, server)));
    const request = { method: 'allocate', attributes: [requestedUdp] } as const;
    const answers = await Promise.all(
      people.flatMap((client) =>
        Array.from({ length: 8 }, () => client.exchange(encode(request), 'Allocate')),
      ),
    );
    assert(answers.every(({ outcome }) => outcome === '401'));
  });

  test('data of strangers, and methods that do not exist, get no answer', async (t) => {
    const client = await stranger(t, await start(t));
    client.sendTo({ address: '192.0.2.1', port: 2_000 }, 'in');
    client.sendOn(0x4000, 'in');
    for (const number of [0x002, 0x005, 0x00a, 0x00b, 0xfff]) {
      const request = encode({ method: 'binding', class: 'indication' });
      request.writeUInt16BE((request.readUInt16BE(0) & 0x0110) | (number & 0xf), 0);
      client.send(request);
    }
    for (const method of Object.keys(methods) as (keyof typeof methods)[]) {
      client.send(encode({ method, class: 'indication', attributes: [number32('lifetime', 0)] }));
    }
    await client.hearsNothing();
    assert.deepEqual(client.strays, []);
  });
});
