// Meeting by a link: up to six people, each linked with each other.
import assert from 'node:assert/strict';
import type { BrowserKind } from '../driver/tab.ts';
import { openChat, reads as readsChat, write } from '../fixtures/chat.ts';
import { button, connect, type Person } from '../fixtures/person.ts';
import {
  enterRoom,
  hasLinks,
  meet,
  openRoom,
  reads,
  receivesFrom,
  seesNoMore,
} from '../fixtures/room.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';
import type { PersonOptions, World } from '../fixtures/world.ts';

// Somebody who opens a link that they were given.
async function guest(
  world: World,
  name: string,
  kind: BrowserKind,
  path: string,
  options: PersonOptions = {},
): Promise<Person> {
  return world.visitor(name, kind, { ...options, path });
}

const noDevices: PersonOptions = { devices: 'none' };

scenario(
  'three meet by a link; who leaves, leaves the others together; who reloads is back',
  { pairs: pairs.all, short: true, timeoutMs: 120_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const path = await openRoom(ana);
    assert.match(path, /^\/r\/[a-z0-9-]{8,}$/);
    const ben = await guest(world, 'Ben', other, path);
    await reads(ben, /Ana is here/);
    await enterRoom(ben);
    await meet([ana, ben]);
    const cleo = await guest(world, 'Cleo', one, path);
    await reads(cleo, /Ana and Ben are here/);
    await enterRoom(cleo);
    await meet([ana, ben, cleo]);

    await ben.tab.reload();
    await meet([ana, ben, cleo]);

    await cleo.hangUp();
    await seesNoMore(ana, cleo);
    await meet([ana, ben]);
    await ana.hangUp();
    await reads(ben, /Nobody else is here/);
    await ben.hangUp();
    await ben.endScreen();
    await world.seesNoCalls();
  },
);

