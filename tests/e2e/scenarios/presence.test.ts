// The list of people online, and what it shows of those who are in a call.
import assert from 'node:assert/strict';
import { until } from '../driver/until.ts';
import { button, connect, hangUpAndLeave } from '../fixtures/person.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';

// Somebody who closes the page may be reloading it; this long the others wait.
const reload_window_ms = 300;

scenario(
  'seed 06–08: the list of people online follows who comes and goes',
  { pairs: pairs.mixed, limits: { reload_window_ms } },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const ben = await world.person('Ben', other);
    await Promise.all([ana.sees(ben), ben.sees(ana)]);

    await ben.tab.close();
    await ana.seesNo(ben);

    const ben2 = await world.personAt('Ben', ben.place);
    await ben2.join();
    await Promise.all([ana.sees(ben2), ben2.sees(ana)]);
  },
);

scenario(
  'a third person sees who is in a call, until it is over',
  {},
  async (world, [one, other]) => {
    const cleo = await world.person('Cleo', one);
    const [ana, ben] = await world.couple([one, other]);
    await Promise.all([cleo.sees(ana), cleo.sees(ben)]);
    await cleo.seesSomebodyInCall(false);

    await connect(ana, ben);
    await cleo.seesSomebodyInCall(true);
    await hangUpAndLeave(ben, ana);
    await cleo.seesSomebodyInCall(false);
    await connect(cleo, ana);
  },
);

scenario(
  'who is beyond the list is found by searching, and can be called',
  { limits: { presence_list_max: 1 } },
  async (world, [one]) => {
    const ana = await world.person('Ana', one);
    const ben = await world.person('Ben', one);
    const cleo = await world.person('Cleo', one);
    await cleo.sees(ana);
    assert.equal(await cleo.tab.count(button('Call Ben')), 0);

    await cleo.tab.fill({ role: 'searchbox', name: 'Search people' }, 'be');
    await connect(cleo, ben);
  },
);

scenario(
  'seed 09: own video shows at once; Call unlocks when the media is ready',
  { pairs: pairs.some },
  async (world, [one, other]) => {
    const ben = await world.person('Ben', other);
    const ana = await world.visitor('Ana', one, { holdMedia: true });
    await ana.join();
    await ana.sees(ben);
    assert.equal(await ana.tab.isDisabled(button('Call Ben')), true);

    await ana.tab.evaluate(() => {
      window.__e2e.releaseMedia();
    }, null);
    await until('Call is unlocked', async () => !(await ana.tab.isDisabled(button('Call Ben'))));
    await ana.seesOneself();
  },
);
