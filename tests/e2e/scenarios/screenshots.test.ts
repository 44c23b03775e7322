// Every screen, on a phone and on a desktop, light and dark, in tests/artifacts/screenshots/, to be looked at.
import assert from 'node:assert/strict';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProfileOptions } from '../driver/browser.ts';
import { until } from '../driver/until.ts';
import { artifacts } from '../fixtures/artifacts.ts';
import { assertNone, looks, violations } from '../fixtures/audit.ts';
import { openChat, write } from '../fixtures/chat.ts';
import { button, connect, type Person } from '../fixtures/person.ts';
import { enterRoom, hasLinks, openRoom } from '../fixtures/room.ts';
import { scenario } from '../fixtures/scenario.ts';
import type { World } from '../fixtures/world.ts';

const directory = join(artifacts, 'screenshots');
const options = { timeoutMs: 120_000 };
// Each screen is shown in all looks, one after the other, rather than played anew for each.
const look: ProfileOptions = { ...looks.phoneLight, largePicture: true, audited: true };

scenario('screens around a call', options, async (world, [kind]) => {
  const ana = await world.visitor('Ana Sørensen', kind, look);
  await ana.tab.see({ role: 'textbox', name: 'Your name' });
  await showsOwnPicture(ana);
  await shoot(ana, 'join');
  await ana.join();
  await showsOwnPicture(ana);
  await shoot(ana, 'lobby-empty');

  const ben = await world.client('Ben Okafor');
  for (const name of ['Cleo', 'Dmitri Ivanovich Shostakovich-Rimsky', '李小龍', 'Émile']) {
    await world.client(name);
  }
  await ana.tab.see(button('Call Émile'));
  await shoot(ana, 'lobby-people');

  await ana.tab.click(button('Settings'));
  await ana.tab.see(button('Save'));
  await shoot(ana, 'settings');
  await ana.tab.press('Escape');

  await ana.tab.click(button('Call Ben Okafor'));
  const { call } = await ben.next('call.incoming');
  await until('it rings', async () => /ringing/i.test(await ana.tab.pageText()));
  await shoot(ana, 'outgoing');
  await ben.request({ type: 'call.decline', call }, 'call.ended');
  await ana.endScreen();
  await shoot(ana, 'declined');
  await ana.backToLobby();

  const to = [await world.userIdOf('Ana Sørensen')];
  await ben.request({ type: 'call.start', to }, 'call.ringing');
  await ana.tab.see({ role: 'dialog', name: 'Incoming call from Ben Okafor' });
  await shoot(ana, 'incoming');
  await ana.decline();
  await ben.next('call.ended');

  const cleo = await world.visitor('Cleo', kind, look);
  await cleo.join();
  await takeSessionOver(world, cleo);
  await cleo.tab.see(button('Use here'));
  await shoot(cleo, 'replaced');

  ana.network.cut();
  await until('the lobby tells that it reconnects', async () =>
    /reconnecting/i.test(await ana.tab.pageText()),
  );
  await shoot(ana, 'lobby-reconnecting');
});

scenario('screens of a call', options, async (world, [kind]) => {
  const ana = await world.person('Ana', kind, look);
  const ben = await world.person('Ben', kind, { largePicture: true });
  await connect(ana, ben);
  await until('the call clock runs', async () => /\d:\d\d/.test(await ana.tab.pageText()));
  // Controls step back while the pointer rests, but not for who uses the keyboard.
  await ana.tab.press('Shift');
  await showsOwnPicture(ana);
  await shoot(ana, 'call');

  await ben.tab.click(button('Turn camera off'));
  await ben.tab.click(button('Mute microphone'));
  await ana.tab.see({ role: 'img', name: 'Ben is muted' });
  await shoot(ana, 'call-camera-off');

  await ben.tab.crash();
  world.forget(ben);
  await until('the call tells that it reconnects', async () =>
    /trying to get it back/i.test(await ana.tab.pageText()),
  );
  await shoot(ana, 'call-reconnecting');
  await ana.hangUp();
  await ana.endScreen();
  await shoot(ana, 'ended');
});

scenario('screens of rooms', options, async (world, [kind]) => {
  const ana = await world.person('Ana', kind, look);
  const path = await openRoom(ana);
  await ana.tab.see(button('Copy link'));
  await showsOwnPicture(ana);
  await shoot(ana, 'room-one');

  const ben = await world.visitor('Ben Okafor', kind, { ...look, path });
  await until('the door says who is inside', async () =>
    (await ben.tab.pageText()).includes('Ana is here'),
  );
  await showsOwnPicture(ben);
  await shoot(ben, 'room-preview');
  await enterRoom(ben);
  await showsPictureOf(ana, ben);
  await ana.tab.press('Shift');
  await shoot(ana, 'room-two');

  // Two cores carry no more cameras than that.
  const cleo = await world.visitor('Cleo', kind, { path, devices: 'none' });
  await enterRoom(cleo);
  await ana.tab.see({ role: 'video', name: 'Video of Cleo' });
  await hasLinks(ana, 2);
  await shoot(ana, 'room-three');

  await openChat(ana);
  await write(ana, 'The agenda: https://example.org/agenda');
  await openChat(ben);
  await write(ben, 'Thank you! 👍\nI will be a minute late.');
  await until('it has arrived', async () => (await ana.tab.pageText()).includes('a minute late'));
  await shoot(ana, 'room-chat');
});

scenario('screens without devices', options, async (world, [kind]) => {
  const ana = await world.visitor('Ana', kind, { ...look, devices: 'denied' });
  await until('it says why', async () => /not allowed/i.test(await ana.tab.pageText()));
  await shoot(ana, 'media-problem');
  await ana.join();
  await shoot(ana, 'media-problem-lobby');
});

async function shoot(person: Person, screen: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const problems: string[] = [];
  for (const [name, worn] of Object.entries(looks)) {
    await person.tab.wear(worn);
    // Controls step back while the pointer rests, but not for who uses the keyboard.
    await person.tab.press('Shift');
    const found = await violations(person.tab);
    const path = join(directory, `${screen}-${fileName(name)}.png`);
    await person.tab.screenshot(path);
    assert((await stat(path)).size > 0);
    problems.push(...found.map((line) => `${name}: ${line}`));
  }
  assertNone(problems, screen);
}

// phoneLight: phone-light
const fileName = (name: string): string =>
  name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);

const showsOwnPicture = (person: Person): Promise<void> => shows(person, 'Your video');

const showsPictureOf = (person: Person, other: Person): Promise<void> =>
  shows(person, `Video of ${other.name}`);

async function shows(person: Person, label: string): Promise<void> {
  await until(`${person.name} sees ${label}`, () =>
    person.tab.evaluate((name) => {
      const [video] = window.__e2e.find({ role: 'video', name });
      return video instanceof HTMLVideoElement && video.videoWidth > 0;
    }, label),
  );
}

// As another tab would that goes on with this one's session.
async function takeSessionOver(world: World, person: Person): Promise<void> {
  const token = await until('the tab keeps its session', () =>
    person.tab.evaluate(() => {
      const kept = sessionStorage.getItem('visavis.session');
      return kept === null ? null : (JSON.parse(kept) as { token: string }).token;
    }, null),
  );
  await world.client(person.name, { token, received: 0 });
}
