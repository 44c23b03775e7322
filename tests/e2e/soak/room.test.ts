// A long conversation of three: no link breaks, and nobody's page grows.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { closeBrowsers } from '../driver/browsers.ts';
import { ChromiumTab } from '../driver/chromium.ts';
import { enterRoom, meet, openRoom } from '../fixtures/room.ts';
import { World } from '../fixtures/world.ts';

const minutes = Number(process.env['SOAK_MINUTES'] ?? '10');
const lookEveryMs = 10_000;
const heapBytesPerMinuteMax = 200_000;

test(
  `three people talk for ${String(minutes)} minutes`,
  { timeout: 120_000 + minutes * 90_000 },
  async (context) => {
    const world = await World.create();
    try {
      const ana = await world.person('Ana', 'chromium');
      const path = await openRoom(ana);
      const ben = await world.visitor('Ben', 'firefox', { path });
      await enterRoom(ben);
      const cleo = await world.visitor('Cleo', 'chromium', { path });
      await enterRoom(cleo);
      const people = [ana, ben, cleo];
      await meet(people);
      const { tab } = ana;
      assert(tab instanceof ChromiumTab);
      const connections = async (): Promise<number[]> =>
        Promise.all(
          people.map((person) =>
            person.tab.evaluate(() => window.__e2e.mediaState().connectionsMade, null),
          ),
        );
      const made = await connections();
      const heapBefore = await tab.heapBytes();
      const end = performance.now() + minutes * 60_000;
      while (performance.now() < end) {
        await meet(people);
        for (const person of people) {
          assert.doesNotMatch(await person.tab.pageText(), /reconnecting|interrupted/i);
        }
        await pause(Math.min(lookEveryMs, Math.max(0, end - performance.now())));
      }
      const perMinute = ((await tab.heapBytes()) - heapBefore) / minutes;
      const words = `per minute: ${perMinute.toFixed(0)} B of a page's heap`;
      context.diagnostic(words);
      assert.deepEqual(await connections(), made);
      assert(perMinute < heapBytesPerMinuteMax, words);
    } finally {
      await world.close();
      await closeBrowsers();
    }
  },
);
