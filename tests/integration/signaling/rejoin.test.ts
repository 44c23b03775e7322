// Calls outlive the server: its next life, on the same data, takes them back (PROTOCOL.md section 6).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test, type TestContext } from 'node:test';
import { Client } from '../support/client.ts';
import { readMetrics } from '../support/metrics.ts';
import { Server, type ServerOptions } from '../support/server.ts';

const limits = { resume_window_ms: 1_000 };

interface Talk {
  call: string;
  ana: Client;
  ben: Client;
  anas: { participant: string; membership: string };
  bens: { participant: string; membership: string };
}

async function talk(server: Server): Promise<Talk> {
  const [ana, ben] = [await Client.join(server, 'Ana'), await Client.join(server, 'Ben')];
  const ringing = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
  const { call, participant } = await ben.next('call.incoming');
  const accepted = await ben.request({ type: 'call.accept', call }, 'call.accepted');
  assert.equal((await ana.next('call.accepted')).membership, undefined, 'not for Ana');
  assert(ringing.membership !== undefined && accepted.membership !== undefined);
  return {
    ...{ call, ana, ben },
    anas: { participant: ringing.participant, membership: ringing.membership },
    bens: { participant, membership: accepted.membership },
  };
}

const again = (server: Server, person: Client): Promise<Client> => {
  const { name, identity } = person.welcome;
  return Client.join(server, name, { identity });
};

describe('after a crash', { concurrency: true }, () => {
  /** Talks on a server that is killed; gives its next life. */
  async function crash(
    t: TestContext,
    options: ServerOptions = {},
  ): Promise<Talk & { server: Server }> {
    // The directory is the first server's to remove, so that one lives to the end.
    const keeper = await Server.start();
    t.after(() => keeper.stop());
    const dataDir = join(keeper.dataDir, 'of-another');
    const first = await Server.start({ ...options, dataDir });
    const talked = await talk(first);
    await first.kill();
    const server = await Server.start({ ...options, dataDir });
    t.after(() => server.stop());
    return { ...talked, server };
  }

  test('the call is the same, with signals and credentials that the relay takes', async (t) => {
    const { server, call, anas, bens, ...old } = await crash(t);
    const [ana, ben] = [await again(server, old.ana), await again(server, old.ben)];
    assert.deepEqual(ana.welcome.calls, []);
    const first = await ana.request(
      { type: 'call.rejoin', membership: anas.membership },
      'call.rejoined',
    );
    assert.deepEqual(
      [first.call, first.participant, first.from, first.video, first.participants.length],
      [call, anas.participant, anas.participant, true, 1],
    );
    const second = await ben.request(
      { type: 'call.rejoin', membership: bens.membership },
      'call.rejoined',
    );
    const names = second.participants.map(({ name, participant }) => [name, participant]);
    assert.deepEqual(names, [
      ['Ana', anas.participant],
      ['Ben', bens.participant],
    ]);
    const news = await ana.next('call.accepted');
    assert.equal(news.participant, bens.participant);
    assert(!('membership' in news) && !('ice_servers' in news));

    const key = await readFile(join(server.dataDir, 'relay.key'));
    const turn = second.ice_servers.find(({ username }) => username !== undefined);
    assert.match(turn?.username ?? '', new RegExp(`^\\d+:${call}:${bens.participant}$`));
    const digest = createHmac('sha1', key).update(turn?.username ?? '');
    assert.equal(turn?.credential, digest.digest('base64'));

    ana.send({ type: 'signal', call, to: bens.participant, data: { n: 1 } });
    assert.equal((await ben.next('signal')).from, anas.participant);
    const observer = await Client.join(server, 'Observer');
    await observer.knows(
      (people) => [ana, ben].every(({ user }) => people.get(user)?.in_call),
      'both are in a call',
    );
    assert.equal((await readMetrics(server)).get('visavis_calls_restored_total'), 1);

    await ben.request({ type: 'call.end', call }, 'call.ended');
    assert.equal((await ana.next('call.ended')).reason, 'hangup');
    await ana.refused({ type: 'call.rejoin', membership: anas.membership }, 'unknown_call');
    for (const client of [ana, ben, observer]) {
      await client.silent();
      client.close();
    }
  });

  test('whoever waits for the other one in vain is told so', async (t) => {
    const { server, call, anas, ...old } = await crash(t, { limits });
    const ana = await again(server, old.ana);
    await ana.request({ type: 'call.rejoin', membership: anas.membership }, 'call.rejoined');
    const ended = await ana.next('call.ended');
    assert.deepEqual([ended.call, ended.reason], [call, 'lost']);
    ana.close();
  });
});

describe('without one', { concurrency: true }, () => {
  let server: Server;
  before(async () => {
    server = await Server.start();
  });
  after(async () => {
    await server.stop();
  });

  test('nobody rejoins', async () => {
    const { ana, ben, anas, bens, call } = await talk(server);
    const rejoin = (membership: string) => ({ type: 'call.rejoin', membership }) as const;
    await ana.refused(rejoin(anas.membership), 'membership_invalid');
    await ana.refused(rejoin(bens.membership), 'membership_invalid');
    await ana.refused(rejoin(ana.welcome.identity), 'membership_invalid');
    await ana.refused(rejoin('anything'), 'membership_invalid');
    const twin = await again(server, ana);
    await twin.refused(rejoin(anas.membership), 'membership_invalid');
    await ana.request({ type: 'call.end', call }, 'call.ended');
    await ana.refused(rejoin(anas.membership), 'membership_invalid');
    await ben.next('call.ended');
    for (const client of [ana, ben, twin]) {
      await client.silent();
      client.close();
    }
  });

  test('another server takes nobody in', async (t) => {
    const other = await Server.start();
    t.after(() => other.stop());
    const { anas } = await talk(server);
    const stranger = await Client.join(other, 'Ana');
    await stranger.refused(
      { type: 'call.rejoin', membership: anas.membership },
      'membership_invalid',
    );
    stranger.close();
  });
});
