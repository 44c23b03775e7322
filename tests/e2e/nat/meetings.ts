// Three people in a room, each in a home of their own, and what their networks do to them meanwhile.
import { until } from '../driver/until.ts';
import { button, type Person } from '../fixtures/person.ts';
import { enterRoom, meet, openRoom, reads, receivesFrom } from '../fixtures/room.ts';
import type { Home } from './lab/home.ts';
import type { Lab } from './lab/lab.ts';
import { origin } from './lab/wan.ts';
import { settles, soundOf } from './sound.ts';
import { withHomes, type Note } from './pair.ts';

type Three = readonly [Person, Person, Person];

const healsWithinMs = 60_000;

// Without a relay, what the network does not carry directly it does not carry at all.
export async function oneBrokenLinkLeavesTheOthersAlone(lab: Lab, note: Note): Promise<void> {
  await lab.restartServer('--relay', 'off');
  try {
    await inRoom('broken link', lab, note, async ([ana, ben, cleo], [anasHome, bensHome]) => {
      await anasHome.cutFrom(bensHome);
      await Promise.all([reads(ana, /Reconnecting…/), reads(ben, /Reconnecting…/)]);
      // The room goes on for everybody, and each of the two hears Cleo.
      await Promise.all([receivesFrom(ana, 1), receivesFrom(ben, 1), receivesFrom(cleo, 2)]);
      await Promise.all([ana.tab.see(button('Hang up')), ben.tab.see(button('Hang up'))]);

      await anasHome.mend();
      await until('the broken link is back', async () => bothWays(ana, ben), healsWithinMs);
      await meet([ana, ben, cleo]);
    });
  } finally {
    await lab.restartServer();
  }
}

async function bothWays(...people: readonly Person[]): Promise<boolean> {
  const links = await Promise.all(people.map((person) => person.tab.links()));
  return links.every(
    (own) => own.filter((link) => link.connectionState === 'connected').length === 2,
  );
}

// A mesh degrades instead of freezing: first smaller pictures, then sound alone, and all of it back again.
export function aNarrowUplinkDegradesInsteadOfFreezing(lab: Lab, note: Note): Promise<void> {
  return inRoom('uplink', lab, note, async ([ana, ben, cleo], [home]) => {
    await home.limitUplink(900);
    await settles([ben, cleo], 2);
    for (let look = 0; look < 3; look += 1) {
      await Promise.all([receivesFrom(ben, 2), receivesFrom(cleo, 2)]);
    }
    note(`at 900 kbit/s: ${JSON.stringify(await sent(ana))}`);

    await home.limitUplink(160);
    await Promise.all([reads(ben, /Video paused/), reads(cleo, /Video paused/)]);
    const before = await Promise.all([ben, cleo].map(soundOf));
    await settles([ben, cleo], 2);
    const after = await Promise.all([ben, cleo].map(soundOf));
    for (const [index, { received, concealed }] of after.entries()) {
      const earlier = before[index] ?? { received: 0, concealed: 0 };
      const share = (concealed - earlier.concealed) / (received - earlier.received);
      note(`at 160 kbit/s, concealed sound: ${(share * 100).toFixed(1)} %`);
      if (share > 0.2) throw new Error('the sound breaks up');
    }

    await home.freeUplink();
    await Promise.all([
      until('the pictures are back', async () => noneIsPaused(ben, cleo), healsWithinMs),
      receivesFrom(ana, 2),
    ]);
    await meet([ana, ben, cleo]);
  });
}

async function noneIsPaused(...people: readonly Person[]): Promise<boolean> {
  const texts = await Promise.all(people.map((person) => person.tab.pageText()));
  return texts.every((text) => !text.includes('Video paused'));
}

function sent(person: Person): Promise<unknown> {
  return person.tab.evaluate(async () => {
    const all = (await window.__e2e.rawStats()).flat();
    const pictures = all.filter(
      (report) => report.type === 'outbound-rtp' && report['mid'] === '1',
    );
    return pictures.map((report) => ({
      width: report['frameWidth'],
      framesPerSecond: report['framesPerSecond'],
      targetBitrate: report['targetBitrate'],
      limited: report['qualityLimitationReason'],
    }));
  }, null);
}

async function inRoom(
  title: string,
  lab: Lab,
  note: Note,
  body: (people: Three, homes: readonly [Home, Home, Home]) => Promise<void>,
): Promise<void> {
  await withHomes(title, ['none', 'none', 'none'], lab, note, async (homes, people) => {
    const ana = await homes[0].visitor('Ana', 'chromium');
    people.push(ana);
    await ana.join();
    const address = `${origin}${await openRoom(ana)}`;
    const others: Person[] = [];
    for (const [name, home] of [
      ['Ben', homes[1]],
      ['Cleo', homes[2]],
    ] as const) {
      const guest = await home.visitor(name, 'chromium', address);
      people.push(guest);
      others.push(guest);
      await enterRoom(guest);
    }
    const all = [ana, ...others] as unknown as Three;
    await meet(all);
    await body(all, homes);
  });
}
