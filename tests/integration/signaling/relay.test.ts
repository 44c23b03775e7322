// Credentials for the relay (PROTOCOL.md section 11): who gets which, for where, and signed by whom.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { makeAuthority } from '../support/certificates.ts';
import { Client } from '../support/client.ts';
import type { IceServers, RTCIceServer } from '../support/schema.ts';
import { Server, type ServerOptions } from '../support/server.ts';

async function start(t: TestContext, options: ServerOptions = {}): Promise<Server> {
  const server = await Server.start(options);
  t.after(() => server.stop());
  return server;
}

function turnOf(servers: IceServers): RTCIceServer {
  const found = servers.filter(({ credential }) => credential !== undefined);
  assert.equal(found.length, 1, JSON.stringify(servers));
  return found[0]!;
}

/** The URLs of our own TURN for a client that says so in its handshake; of a call with itself. */
async function urlsFor(
  server: Server,
  headers: Record<string, string>,
  ca?: string,
): Promise<string[]> {
  const client = await Client.join(server, 'Ana', {}, { headers, ca });
  const { servers } = await client.request({ type: 'relay.test' }, 'relay.test');
  client.close();
  return turnOf(servers[0]!).urls as string[];
}

interface Ring {
  call: string;
  ana: { participant: string; servers: IceServers };
  ben: { participant: string; servers: IceServers };
}
async function ring(ana: Client, ben: Client): Promise<Ring> {
  const ringing = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
  const incoming = await ben.next('call.incoming');
  return {
    call: ringing.call,
    ana: { participant: ringing.participant, servers: ringing.ice_servers },
    ben: { participant: incoming.participant, servers: incoming.ice_servers },
  };
}

describe('credentials', { concurrency: true }, () => {
  let server: Server;
  let key: Buffer;
  before(async () => {
    server = await Server.start({ args: ['--allowed-host', 'calls.example'] });
    key = await readFile(join(server.dataDir, 'relay.key'));
  });
  after(async () => {
    await server.stop();
  });

  /** Ours for this participant, signed with the server's key and good for so long from now. */
  function verify(servers: IceServers, call: string, participant: string, seconds = 7_200): void {
    const port = String(server.port);
    const turn = turnOf(servers);
    assert.deepEqual(servers[0], { urls: [`stun:127.0.0.1:${port}`] });
    assert.deepEqual(turn.urls, [
      `turn:127.0.0.1:${port}?transport=udp`,
      `turn:127.0.0.1:${port}?transport=tcp`,
    ]);
    const [expiry, ...names] = turn.username?.split(':') ?? [];
    assert.deepEqual(names, [call, participant]);
    const left = Number(expiry) - Date.now() / 1_000;
    assert(left > seconds - 60 && left <= seconds, `${String(left)} s are left`);
    const digest = createHmac('sha1', key).update(turn.username ?? '');
    assert.equal(turn.credential, digest.digest('base64'));
  }

  test('each participant has their own, from the ring on', async () => {
    const [ana, ben] = [await Client.join(server, 'Ana'), await Client.join(server, 'Ben')];
    const rang = await ring(ana, ben);
    verify(rang.ana.servers, rang.call, rang.ana.participant);
    verify(rang.ben.servers, rang.call, rang.ben.participant);
    const { call } = rang;
    const own = await ben.request({ type: 'call.accept', call }, 'call.accepted');
    verify(own.ice_servers ?? [], call, rang.ben.participant);
    assert(!('ice_servers' in (await ana.next('call.accepted'))));
    assert.equal(ana.welcome.ice_servers.length, 1, 'welcome has STUN only');

    const fresh = await ana.request({ type: 'call.relay', call }, 'call.relay');
    assert.equal(fresh.call, call);
    verify(fresh.ice_servers, call, rang.ana.participant);
    const cleo = await Client.join(server, 'Cleo');
    await cleo.refused({ type: 'call.relay', call }, 'not_in_call');
    await ben.request({ type: 'call.end', call }, 'call.ended');
    await ana.next('call.ended');
    await ana.refused({ type: 'call.relay', call }, 'unknown_call');
    for (const client of [ana, ben, cleo]) {
      await client.silent();
      client.close();
    }
  });

  test('who comes back finds the servers where they are now', async () => {
    const [ana, ben] = [await Client.join(server, 'Ana'), await Client.join(server, 'Ben')];
    const { call, ben: bens } = await ring(ana, ben);
    ben.destroy();
    await ben.closed();
    const headers = { Host: 'calls.example:8080' };
    const back = await Client.connect(server, { headers });
    const { calls, ice_servers } = await back.hello({ name: 'Ben', resume: ben.resume });
    assert.deepEqual(ice_servers, [{ urls: ['stun:calls.example:8080'] }]);
    const turn = turnOf(calls[0]?.ice_servers ?? []);
    assert.deepEqual(turn.urls, [
      'turn:calls.example:8080?transport=udp',
      'turn:calls.example:8080?transport=tcp',
    ]);
    assert.match(turn.username ?? '', new RegExp(`:${call}:${bens.participant}$`));
    ana.close();
    back.close();
  });

  test('a call with oneself, now and then', async () => {
    const ana = await Client.join(server, 'Ana');
    const { servers } = await ana.request({ type: 'relay.test' }, 'relay.test');
    const ends = servers.map((list) => turnOf(list).username?.split(':') ?? []);
    const [one, other] = [ends[0]!, ends[1]!];
    assert.equal(one[1], other[1], 'one call');
    assert.notEqual(one[2], other[2], 'two participants');
    verify(servers[0]!, one[1] ?? '', one[2] ?? '', 60);
    verify(servers[1]!, other[1] ?? '', other[2] ?? '', 60);
    await ana.refused({ type: 'relay.test' }, 'rate_limited');
    await ana.silent();
    ana.close();
  });
});

