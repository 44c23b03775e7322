// Who somebody is: per name and browser, and for longer than a page, a browser or a server lives.
import assert from 'node:assert/strict';
import { openProfileOnDisk } from '../driver/browsers.ts';
import { button, connect, talk } from '../fixtures/person.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';

scenario(
  'seed 21: two tabs of one browser under two names are two people and call each other',
  {
    pairs: [
      ['chromium', 'chromium'],
      ['firefox', 'firefox'],
    ],
    short: true,
  },
  async (world, [kind]) => {
    const ana = await world.person('Ana', kind);
    const ben = await world.personAt('Ben', ana.place);
    await ben.join();
    await connect(ana, ben);
  },
);

scenario(
  'the same browser is the same person tomorrow, also after the server was restarted',
  {
    pairs: [
      ['chromium', 'chromium'],
      ['firefox', 'firefox'],
    ],
  },
  async (world, [kind]) => {
    const directory = world.directory('profile');
    const today = await world.placeOf(await openProfileOnDisk(kind, directory));
    const ana = await world.personAt('Ana', today);
    await ana.join();
    const user = await world.userIdOf('Ana');
    await today.profile.close();
    world.forget(ana);

    await world.restartServer();
    const tomorrow = await world.placeOf(await openProfileOnDisk(kind, directory), today.network);
    const anaAgain = await world.personAt('Ana', tomorrow);
    await anaAgain.join();
    assert.equal(await world.userIdOf('Ana'), user);
    await tomorrow.profile.close();
    world.forget(anaAgain);
  },
);

scenario(
  'renaming in Settings keeps the person, and the others read the new name',
  { pairs: pairs.mixed },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await ben.sees(ana);
    const user = await world.userIdOf('Ana');
    await ana.tab.click(button('Settings'));
    await ana.tab.fill({ role: 'textbox', name: 'Your name' }, 'Ana Lund');
    await ana.tab.click(button('Save'));
    await ben.tab.see(button('Call Ana Lund'));
    assert.equal(await world.userIdOf('Ana Lund'), user);

    await ana.tab.reload();
    await ana.inLobby();
    assert.equal(await world.userIdOf('Ana Lund'), user);
  },
);

scenario(
  'a duplicated tab is a second session of the same person; the first one stays',
  {},
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    const user = await world.userIdOf('Ben');
    const tab = await ben.place.profile.tabOpenedBy(() =>
      ben.tab.evaluate(() => {
        window.open(location.href);
      }, null),
    );
    const twin = world.adopt('Ben', tab, ben.place);
    await twin.inLobby();
    assert.equal(await world.userIdOf('Ben'), user);

    await ana.call(ben);
    await Promise.all([ben.isRungBy(ana), twin.isRungBy(ana)]);
    await twin.accept();
    await ben.ringsNoMore();
    await talk(ana, twin);
  },
);
