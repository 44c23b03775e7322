// The WebSocket dies, the server dies: calls go on, and everybody is back as who they were.
import assert from 'node:assert/strict';
import { until } from '../driver/until.ts';
import { connect, talk, type Person } from '../fixtures/person.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';

async function endsOnBothSides(one: Person, other: Person): Promise<void> {
  await one.hangUp();
  await Promise.all([one.backToLobby(), other.backToLobby()]);
  await Promise.all([one.hasNoLink(), other.hasNoLink()]);
}

scenario(
  'the WebSockets are reset during a call: it goes on over the same link, and hanging up arrives',
  { pairs: pairs.all, short: true },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await connect(ana, ben);
    ana.network.reset();
    ben.network.reset();
    await until(
      'both sessions are resumed',
      async () => (await world.metric('visavis_sessions_resumed_total')) >= 2,
    );
    await talk(ana, ben);
    for (const person of [ana, ben]) {
      const { connectionsMade } = await person.tab.evaluate(() => window.__e2e.mediaState(), null);
      assert.equal(connectionsMade, 1);
    }
    await endsOnBothSides(ana, ben);
    await world.seesNoCalls();
  },
);

scenario(
  'a network that swallows everything during a call is noticed, and hanging up arrives without the server',
  { pairs: pairs.mixed },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await connect(ana, ben);
    ana.network.stall();
    // Her heartbeat notices within 1.5 s and opens sockets that get no answer either.
    await ana.receives();
    await ana.hangUp();
    // Over the data channel: the server has not heard of it yet.
    await Promise.all([ana.backToLobby(), ben.backToLobby()]);
    ana.network.restore();
    await Promise.all([ana.hasNoLink(), ben.hasNoLink(), world.seesNoCalls()]);
    await connect(ana, ben);
  },
);

scenario(
  'the network of the person called is gone while it rings: accepting counts once it is back',
  { pairs: pairs.some },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await ana.sees(ben);
    await ana.call(ben);
    await ben.isRungBy(ana);
    ben.network.cut();
    await ben.accept();
    ben.network.restore();
    await talk(ana, ben);
    await endsOnBothSides(ben, ana);
  },
);

scenario(
  'the caller’s WebSocket is reset while it rings: what was missed arrives, once',
  { pairs: pairs.some },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await ana.sees(ben);
    await ana.call(ben);
    await ben.isRungBy(ana);
    ana.network.cut();
    await ben.accept();
    ana.network.restore();
    await talk(ana, ben);
    await endsOnBothSides(ana, ben);
    await world.seesNoCalls();
  },
);

scenario(
  'the server is killed and restarted during a call: media goes on, both and their call are back',
  { pairs: pairs.all, short: true },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    const before = [await world.userIdOf('Ana'), await world.userIdOf('Ben')];
    await connect(ana, ben);

    await world.restartServer();
    await Promise.all([ana.receives(), ben.receives()]);
    await until('both are back', async () => (await world.metric('visavis_people')) === 2);
    assert.deepEqual([await world.userIdOf('Ana'), await world.userIdOf('Ben')], before);
    await Promise.all([ana.receives(), ben.receives()]);

    await until('others see both in a call', async () => {
      const names = await world.namesInCall();
      return names.join() === 'Ana,Ben';
    });
    assert.equal(await world.metric('visavis_calls_restored_total'), 1);
    await endsOnBothSides(ana, ben);
    await world.seesNoCalls();
    assert.equal(await world.metric('visavis_calls_ended_total{reason="hangup"}'), 1);
    await connect(ben, ana);
  },
);
