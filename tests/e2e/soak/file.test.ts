// A file that fits into no page's memory, from one disk to the other.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import type { Profile } from '../driver/browser.ts';
import { openProfileOnDisk } from '../driver/browsers.ts';
import { ChromiumTab } from '../driver/chromium.ts';
import { meet, openChat, withoutPicker } from '../fixtures/chat.ts';
import { button, type Person } from '../fixtures/person.ts';
import { World } from '../fixtures/world.ts';
import { memoryOf, type PageMemory } from './memory.ts';

const megabytes = Number(process.env['SOAK_MEGABYTES'] ?? '1000');
// Two pages with software pictures need about 250 each without any file.
const pageMegabytesMax = 600;
const megabytesPerSecondMin = 1;
const arrivesWithinMs = (megabytes / megabytesPerSecondMin) * 1000;
const fileName = 'wedding.bin';

test(
  `a file of ${String(megabytes)} MB, from disk to disk, not through the pages' memory`,
  { timeout: 120_000 + arrivesWithinMs },
  async (context) => {
    const world = await World.create();
    const places: AtDisk[] = [];
    try {
      const source = world.directory(fileName);
      const sent = await makeFile(source);
      const ana = await onDisk(world, 'Ana', places);
      const ben = await onDisk(world, 'Ben', places);
      await meet(ana.person, ben.person);
      for (const { person } of places) await openChat(person);
      await withoutPicker(ben.person);

      const memory = watch(ana.directory, ben.directory);
      const began = performance.now();
      await ana.tab.chooseFromDisk(source);
      const download = ben.tab.nextDownload(arrivesWithinMs);
      await ben.person.tab.click(button(`Accept ${fileName}`));
      const saved = await download;
      const seconds = (performance.now() - began) / 1000;
      const [sender, receiver] = await memory.peak();

      assert.equal(await hashOf(saved), sent);
      context.diagnostic(
        `${seconds.toFixed(0)} s, ${(megabytes / seconds).toFixed(1)} MB/s; ` +
          `page at most ${inWords(sender)} at the sender, ${inWords(receiver)} at the receiver`,
      );
      assert(sender.page < pageMegabytesMax, 'the sender holds the file in memory');
      assert(receiver.page < pageMegabytesMax, 'the receiver holds the file in memory');
    } finally {
      await Promise.all(places.map(({ profile }) => profile.close()));
      await world.close();
    }
  },
);

interface AtDisk {
  readonly person: Person;
  readonly tab: ChromiumTab;
  readonly profile: Profile;
  readonly directory: string;
}

// Not a private window, whose files are in memory, too.
async function onDisk(world: World, name: string, places: AtDisk[]): Promise<AtDisk> {
  const directory = world.directory(`profile-of-${name}`);
  await mkdir(directory);
  const profile = await openProfileOnDisk('chromium', directory);
  const person = await world.personAt(name, await world.placeOf(profile));
  const { tab } = person;
  assert(tab instanceof ChromiumTab);
  const place = { person, tab, profile, directory };
  places.push(place);
  await person.join();
  return place;
}

// Random bytes, and their SHA-256.
async function makeFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(function* bytes() {
    for (let made = 0; made < megabytes; made += 1) {
      const block = randomBytes(1_000_000);
      hash.update(block);
      yield block;
    }
  }, createWriteStream(path));
  return hash.digest('hex');
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

interface MemoryWatch {
  peak(): Promise<readonly [PageMemory, PageMemory]>;
}

function watch(...profiles: readonly [string, string]): MemoryWatch {
  let peaks: readonly [PageMemory, PageMemory] = [
    { page: 0, browser: 0 },
    { page: 0, browser: 0 },
  ];
  const look = async (): Promise<void> => {
    const [one, other] = await Promise.all(profiles.map(memoryOf));
    assert(one !== undefined && other !== undefined);
    peaks = [larger(peaks[0], one), larger(peaks[1], other)];
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, 2_000);
  return {
    peak: async () => {
      clearInterval(timer);
      await looking;
      return peaks;
    },
  };
}

function larger(one: PageMemory, other: PageMemory): PageMemory {
  return {
    page: Math.max(one.page, other.page),
    browser: Math.max(one.browser, other.browser),
  };
}

function inWords({ page, browser }: PageMemory): string {
  return `${page.toFixed(0)} MB (its browser ${browser.toFixed(0)} MB)`;
}