scenario(
  'a passphrase: who has the link with it is in, who mistypes it or has none is asked, and nobody is disturbed',
  { pairs: pairs.mixed, timeoutMs: 120_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const path = await openRoom(ana, { passphrase: 'blue tulip 7' });
    assert.match(path, /#/);
    const ben = await guest(world, 'Ben', other, path);
    await enterRoom(ben);
    await meet([ana, ben]);

    const cleo = await guest(world, 'Cleo', other, path.replace(/#.*/, ''));
    await enterRoom(cleo);
    await reads(cleo, /This room has a passphrase/);
    await enterRoom(cleo, 'blue tulip 8');
    await reads(cleo, /That is not the passphrase of this room/);
    await receivesFrom(ana, 1);
    await enterRoom(cleo, 'blue tulip 7');
    await meet([ana, ben, cleo]);
  },
);

scenario(
  'who knocks waits, is let in or refused, and comes back without knocking once admitted',
  { pairs: pairs.mixed, timeoutMs: 120_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const path = await openRoom(ana, { knock: true });
    const ben = await guest(world, 'Ben', other, path);
    await reads(ben, /wait until a host lets you in/);
    await enterRoom(ben);
    await reads(ben, /Waiting to be let in/);
    await ana.tab.click(button('Refuse Ben'));
    await reads(ben, /You were not let in/);
    await enterRoom(ben);
    await ana.tab.click(button('Let in Ben'));
    await meet([ana, ben]);
    await ben.tab.reload();
    await meet([ana, ben]);
  },
);

scenario(
  'hosts name another, who lets in and removes; who is removed stays outside, and a locked room lets nobody in',
  { timeoutMs: 120_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const path = await openRoom(ana, { knock: true });
    const ben = await guest(world, 'Ben', other, path, noDevices);
    await enterRoom(ben);
    await ana.tab.click(button('Let in Ben'));
    await hasLinks(ben, 1);
    await ana.tab.click(button('People'));
    await ana.tab.click(button('Make Ben a host'));
    await reads(ben, /You are a host of this room now/);

    const eve = await guest(world, 'Eve', other, path, noDevices);
    await enterRoom(eve);
    await ben.tab.click(button('Let in Eve'));
    await hasLinks(eve, 2);
    await ben.tab.click(button('People'));
    await ben.tab.click(button('Remove Eve'));
    await ben.tab.click(button('Remove'));
    await reads(eve, /You were removed from this room/);
    await eve.tab.reload();
    await enterRoom(eve);
    await reads(eve, /You were removed from this room/);

    await ana.tab.click(button('Lock room'));
    await ana.tab.see(button('Unlock room'));
    const finn = await guest(world, 'Finn', one, path, noDevices);
    await enterRoom(finn);
    await reads(finn, /This room is locked/);

    await ana.tab.click(button('Take back host from Ben'));
    await reads(ben, /You are no host of this room any more/);
    await ana.hangUp();
    await reads(ben, /You are a host of this room now/);
  },
);

scenario(
  'a full room says so before and after trying, and has a place again when somebody leaves',
  { limits: { participants_max: 2 } },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const path = await openRoom(ana);
    const cleo = await guest(world, 'Cleo', other, path);
    const ben = await guest(world, 'Ben', other, path);
    await enterRoom(ben);
    await meet([ana, ben]);
    await enterRoom(cleo);
    await reads(cleo, /This room is full/);
    await ben.hangUp();
    await enterRoom(cleo);
    await meet([ana, cleo]);
  },
);

scenario(
  'a third person is asked into a running call from the list, a fourth comes by its link',
  { pairs: pairs.mixed, timeoutMs: 120_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const ben = await world.person('Ben', other);
    const cleo = await world.person('Cleo', one, noDevices);
    await connect(ana, ben);

    await ana.tab.click(button('People'));
    await ana.tab.click(button('Invite Cleo'));
    await cleo.isRungBy(ana);
    await cleo.accept();
    await Promise.all([hasLinks(ana, 2), hasLinks(ben, 2), hasLinks(cleo, 2)]);
    await receivesFrom(cleo, 2);

    await ana.tab.click(button('Create a link'));
    await reads(ana, /Link to this room|Copy link/);
    const path = await ana.tab.evaluate(() => location.pathname, null);
    const dan = await guest(world, 'Dan', other, path, noDevices);
    await enterRoom(dan);
    await Promise.all([hasLinks(ana, 3), hasLinks(dan, 3)]);
  },
);

scenario(
  'somebody who declines, or does not answer, does not end the call they were asked into',
  {},
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const ben = await world.person('Ben', other);
    const cleo = await world.person('Cleo', one, noDevices);
    await connect(ana, ben);
    await ana.tab.click(button('People'));
    await ana.tab.click(button('Invite Cleo'));
    await cleo.isRungBy(ana);
    await cleo.decline();
    await ana.tab.see(button('Invite Cleo'));
    await meet([ana, ben]);
  },
);

scenario(
  'who is cut off for longer than the server waits is back in the room by themselves, and misses no word',
  {
    pairs: [['chromium', 'firefox']],
    limits: { resume_window_ms: 1500 },
    timeoutMs: 180_000,
  },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one);
    const path = await openRoom(ana, { passphrase: 'blue tulip 7' });
    const ben = await guest(world, 'Ben', other, path);
    const cleo = await guest(world, 'Cleo', one, path);
    for (const newcomer of [ben, cleo]) await enterRoom(newcomer);
    await meet([ana, ben, cleo]);
    for (const person of [ana, ben]) await openChat(person);
    await write(ana, 'before');
    await readsChat(ben, 'before');

    ben.network.cut();
    await Promise.all([seesNoMore(ana, ben), seesNoMore(cleo, ben)]);
    await reads(ben, /Trying to get it back/);
    await write(ana, 'meanwhile');
    ben.network.restore();
    await meet([ana, ben, cleo]);
    await readsChat(ben, 'before', 'meanwhile');

    // Whoever made the room, too.
    ana.network.cut();
    await Promise.all([seesNoMore(ben, ana), seesNoMore(cleo, ana)]);
    ana.network.restore();
    await meet([ana, ben, cleo]);
    await write(ben, 'after');
    await readsChat(ana, 'before', 'meanwhile', 'after');
    assert.equal(await world.metric('visavis_calls'), 1);
  },
);

scenario('six meet without cameras', { timeoutMs: 180_000 }, async (world, [one]) => {
  const ana = await world.person('Ana', one, noDevices);
  const path = await openRoom(ana);
  const people = [ana];
  for (const name of ['Ben', 'Cleo', 'Dan', 'Eva', 'Finn']) {
    const next = await guest(world, name, one, path, noDevices);
    await enterRoom(next);
    people.push(next);
    await hasLinks(next, people.length - 1);
  }
  await Promise.all(people.map((person) => hasLinks(person, 5)));
  const gail = await guest(world, 'Gail', one, path, noDevices);
  await reads(gail, /6 of 6: this room is full/);
});
