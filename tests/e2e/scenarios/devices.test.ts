// Without a camera, without leave to use it, with sound only.
import assert from 'node:assert/strict';
import type { Person } from '../fixtures/person.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';

async function reads(person: Person, words: RegExp): Promise<void> {
  const text = await person.tab.pageText();
  assert.match(text, words);
}

scenario(
  'seed 02: refused camera and microphone are explained; one can still call, see and hear',
  { pairs: pairs.mixed },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one, { devices: 'denied' });
    const ben = await world.person('Ben', other);
    await reads(ana, /not allowed/i);

    await ana.sees(ben);
    await ana.call(ben);
    await ben.isRungBy(ana);
    await ben.accept();
    await Promise.all([ana.inCallWith(ben), ben.inCallWith(ana)]);
    await ana.receives();

    await ben.hangUp();
    await Promise.all([ana.backToLobby(), ben.backToLobby()]);
    await ben.call(ana);
    await ana.isRungBy(ben);
    await ana.accept();
    await ana.receives();
  },
);

scenario(
  'no devices at all: one is told, joins, is called, sees and hears',
  { pairs: pairs.mixed },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one, { devices: 'none' });
    const ben = await world.person('Ben', other);
    await reads(ana, /not found/i);

    await ben.sees(ana);
    await ben.call(ana);
    await ana.isRungBy(ben);
    await ana.accept();
    await Promise.all([ana.inCallWith(ben), ben.inCallWith(ana)]);
    await ana.receives();
  },
);
