// The devices people bring: chosen, changed, pulled out, added later, and remembered.
import assert from 'node:assert/strict';
import type { Query } from '../driver/query.ts';
import { until } from '../driver/until.ts';
import { button, connect, hangUpAndLeave, type Person } from '../fixtures/person.ts';
import { enterRoom, hasLinks, openRoom, reads, receivesFrom } from '../fixtures/room.ts';
import { pairs, scenario, type Pair } from '../fixtures/scenario.ts';
import {
  closeSettings,
  grows,
  hasInUse,
  mediaState,
  openDevices,
  withoutNegotiation,
} from '../fixtures/together.ts';

// Chromium's fake devices are several of each kind; Firefox's are one.
const chromiumChooses: readonly Pair[] = [
  ['chromium', 'chromium'],
  ['chromium', 'firefox'],
];
const camera: Query = { role: 'combobox', name: 'Camera' };
const microphone: Query = { role: 'combobox', name: 'Microphone' };
const speaker: Query = { role: 'combobox', name: 'Speaker' };
const fromPreview = 'Choose camera and microphone';

async function takeSecondDevices(person: Person): Promise<void> {
  await openDevices(person);
  await person.tab.choose(camera, 'fake_device_2');
  await person.tab.choose(microphone, 'Fake Audio Input 2');
  await hasInUse(person, 'fake_device_2', 'Fake Audio Input 2');
}

function deviceId(person: Person, label: string): Promise<string> {
  return person.tab.evaluate(async (wanted) => {
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.find((device) => device.label === wanted)?.deviceId ?? 'none';
  }, label);
}

async function hearsAt(person: Person, speakerId: string): Promise<void> {
  await until(`${person.name} hears the others where they chose to`, async () => {
    const { soundGoesTo } = await mediaState(person);
    return soundGoesTo.length > 0 && soundGoesTo.every((id) => id === speakerId);
  });
}

scenario(
  'camera, microphone and speaker are changed in a call without negotiating, and remembered',
  { pairs: chromiumChooses, timeoutMs: 90_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one, { devices: 'several' });
    const ben = await world.person('Ben', other);
    await connect(ana, ben);
    await hasInUse(ana, 'fake_device_0', 'Fake Default Audio Input');
    await hearsAt(ana, '');

    await withoutNegotiation([ana, ben], async () => {
      await takeSecondDevices(ana);
      await ana.tab.choose(speaker, 'Fake Audio Output 2');
      await hearsAt(ana, await deviceId(ana, 'Fake Audio Output 2'));
      await closeSettings(ana);
      await Promise.all([ana.receives(), ben.receives()]);
    });
    await hangUpAndLeave(ana, ben);

    await ana.tab.reload();
    await hasInUse(ana, 'fake_device_2', 'Fake Audio Input 2');
    await openDevices(ana, fromPreview);
    assert.equal(await ana.tab.chosen(camera), 'fake_device_2');
    assert.equal(await ana.tab.chosen(microphone), 'Fake Audio Input 2');
    assert.equal(await ana.tab.chosen(speaker), 'Fake Audio Output 2');
  },
);

scenario(
  'devices pulled out during a call: the person is told, the call goes on, and what is back is used again',
  { pairs: chromiumChooses, timeoutMs: 90_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one, { devices: 'several' });
    const ben = await world.person('Ben', other);
    await connect(ana, ben);
    await takeSecondDevices(ana);
    await closeSettings(ana);

    await withoutNegotiation([ana, ben], async () => {
      await ana.tab.evaluate(() => window.__e2e.unplug('audio'), null);
      await reads(ana, /The microphone is now “Fake/);
      await ben.receives();
      await ana.tab.evaluate(() => {
        window.__e2e.plugIn();
      }, null);
      await reads(ana, /The microphone is now “Fake Audio Input 2”/);
      await hasInUse(ana, 'fake_device_2', 'Fake Audio Input 2');
      await ben.receives();

      // Another camera could show what nobody thought of, so it waits until it is turned on.
      await ana.tab.evaluate(() => window.__e2e.unplug('video'), null);
      await reads(ana, /The camera “fake_device_2” is gone/);
      await reads(ben, /Camera off/);
      await Promise.all([ana.receives(), ben.receives({ video: false })]);
      await ana.tab.click(button('Turn camera on'));
      await hasInUse(ana, 'fake_device_0', 'Fake Audio Input 2');
      await ben.receives();
    });
  },
);

scenario(
  'into a room with the camera off and muted, or without any device: shown by initials, and both are added later',
  { pairs: pairs.mixed, timeoutMs: 120_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const path = await openRoom(ana);
    const ben = await world.visitor('Ben', other, { path });
    await ben.tab.click(button('Turn camera off'));
    await ben.tab.click(button('Mute microphone'));
    await hasInUseOnly(ben, 'audio');
    await enterRoom(ben);
    const cleo = await world.visitor('Cleo', one, { path, devices: 'none' });
    await enterRoom(cleo);
    await Promise.all([ana, ben, cleo].map((person) => hasLinks(person, 2)));

    for (const person of [ana, cleo]) {
      await reads(person, /\bB\b.*\bBen\b.*Camera off/);
      await person.tab.see({ role: 'img', name: 'Ben is muted' });
    }
    await reads(ana, /\bC\b.*\bCleo\b.*Camera off/);

    await withoutNegotiation([ana, ben, cleo], async () => {
      await ben.tab.click(button('Turn camera on'));
      await ben.tab.click(button('Unmute microphone'));
      await grows(ana, 'sees Ben', 'videoFramesDecoded', 3);
      await grows(ana, 'hears Ben', 'audioEnergyReceived', 1e-4);
      await receivesFrom(cleo, 2);
      await ana.tab.seeNo({ role: 'img', name: 'Ben is muted' });
    });
  },
);

scenario(
  'join muted and with the camera off, when chosen so: from the next time on',
  {},
  async (world, [kind]) => {
    const ana = await world.person('Ana', kind);
    await openDevices(ana, fromPreview);
    await ana.tab.click({ role: 'switch', name: 'Join muted' });
    await ana.tab.click({ role: 'switch', name: 'Join with camera off' });
    await closeSettings(ana);
    await ana.tab.see(button('Turn camera off'));

    await ana.tab.reload();
    await ana.tab.see(button('Unmute microphone'));
    await ana.tab.see(button('Turn camera on'));
    await hasInUseOnly(ana, 'audio');
    await ana.tab.click(button('Turn camera on'));
    await hasInUseOnly(ana, 'audio', 'video');
  },
);

async function hasInUseOnly(person: Person, ...kinds: readonly string[]): Promise<void> {
  let now: readonly string[] = [];
  await until(
    () => `${person.name} uses ${kinds.join(' and ')} only; now ${now.join(' and ')}`,
    async () => {
      now = (await mediaState(person)).liveTracks;
      return now.toSorted().join() === kinds.toSorted().join();
    },
  );
}
