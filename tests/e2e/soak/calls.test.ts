// Many calls on the same two pages: whatever each leaves behind would add up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChromiumTab } from '../driver/chromium.ts';
import { closeBrowsers } from '../driver/browsers.ts';
import { connect, hangUpAndLeave } from '../fixtures/person.ts';
import { World } from '../fixtures/world.ts';

const calls = Number(process.env['SOAK_CALLS'] ?? '200');
const warmUpCalls = 10;
// Caches still fill and code is compiled, however many calls there are.
const heapBytesMax = 1_000_000 + calls * 10_000;
const serverBytesMax = 500_000 + calls * 500;

test(
  `${String(calls)} calls in a row leave nothing behind`,
  { timeout: 60_000 + (warmUpCalls + calls) * 20_000 },
  async (context) => {
    const world = await World.create();
    try {
      const [ana, ben] = await world.couple(['chromium', 'firefox']);
      const { tab } = ana;
      assert(tab instanceof ChromiumTab);
      const callEachOther = async (times: number): Promise<void> => {
        for (let call = 0; call < times; call += 1) {
          const [caller, callee] = call % 2 === 0 ? [ana, ben] : [ben, ana];
          await connect(caller, callee);
          await hangUpAndLeave(callee, caller);
        }
      };
      const held = async (): Promise<{ heap: number; server: number }> => ({
        heap: await tab.heapBytes(),
        server: await world.metric('process_resident_memory_bytes'),
      });
      await callEachOther(warmUpCalls);
      const before = await held();
      await callEachOther(calls);
      await world.seesNoCalls();
      const after = await held();
      const heap = after.heap - before.heap;
      const server = after.server - before.server;
      const words = `${heap.toFixed(0)} B more of the page's heap, ${server.toFixed(0)} B of the server`;
      context.diagnostic(words);
      assert(heap < heapBytesMax, words);
      assert(server < serverBytesMax, words);
    } finally {
      await world.close();
      await closeBrowsers();
    }
  },
);
