// Every way a ring can end but in a plain call.
import { button, connect, talk, type Person } from '../fixtures/person.ts';
import { hasLinks } from '../fixtures/room.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';
import type { Pair } from '../fixtures/scenario.ts';
import type { World } from '../fixtures/world.ts';

async function ringing(world: World, pair: Pair): Promise<[Person, Person]> {
  const [ana, ben] = await world.couple(pair);
  await ana.sees(ben);
  await ana.call(ben);
  await ben.isRungBy(ana);
  return [ana, ben];
}

scenario('the person called declines', { pairs: pairs.mixed }, async (world, pair) => {
  const [ana, ben] = await ringing(world, pair);
  await ben.decline();
  await ana.readsEnd(/Ben declined/);
  await ana.backToLobby();
  await ben.inLobby();
  await Promise.all([ana.hasNoLink(), ben.hasNoLink(), world.seesNoCalls()]);
  await connect(ana, ben);
});

scenario('the caller cancels', { pairs: pairs.some }, async (world, pair) => {
  const [ana, ben] = await ringing(world, pair);
  await ana.isCalling();
  await ana.cancel();
  await ben.ringsNoMore();
  await ana.backToLobby();
  await Promise.all([ana.hasNoLink(), ben.hasNoLink(), world.seesNoCalls()]);
  await connect(ben, ana);
});

scenario(
  'nobody answers: the call is missed on both sides',
  { pairs: pairs.some, limits: { ring_timeout_ms: 1500 } },
  async (world, pair) => {
    const [ana, ben] = await ringing(world, pair);
    await ana.readsEnd(/Ben did not answer/);
    await ben.ringsNoMore();
    await ben.tab.see({ role: 'button', name: 'Call Ana back' });
    await world.seesNoCalls();
  },
);

scenario('whoever is being called already is rung by the next, too', {}, async (world, pair) => {
  const [ana, ben] = await world.couple(pair);
  const cleo = await world.person('Cleo', pair[0]);
  await Promise.all([ana.sees(ben), cleo.sees(ben)]);
  await ana.call(ben);
  await ben.isRungBy(ana);
  await cleo.call(ben);
  await cleo.isCalling();
  await ben.isRungBy(cleo);
  await ben.decline(ana);
  await ana.readsEnd(/Ben declined/);
  await ben.accept(cleo);
  await talk(cleo, ben);
});

scenario(
  'a call during a call is shown, and ends the first only after a question',
  { pairs: pairs.mixed },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    const cleo = await world.person('Cleo', pair[0]);
    await connect(ana, ben);
    await cleo.sees(ben);
    await cleo.call(ben);
    await ben.isRungBy(cleo);
    await ben.accept(cleo);
    await ben.tab.click(button('Cancel'));
    await talk(ana, ben);
    await ben.accept(cleo);
    await ben.tab.click(button('End and accept'));
    await ana.readsEnd(/Ben hung up/);
    await talk(cleo, ben);
  },
);

scenario(
  'a caller is asked into the call that is under way, and comes',
  {},
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    const cleo = await world.person('Cleo', pair[0]);
    await connect(ana, ben);
    await cleo.sees(ben);
    await cleo.call(ben);
    await ben.isRungBy(cleo);
    await ben.accept(cleo);
    await ben.tab.click(button('Add Cleo to this call'));
    await cleo.isRungBy(ben);
    await cleo.accept(ben);
    await Promise.all([ana, ben, cleo].map((person) => hasLinks(person, 2)));
  },
);

scenario('whoever is blocked rings no more, until that is taken back', {}, async (world, pair) => {
  const [ana, ben] = await world.couple(pair);
  await Promise.all([ana.sees(ben), ben.sees(ana)]);
  await ana.call(ben);
  await ben.isRungBy(ana);
  await ben.tab.click(button('Decline and block'));
  await ben.ringsNoMore();
  await ben.tab.see(button('Unblock Ana'));
  // To Ana it rings on.
  await ana.isCalling();
  await ana.cancel();
  await ben.tab.click(button('Unblock Ana'));
  await ben.tab.seeNo(button('Unblock Ana'));
});

scenario('both call each other at once: one call', { pairs: pairs.all }, async (world, pair) => {
  const [ana, ben] = await world.couple(pair);
  await Promise.all([ana.sees(ben), ben.sees(ana)]);
  // Neither hears of the other's call before making their own.
  for (const { network } of [ana, ben]) network.stall();
  await Promise.all([ana.call(ben), ben.call(ana)]);
  for (const { network } of [ana, ben]) network.restore();
  await talk(ana, ben);
  await ana.hangUp();
  await Promise.all([ana.endScreen(), ben.endScreen()]);
  await Promise.all([ana.hasNoLink(), ben.hasNoLink(), world.seesNoCalls()]);
});

scenario(
  'all devices of a person ring; one answers, the other stops',
  { pairs: pairs.some },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    const benElsewhere = await world.personAt('Ben', ben.place);
    await benElsewhere.join();
    await ana.sees(ben);
    await ana.call(ben);
    await Promise.all([ben.isRungBy(ana), benElsewhere.isRungBy(ana)]);

    await ben.accept();
    await benElsewhere.ringsNoMore();
    await talk(ana, ben);
    await benElsewhere.hasNoLink();
  },
);

scenario('declining on one device declines on all', {}, async (world, pair) => {
  const [ana, ben] = await world.couple(pair);
  const benElsewhere = await world.personAt('Ben', ben.place);
  await benElsewhere.join();
  await ana.call(ben);
  await Promise.all([ben.isRungBy(ana), benElsewhere.isRungBy(ana)]);

  await benElsewhere.decline();
  await Promise.all([ben.ringsNoMore(), ana.readsEnd(/Ben declined/)]);
});

scenario(
  'the person called reloads the page while it rings, and can still accept',
  { pairs: pairs.some },
  async (world, pair) => {
    const [ana, ben] = await ringing(world, pair);
    await ben.tab.reload();
    await ben.isRungBy(ana);
    await ben.accept();
    await talk(ana, ben);
  },
);

scenario(
  'the caller reloads the page while it rings there, and is in the call when it is accepted',
  { pairs: pairs.some },
  async (world, pair) => {
    const [ana, ben] = await ringing(world, pair);
    await ana.tab.reload();
    await ana.isCalling();
    await ben.accept();
    await talk(ana, ben);
  },
);
