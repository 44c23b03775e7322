// Sessions outlive their sockets: nothing is lost and nothing comes twice (PROTOCOL.md section 3).
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { Random } from '../support/random.ts';
import { ResumingClient } from '../support/resuming_client.ts';
import { Server } from '../support/server.ts';

const fast = {
  messages_per_second: 1_000_000,
  messages_burst: 1_000_000,
  cost_us_per_second: 1_000_000,
  cost_us_burst: 60_000_000,
};

describe('resume', { concurrency: true }, () => {
  let server: Server;
  before(async () => {
    server = await Server.start({ limits: fast });
  });
  after(async () => {
    await server.stop();
  });

  /** A call, as far as it must be known to signal in it. */
  async function talk(
    ana: Client,
    ben: Client,
  ): Promise<{ call: string; caller: string; callee: string }> {
    const ringing = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
    const { call, participant: callee } = await ben.next('call.incoming');
    await ben.request({ type: 'call.accept', call }, 'call.accepted');
    await ana.next('call.accepted');
    return { call, caller: ringing.participant, callee };
  }

  test('what was sent meanwhile comes afterwards, in order', async () => {
    const ana = await Client.join(server, 'Ana');
    const ben = await Client.join(server, 'Ben');
    const watcher = await Client.join(server, 'Watcher');
    const { call, caller } = await talk(ana, ben);
    ana.destroy();
    await ana.closed();
    for (let n = 0; n < 5; n += 1) ben.send({ type: 'signal', call, to: caller, data: { n } });
    await ben.request({ type: 'call.invite', call, to: [watcher.user] }, 'call.ringing');
    await watcher.next('call.incoming');
    ben.send({ type: 'signal', call, to: caller, data: { n: 5 } });
    await ben.silent();
    assert(watcher.people.has(ana.user), 'Ana stays online to others');

    const back = await Client.connect(server);
    const welcome = await back.hello({ name: 'Ana', resume: ana.resume });
    assert.deepEqual(
      { resumed: welcome.resume.resumed, received: welcome.resume.received },
      { resumed: true, received: 1 },
    );
    assert.deepEqual(
      welcome.calls.map((state) => state.call),
      [call],
    );
    assert.equal(welcome.session, ana.welcome.session);
    for (let n = 0; n < 5; n += 1) assert.equal((await back.next('signal')).data['n'], n);
    const ringing = await back.next('call.ringing');
    assert(ringing.participants.some(({ user }) => user === watcher.user));
    assert.equal((await back.next('signal')).data['n'], 5);
    await back.silent();
  });

  test('what somebody sent who has left the call meanwhile comes empty, and is counted', async () => {
    const ana = await Client.join(server, 'Ana');
    const ben = await Client.join(server, 'Ben');
    const { call, caller, callee } = await talk(ana, ben);
    ana.destroy();
    await ana.closed();
    for (let n = 0; n < 5; n += 1) ben.send({ type: 'signal', call, to: caller, data: { n } });
    await ben.request({ type: 'call.end', call }, 'call.ended');

    const back = await Client.connect(server);
    const welcome = await back.hello({ name: 'Ana', resume: ana.resume });
    assert.deepEqual(
      { resumed: welcome.resume.resumed, received: welcome.resume.received, calls: welcome.calls },
      { resumed: true, received: 1, calls: [] },
    );
    for (let n = 0; n < 5; n += 1) {
      const empty = { type: 'signal', call, from: callee, data: {} };
      assert.deepEqual(await back.next('signal'), empty);
    }
    assert.equal((await back.next('call.ended')).reason, 'hangup');
    await back.silent();
  });

  test('a call that begins to ring while the socket is away rings afterwards', async () => {
    const ana = await Client.join(server, 'Ana');
    const ben = await Client.join(server, 'Ben');
    ben.destroy();
    await ben.closed();
    const { call } = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
    const back = await Client.connect(server);
    const welcome = await back.hello({ name: 'Ben', resume: ben.resume });
    assert.deepEqual(
      welcome.calls.map((state) => state.call),
      [call],
    );
    assert.equal((await back.next('call.incoming')).call, call);
    await back.request({ type: 'call.accept', call }, 'call.accepted');
    await ana.next('call.accepted');
  });

  test('a new socket replaces one that still stands', async () => {
    const ana = await Client.join(server, 'Ana');
    const back = await Client.connect(server);
    assert.equal((await back.hello({ name: 'Ana', resume: ana.resume })).resume.resumed, true);
    const bye = await ana.next('bye');
    assert.deepEqual([bye.code, bye.reconnect], ['replaced', false]);
    assert.equal((await ana.closed()).code, 4001);
    await back.silent();
  });

  test('a reloaded page gets a snapshot instead, and counts from zero', async () => {
    const ana = await Client.join(server, 'Ana');
    const ben = await Client.join(server, 'Ben');
    const ringing = await ana.request(
      { type: 'call.start', to: [ben.user], video: false },
      'call.ringing',
    );
    const incoming = await ben.next('call.incoming');
    ben.close(1001);
    await ben.closed();

    const reloaded = await Client.connect(server);
    const { token } = ben.welcome.resume;
    const ringingStill = await reloaded.hello({ name: 'Ben', resume: { token } });
    assert.equal(ringingStill.resume.resumed, true);
    assert.equal(ringingStill.resume.received, 0);
    // Fresh credentials among them, so they need not be those of before.
    const calls = ringingStill.calls.map(({ ice_servers, ...rest }) => {
      assert.equal(ice_servers.length, incoming.ice_servers.length);
      return rest;
    });
    assert.deepEqual(calls, [
      {
        call: ringing.call,
        participant: incoming.participant,
        from: ringing.participant,
        video: false,
        participants: ringing.participants,
      },
    ]);
    await reloaded.silent();
    await reloaded.request({ type: 'call.accept', call: ringing.call }, 'call.accepted');
    await ana.next('call.accepted');

    reloaded.destroy();
    await reloaded.closed();
    const again = await Client.connect(server);
    const joined = await again.hello({ name: 'Ben', resume: { token: ringingStill.resume.token } });
    assert(joined.calls[0]?.participants.every(({ state }) => state === 'joined'));
    again.send({
      type: 'signal',
      call: ringing.call,
      to: ringing.participant,
      data: { afterwards: true },
    });
    assert.equal((await ana.next('signal')).data['afterwards'], true);
  });

  test('others cannot make too much wait: they are told to send it later', async () => {
    const own = await Server.start({ limits: { ...fast, replay_bytes_max: 16_384 } });
    try {
      const ana = await Client.join(own, 'Ana');
      const ben = await Client.join(own, 'Ben');
      const { call, caller } = await talk(ana, ben);
      ana.destroy();
      await ana.closed();
      const data = { pad: 'x'.repeat(1_000) };
      ben.send({ type: 'signal', call, to: caller, data });
      for (let n = 1; n < 20; n += 1) {
        await ben.refused({ type: 'signal', call, to: caller, data }, 'rate_limited');
      }
      const back = await Client.connect(own);
      assert.equal((await back.hello({ name: 'Ana', resume: ana.resume })).resume.resumed, true);
      assert.deepEqual((await back.next('signal')).data, data);
      // Once she has acknowledged it, there is room again.
      back.send({ type: 'ping', received: ana.received + back.received });
      await back.next('pong');
      ben.send({ type: 'signal', call, to: caller, data });
      assert.deepEqual((await back.next('signal')).data, data);
      await ben.silent();
    } finally {
      await own.stop();
    }
  });

  test('too much was waiting: resume_expired, then a new session on the same socket', async () => {
    const own = await Server.start({ limits: { ...fast, replay_bytes_max: 16_384 } });
    try {
      const ana = await Client.join(own, 'Ana');
      const ben = await Client.join(own, 'Ben');
      await talk(ana, ben);
      // What Ana asks for herself, as if none of the answers had arrived.
      const { resume } = ana;
      let waiting = 0;
      while (waiting <= 16_384) {
        ana.send({ type: 'people.search', query: 'n' });
        waiting += (await ana.nextText('people.found')).length;
      }
      ana.destroy();
      await ana.closed();
      const back = await Client.connect(own);
      const { identity } = ana.welcome;
      await back.refused({ type: 'hello', name: 'Ana', identity, resume }, 'resume_expired');
      // The old session is over: Ben is not left in a call with somebody who cannot come back.
      assert.equal((await ben.next('call.ended')).reason, 'lost');
      const welcome = await back.hello({ name: 'Ana', identity });
      assert.equal(welcome.resume.resumed, false);
      assert.equal(welcome.user, ana.user);
      assert.notEqual(welcome.session, ana.welcome.session);
    } finally {
      await own.stop();
    }
  });

  test('nobody resumes with a token that is not theirs', async () => {
    const ana = await Client.join(server, 'Ana');
    const { token } = ana.welcome.resume;
    const client = await Client.connect(server);
    const wrong = [
      `${token}A`,
      token.slice(1),
      token.slice(0, -1),
      ana.welcome.session,
      'x',
      token.slice(0, -4) + 'AAAA',
    ];
    for (const guess of wrong) {
      await client.refused(
        { type: 'hello', name: 'Eve', resume: { token: guess, received: 0 } },
        'resume_expired',
      );
    }
    await ana.silent();
  });

  test('the window passes: others learn it, the call ends with lost', async () => {
    const own = await Server.start({ limits: { resume_window_ms: 300 } });
    try {
      const ana = await Client.join(own, 'Ana');
      const ben = await Client.join(own, 'Ben');
      assert.equal(ana.welcome.resume.window_ms, 300);
      await talk(ana, ben);
      ana.destroy();
      assert.equal((await ben.next('call.ended')).reason, 'lost');
      await ben.knows((people) => !people.has(ana.user), 'Ana is gone');
      const back = await Client.connect(own);
      await back.refused({ type: 'hello', name: 'Ana', resume: ana.resume }, 'resume_expired');
    } finally {
      await own.stop();
    }
  });

  test('a page that said 1001 is waited for only shortly', async () => {
    const own = await Server.start({ limits: { reload_window_ms: 200 } });
    try {
      const watcher = await Client.join(own, 'Watcher');
      const reloading = await Client.join(own, 'Ana');
      const lost = await Client.join(own, 'Ben');
      await watcher.knows((people) => people.has(lost.user), 'all are here');
      lost.destroy();
      reloading.close(1001);
      await watcher.knows((people) => !people.has(reloading.user), 'who closed the page is gone');
      assert(watcher.people.has(lost.user), 'who lost the network is not');
    } finally {
      await own.stop();
    }
  });

  test('the server acknowledges every 32 messages', async () => {
    const ana = await Client.join(server, 'Ana');
    const ben = await Client.join(server, 'Ben');
    const { call, callee } = await talk(ana, ben);
    const counted = 1;
    for (let n = 0; n < 64; n += 1) ana.send({ type: 'signal', call, to: callee, data: {} });
    for (let n = 0; n < 64; n += 1) await ben.next('signal');
    // No heartbeat of Ana's asked for it.
    await ana.acknowledges(64);
    await ana.silent();
    assert.equal(ana.acknowledged, 64 + counted);
  });

  test('exactly once and in order, wherever the sockets break', async () => {
    const random = new Random();
    await random.told(async () => {
      const own = await Server.start({ limits: fast });
      const people = [
        await ResumingClient.join(own, 'Ana'),
        await ResumingClient.join(own, 'Ben'),
      ] as const;
      const { call, caller, callee } = await talk(people[0].client, people[1].client);
      // What was asked for by hand is known to both sides from here on.
      for (const person of people) person.countsFromHere();
      const sent = [0, 0];

      for (let step = 0; step < 400; step += 1) {
        const who = random.below(2);
        const person = people[who];
        assert(person !== undefined);
        if (!person.isConnected && random.chance(0.5)) {
          await person.comeBack();
        } else if (person.isConnected && random.chance(0.15)) {
          // Some of what was just written is on its way, some is not, nobody knows.
          await person.lose();
        } else if (person.isConnected && random.chance(0.2)) {
          person.ping();
        } else {
          for (let burst = random.below(12); burst >= 0; burst -= 1) {
            const to = who === 0 ? callee : caller;
            const n = (sent[who] = (sent[who] ?? 0) + 1);
            person.send({
              type: 'signal',
              call,
              to,
              data: { n, pad: 'x'.repeat(random.below(300)) },
            });
          }
        }
        if (random.chance(0.3)) await new Promise(setImmediate);
      }
      for (const person of people) if (!person.isConnected) await person.comeBack();
      for (const person of people) await person.settle(); // all that was sent has been forwarded
      for (const person of people) await person.settle(); // all that was forwarded has been heard
      for (const [who, person] of people.entries()) {
        const heard = person.heard.map((message) =>
          message.type === 'signal' ? message.data['n'] : JSON.stringify(message),
        );
        const all = Array.from({ length: sent[1 - who] ?? 0 }, (_, n) => n + 1);
        assert.deepEqual(heard, all, `${person.name} heard everything once`);
      }
      await own.stop();
    });
  });
});