describe('where the relay is', { concurrency: true }, () => {
  test('turns: for those who came over TLS by a name that the certificate can be for', async (t) => {
    const authority = await makeAuthority();
    t.after(() => authority.remove());
    const { certificate, key } = await authority.issue('localhost');
    const server = await start(t, {
      args: ['--tls-cert', certificate, '--tls-key', key, '--allowed-host', 'calls.example'],
    });
    assert.deepEqual(await urlsFor(server, { Host: 'calls.example' }, authority.pem), [
      'turn:calls.example:443?transport=udp',
      'turn:calls.example:443?transport=tcp',
      'turns:calls.example:443?transport=tcp',
    ]);
    assert.deepEqual(await urlsFor(server, {}, authority.pem), [
      `turn:127.0.0.1:${String(server.port)}?transport=udp`,
      `turn:127.0.0.1:${String(server.port)}?transport=tcp`,
    ]);
  });

  test('no turns: with a certificate that nobody vouches for', async (t) => {
    const server = await start(t, {
      args: ['--tls-self-signed', '--allowed-host', 'calls.example'],
    });
    const ca = await readFile(join(server.dataDir, 'self-signed.crt'), 'utf8');
    const urls = await urlsFor(server, { Host: 'calls.example' }, ca);
    assert.deepEqual(urls, [
      'turn:calls.example:443?transport=udp',
      'turn:calls.example:443?transport=tcp',
    ]);
  });

  const throughProxy = { 'X-Forwarded-For': '198.51.100.1', 'X-Forwarded-Proto': 'https' };

  test('through a proxy nobody knows, and a call needs none', async (t) => {
    const server = await start(t, { args: ['--trusted-proxy', '127.0.0.1'] });
    const options = { headers: throughProxy };
    const ana = await Client.join(server, 'Ana', {}, options);
    const ben = await Client.join(server, 'Ben', {}, options);
    const { call, ana: anas, ben: bens } = await ring(ana, ben);
    assert.deepEqual([anas.servers, bens.servers], [[], []]);
    const fresh = await ben.request({ type: 'call.relay', call }, 'call.relay');
    assert.deepEqual(fresh.ice_servers, []);
    await ana.refused({ type: 'relay.test' }, 'relay_unavailable');
    assert.match((await server.stop()).stderr, /--relay-url/, 'the operator is warned');
  });

  test('unless the operator says where', async (t) => {
    const turn = ['turn:turn.example:3478?transport=udp', 'turns:turn.example:443?transport=tcp'];
    const args = ['--trusted-proxy', '127.0.0.1', ...turn.flatMap((url) => ['--relay-url', url])];
    const server = await start(t, { args });
    assert.deepEqual(await urlsFor(server, throughProxy), turn);
    assert.deepEqual(await urlsFor(server, {}), turn);
    const ana = await Client.join(server, 'Ana');
    assert.deepEqual(ana.welcome.ice_servers, [{ urls: ['stun:turn.example:3478'] }]);
    assert.doesNotMatch((await server.stop()).stderr, /--relay-url/);
  });

  test('nowhere, when it is off', async (t) => {
    const server = await start(t, {
      args: ['--relay', 'off', '--ice-server', 'turn:turn.example;username=u;credential=c'],
    });
    const [ana, ben] = [await Client.join(server, 'Ana'), await Client.join(server, 'Ben')];
    const { ben: bens } = await ring(ana, ben);
    assert.deepEqual(bens.servers, ben.welcome.ice_servers);
    assert.deepEqual(bens.servers, [
      { urls: [`stun:127.0.0.1:${String(server.port)}`] },
      { urls: ['turn:turn.example'], username: 'u', credential: 'c' },
    ]);
    await ana.refused({ type: 'relay.test' }, 'relay_unavailable');
  });

  test('the key outlives the server, so that credentials do', async (t) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'visavis-relay-key-'));
    t.after(() => rm(dataDir, { recursive: true, force: true }));
    const first = await Server.start({ dataDir });
    const key = await readFile(join(dataDir, 'relay.key'));
    await first.stop();
    const second = await start(t, { dataDir });
    const ana = await Client.join(second, 'Ana');
    const { servers } = await ana.request({ type: 'relay.test' }, 'relay.test');
    const { username = '', credential } = turnOf(servers[0]!);
    assert.equal(credential, createHmac('sha1', key).update(username).digest('base64'));
    assert.deepEqual(await readFile(join(dataDir, 'relay.key')), key);
  });
});
