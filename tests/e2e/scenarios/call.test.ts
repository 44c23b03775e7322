// Two people call each other, media flows directly, either hangs up.
import assert from 'node:assert/strict';
import { connect, hangUpAndLeave, talk } from '../fixtures/person.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';
import { until } from '../driver/until.ts';

scenario(
  'seed 10–13, 20: they see and hear each other, directly, with a data channel; either hangs up',
  { pairs: pairs.all, short: true },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await Promise.all([ana.sees(ben), ben.sees(ana)]);

    await ana.call(ben);
    await ben.isRungBy(ana);
    await ben.accept();
    const links = await talk(ana, ben);
    for (const link of links) {
      assert.notEqual(link.localCandidate, null);
      assert.notEqual(link.localCandidate, 'relay');
      assert.notEqual(link.remoteCandidate, 'relay');
    }
    for (const person of [ana, ben]) {
      await until(`${person.name} has negotiated, data channel included`, async () => {
        const [link] = await person.tab.links();
        return link?.signalingState === 'stable' && link.dataChannelStates.includes('open');
      });
    }

    await Promise.all([ana.seesOneself(), ben.seesOneself()]);

    await hangUpAndLeave(ana, ben);
    await Promise.all([ana.hasNoLink(), ben.hasNoLink()]);

    await connect(ben, ana);
    await hangUpAndLeave(ana, ben);
    await world.seesNoCalls();
  },
);
