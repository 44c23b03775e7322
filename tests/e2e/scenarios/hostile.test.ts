// Somebody in a room who sends what they like, and what the others notice of it.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { until } from '../driver/until.ts';
import { assertAnswers, Hostile, whileWatched, type Flood } from '../fixtures/hostile.ts';
import { button, type Person } from '../fixtures/person.ts';
import { enterRoom, hasLinks, openRoom, reads, receivesFrom } from '../fixtures/room.ts';
import { scenario, type Pair } from '../fixtures/scenario.ts';
import type { World } from '../fixtures/world.ts';

// The honest side; the others are Chromium.
const honest: readonly Pair[] = [
  ['chromium', 'chromium'],
  ['firefox', 'chromium'],
];
const timeoutMs = 240_000;
const watchMs = 1_500;

const floods: readonly (Flood & { readonly title: string })[] = [
  {
    title: 'reactions',
    channel: 'visavis',
    message: '{"type":"reaction","emoji":"👍"}',
    count: 59_000,
  },
  {
    title: 'states',
    channel: 'visavis',
    message: '{"type":"media","microphone_muted":true,"camera_off":true,"n":#}',
    count: 43_000,
  },
  {
    title: 'large data',
    channel: 'visavis',
    message: `{"type":"data","data":"${'x'.repeat(60_000)}"}`,
    count: 2_000,
  },
  { title: 'bytes', channel: 'visavis', message: 16, count: 50_000 },
  { title: 'nonsense', channel: 'visavis', message: '[#', count: 50_000 },
  {
    title: 'chat',
    channel: 'chat',
    message: '{"type":"message","seq":#,"id":"m#","text":"spam #","sent_at":0,"to_all":true}',
    count: 50_000,
  },
  {
    title: 'offers of files',
    channel: 'files',
    message: '{"type":"offer","transfer":#,"name":"#.bin","size":1,"file_type":""}',
    count: 50_000,
  },
  { title: 'pieces of no file', channel: 'files', message: 40_000, count: 5_000 },
];

// Ana and Ben in a room, without cameras: the machine has enough to do.
async function twoInRoom(world: World, [kind, other]: Pair): Promise<[Person, Person, string]> {
  const ana = await world.person('Ana', kind);
  const path = await openRoom(ana);
  const ben = await world.visitor('Ben', other, { path });
  await enterRoom(ben);
  for (const person of [ana, ben]) await person.tab.click(button('Turn camera off'));
  await receivesFrom(ana, 1, { video: false });
  return [ana, ben, path];
}

// They hear each other, over the one link that is left.
async function goOn(people: readonly Person[]): Promise<void> {
  await Promise.all(people.map((person) => receivesFrom(person, 1, { video: false })));
}

function openConnections({ tab }: Person): Promise<number> {
  return tab.evaluate(() => window.__e2e.openConnections().length, null);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function idleOf(ana: Person, context: TestContext): Promise<ReturnType<typeof whileWatched>> {
  const idle = await whileWatched(ana, () => pause(watchMs));
  context.diagnostic(`idle: ${JSON.stringify(idle)}`);
  return idle;
}

for (const flood of floods) {
  scenario(
    `hostile: a flood of ${flood.title} ends with who sends it`,
    { pairs: honest, timeoutMs, short: flood.title === 'reactions' },
    async (world, pair, context) => {
      const [ana, ben, path] = await twoInRoom(world, pair);
      const mallory = await Hostile.enter(world, 'Mallory', path, 2);
      await hasLinks(ana, 2);
      const idle = await idleOf(ana, context);
      const seen = await whileWatched(ana, async () => {
        await mallory.flood(flood);
        await reads(ana, /Removed: sent too much/);
        await pause(watchMs);
      });
      context.diagnostic(`flooded: ${JSON.stringify(seen)}`);
      assertAnswers(seen, idle, `a flood of ${flood.title}`);
      await reads(ben, /Removed: sent too much/);
      await reads(mallory.person, /Closed the connection: too much was sent to them/);
      assert.equal(await openConnections(ana), 1);
      await goOn([ana, ben]);
      await mallory.leave();
    },
  );
}

scenario(
  'hostile: as much as is allowed, without end, disturbs nobody',
  { pairs: honest, timeoutMs },
  async (world, pair, context) => {
    const [ana, ben, path] = await twoInRoom(world, pair);
    const mallory = await Hostile.enter(world, 'Mallory', path, 2);
    await hasLinks(ana, 2);
    const idle = await idleOf(ana, context);
    const seen = await whileWatched(ana, () =>
      Promise.all([
        mallory.flood({
          channel: 'visavis',
          message: '{"type":"reaction","emoji":"👍"}',
          count: 600,
          perSecond: 60,
        }),
        mallory.flood({
          channel: 'visavis',
          message: '{"type":"media","microphone_muted":true,"camera_off":true,"hand_raised":true}',
          count: 600,
          perSecond: 60,
        }),
        mallory.flood({
          channel: 'chat',
          message: '{"type":"message","seq":#,"id":"m#","text":"spam #","sent_at":0,"to_all":true}',
          count: 400,
          perSecond: 40,
        }),
      ]),
    );
    context.diagnostic(`busy: ${JSON.stringify(seen)}`);
    assertAnswers(seen, idle, 'all that is allowed');
    await hasLinks(ana, 2);
    await receivesFrom(ben, 2, { video: false });
    await mallory.leave();
  },
);

scenario(
  'hostile: who begins connections without end is removed, and a newcomer still gets in',
  { pairs: honest, timeoutMs, short: true },
  async (world, pair, context) => {
    const [ana, ben, path] = await twoInRoom(world, pair);
    const mallory = await Hostile.enter(world, 'Mallory', path, 2);
    await hasLinks(ana, 2);
    const idle = await idleOf(ana, context);
    const sdp = await mallory.offer();
    const data = JSON.stringify({
      link: 'mallory-#',
      generation: 1,
      description: { type: 'offer', sdp: sdp.replaceAll('#', '') },
    });
    let most = 0;
    const seen = await whileWatched(ana, async () => {
      const sending = mallory.signal({ data, to: 'Ana', count: 120, perSecond: 15 });
      await until('Mallory is removed', async () => {
        most = Math.max(most, await openConnections(ana));
        return (await ana.tab.pageText()).includes('Removed: sent too much');
      });
      await sending;
    });
    context.diagnostic(`signals: ${JSON.stringify(seen)}, ${String(most)} connections at most`);
    assertAnswers(seen, idle, 'new connections without end');
    assert(most <= 3, `${String(most)} connections, with two others`);
    const cleo = await world.visitor('Cleo', 'chromium', { path });
    await enterRoom(cleo);
    await hasLinks(ana, 2);
    await receivesFrom(ben, 3, { audio: false, video: false });
    assert.equal(await openConnections(ana), 2);
    await mallory.leave();
  },
);

scenario(
  'hostile: a channel that nobody agreed upon ends the link',
  { pairs: honest, timeoutMs },
  async (world, pair) => {
    const [ana, ben, path] = await twoInRoom(world, pair);
    const mallory = await Hostile.enter(world, 'Mallory', path, 2);
    await hasLinks(ana, 2);
    await mallory.openChannels(1_000);
    await reads(ana, /Removed: sent too much/);
    await goOn([ana, ben]);
    await mallory.leave();
  },
);
