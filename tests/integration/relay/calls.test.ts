// From signaling to packets: the credentials that a call brings carry its data, for as long as it lasts, and over a
// restart of the server.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { Client } from '../support/client.ts';
import { readMetric } from '../support/metrics.ts';
import { until } from '../support/pace.ts';
import type { IceServers } from '../support/schema.ts';
import { Server } from '../support/server.ts';
import { type Credential, TurnClient } from '../support/turn.ts';

async function start(t: TestContext): Promise<Server> {
  const server = await Server.start();
  t.after(() => server.stop());
  return server;
}

function credentialOf(servers: IceServers | undefined): Credential {
  const turn = servers?.find(({ credential }) => credential !== undefined);
  assert(turn?.username !== undefined && turn.credential !== undefined);
  return { username: turn.username, password: turn.credential };
}

interface Talk {
  ana: Client;
  ben: Client;
  call: string;
  credentials: [Credential, Credential];
}

async function talk(server: Server): Promise<Talk> {
  const [ana, ben] = [await Client.join(server, 'Ana'), await Client.join(server, 'Ben')];
  const ringing = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
  const incoming = await ben.next('call.incoming');
  const { call } = ringing;
  await ben.request({ type: 'call.accept', call }, 'call.accepted');
  await ana.next('call.accepted');
  const credentials: [Credential, Credential] = [
    credentialOf(ringing.ice_servers),
    credentialOf(incoming.ice_servers),
  ];
  return { ana, ben, call, credentials };
}

/** Two allocations that may send to each other. */
async function link(
  t: TestContext,
  server: Server,
  [one, other]: [Credential, Credential],
): Promise<[TurnClient, TurnClient]> {
  const a = await TurnClient.udp(server.port, one);
  const b = await TurnClient.tcp(server.port, other);
  t.after(() => {
    a.close();
    b.close();
  });
  const [toA, toB] = [await a.relayed(), await b.relayed()];
  assert.equal(await a.permit(toB), 'success');
  assert.equal(await b.permit(toA), 'success');
  a.sendTo(toB, 'hello');
  assert.deepEqual(await b.data(), { channel: null, peer: toA, data: 'hello' });
  return [a, b];
}

async function allocationsBecome(server: Server, count: number): Promise<void> {
  await until(
    async () => (await readMetric(server, 'visavis_relay_allocations')) === count,
    `${count} allocations`,
  );
}

async function allocates(server: Server, credential: Credential): Promise<string> {
  const client = await TurnClient.udp(server.port, credential);
  try {
    return (await client.allocate()).outcome;
  } finally {
    client.close();
  }
}

describe('a call on the relay', { concurrency: true }, () => {
  test('its end ends its allocations, and its credentials', async (t) => {
    const server = await start(t);
    const { ana, ben, call, credentials } = await talk(server);
    const [a] = await link(t, server, credentials);
    await allocationsBecome(server, 2);

    await ana.request({ type: 'call.end', call }, 'call.ended');
    await ben.next('call.ended');
    await allocationsBecome(server, 0);
    assert.equal(await a.refresh(600), '401');
    for (const credential of credentials) assert.equal(await allocates(server, credential), '401');

    // The next call of the same two is another one.
    const next = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
    assert.equal(await allocates(server, credentialOf(next.ice_servers)), 'success');
    ana.close();
    ben.close();
  });

  test('fresh credentials, asked for before an ICE restart, are of the same participant', async (t) => {
    const server = await start(t);
    const { ana, ben, call, credentials } = await talk(server);
    const answer = await ana.request({ type: 'call.relay', call }, 'call.relay');
    await link(t, server, [credentialOf(answer.ice_servers), credentials[1]]);
    ana.close();
    ben.close();
  });

  test('the connection check is a call with oneself', async (t) => {
    const server = await start(t);
    const ana = await Client.join(server, 'Ana');
    const { servers } = await ana.request({ type: 'relay.test' }, 'relay.test');
    await link(t, server, [credentialOf(servers[0]), credentialOf(servers[1])]);
    ana.close();
  });

  test('after a restart allocations are gone (437), and the credentials good for new ones', async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'visavis-relay-'));
    t.after(() => rm(dataDir, { recursive: true, force: true }));
    const first = await Server.start({ dataDir });
    const { credentials } = await talk(first);
    const [a] = await link(t, first, credentials);
    const listen = `127.0.0.1:${first.port}`;
    await first.stop();

    const second = await Server.start({ dataDir, listen });
    t.after(() => second.stop());
    // Its nonce is of a process that is gone, and so is what it had.
    assert.equal(await a.refresh(600), '437');
    await link(t, second, credentials);
  });
});
