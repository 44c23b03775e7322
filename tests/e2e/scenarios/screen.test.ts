// Showing one's screen, beside one's own picture.
import assert from 'node:assert/strict';
import { until } from '../driver/until.ts';
import { button, connect } from '../fixtures/person.ts';
import { enterRoom, meet, openRoom, reads } from '../fixtures/room.ts';
import { scenario, type Pair } from '../fixtures/scenario.ts';
import {
  grows,
  mediaState,
  screenOf,
  seesScreen,
  withoutNegotiation,
} from '../fixtures/together.ts';

// Firefox has no screen to share without a person to choose it.
const chromiumShares: readonly Pair[] = [
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
];

scenario(
  'seed 21: a screen is shown beside the camera, with its sound and without negotiating; its end is seen',
  { pairs: chromiumShares, short: true, timeoutMs: 90_000 },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await connect(ana, ben);
    await withoutNegotiation([ana, ben], async () => {
      await ana.tab.click(button('Share screen'));
      await seesScreen(ben, ana);
      await reads(ana, /You are sharing your screen/);
      await reads(ben, /Ana shares their screen/);
      assert.deepEqual((await mediaState(ana)).liveDisplay.toSorted(), ['audio', 'video']);
      await grows(ben, 'hears the screen of Ana', 'screenSoundReceived', 1_000);
      // The camera goes on beside it.
      await Promise.all([ana.receives(), ben.receives()]);

      await ana.tab.click(button('Stop sharing'));
      await ben.tab.seeNo(screenOf(ana));
      assert.deepEqual((await mediaState(ana)).liveDisplay, []);
      assert.doesNotMatch(await ana.tab.pageText(), /You are sharing your screen/);

      // And once more, over the same connection; this time the banner's own button ends it.
      await ana.tab.click(button('Share screen'));
      await seesScreen(ben, ana);
      await ana.tab.click(button('Stop sharing your screen'));
      await ben.tab.seeNo(screenOf(ana));
      await Promise.all([ana.receives(), ben.receives()]);
    });
  },
);

scenario(
  'a screen whose sharing is ended in the browser’s own bar is gone for everybody, and can be shared again',
  { pairs: chromiumShares },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await connect(ana, ben);
    await ana.tab.click(button('Share screen'));
    await seesScreen(ben, ana);
    assert(await ana.tab.evaluate(() => window.__e2e.endDisplay(), null));
    await ben.tab.seeNo(screenOf(ana));
    await ana.tab.see(button('Share screen'));
    assert.doesNotMatch(await ana.tab.pageText(), /You are sharing your screen/);
    await ana.tab.click(button('Share screen'));
    await seesScreen(ben, ana);
  },
);

scenario(
  'who comes to a room later sees the screen that is shared already; two screens at once are two',
  { pairs: chromiumShares, timeoutMs: 120_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const path = await openRoom(ana);
    // With nobody there yet.
    await ana.tab.click(button('Share screen'));
    await reads(ana, /You are sharing your screen/);

    const ben = await world.visitor('Ben', other, { path });
    await enterRoom(ben);
    await meet([ana, ben]);
    await seesScreen(ben, ana);

    const cleo = await world.visitor('Cleo', one, { path });
    await enterRoom(cleo);
    await meet([ana, ben, cleo]);
    await Promise.all([seesScreen(cleo, ana), seesScreen(ben, ana)]);

    await cleo.tab.click(button('Share screen'));
    await Promise.all([seesScreen(ana, cleo), seesScreen(ben, cleo)]);
    await ben.tab.see(screenOf(ana));

    // Who leaves takes their screen along, and nobody else's.
    await cleo.hangUp();
    await Promise.all([ana.tab.seeNo(screenOf(cleo)), ben.tab.seeNo(screenOf(cleo))]);
    await until('Cleo’s screen is let go', async () => {
      return (await mediaState(cleo)).liveDisplay.length === 0;
    });
    await seesScreen(ben, ana);
  },
);
