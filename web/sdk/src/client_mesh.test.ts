import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { statesOf, World, type Someone } from '../test/support/world.ts';
import { LINK_TIMEOUT_MS } from './base/limits.ts';
import type { RemoteParticipant } from './link/participant.ts';

const ROOM = 'lumo-kate-rido-basu';

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(() => {
  vi.useRealTimers();
});

const seenBy = (someone: Someone, other: Someone): RemoteParticipant | undefined =>
  someone.current.participants.find(({ user }) => user === other.user);
const linksOf = ({ current }: Someone): string[] => current.participants.map(({ link }) => link);

/** What a link goes through from here on. */
function linkStatesOf(participant: RemoteParticipant | undefined): string[] {
  const states: string[] = [];
  participant?.on('change', () => {
    if (states.at(-1) !== participant.link) states.push(participant.link);
  });
  return states;
}

describe('one bad link', () => {
  let ana: Someone;
  let ben: Someone;
  let cleo: Someone;
  let dan: Someone;

  beforeEach(async () => {
    const people = await world.room(ROOM, ['Ana', 'Ben', 'Cleo', 'Dan']);
    [ana, ben, cleo, dan] = people as [Someone, Someone, Someone, Someone];
  });

  test('shows on that person, and disturbs nobody', async () => {
    const states = [ana, ben, cleo, dan].map(({ current }) => statesOf(current));
    const others = [
      [ana, ben],
      [ana, cleo],
      [ana, dan],
      [ben, dan],
      [cleo, dan],
    ].map(([one, other]) => linkStatesOf(seenBy(one!, other!)));
    world.blockBetween(ben, cleo);
    await world.pass(LINK_TIMEOUT_MS + 10_000);
    expect([linksOf(ana), linksOf(dan)]).toEqual([
      ['connected', 'connected', 'connected'],
      ['connected', 'connected', 'connected'],
    ]);
    expect(seenBy(ben, cleo)?.link).not.toBe('connected');
    expect(ben.current.participants).toHaveLength(3);
    expect(states).toEqual([['connected'], ['connected'], ['connected'], ['connected']]);
    expect(others, 'the other links').toEqual([[], [], [], [], []]);
  });

  test('heals when the network does, however long that takes', async () => {
    world.blockBetween(ben, cleo);
    await world.pass(300_000);
    const between = linkStatesOf(seenBy(ben, cleo));
    await world.pass(100_000);
    expect(between, 'given up and tried again').toContain('failed');
    expect(between).not.toContain('connected');
    world.ice.unblock();
    await world.pass(150_000);
    expect([seenBy(ben, cleo)?.link, seenBy(cleo, ben)?.link]).toEqual(['connected', 'connected']);
    expect(ben.openConnections).toHaveLength(3);
    expect(cleo.openConnections).toHaveLength(3);
  });

  test.each(['Ben', 'Cleo'])('is made anew at once when %s asks for it', async (who) => {
    world.blockBetween(ben, cleo);
    await world.pass(LINK_TIMEOUT_MS * 2);
    const failed = (): boolean =>
      seenBy(ben, cleo)?.link === 'failed' && seenBy(cleo, ben)?.link === 'failed';
    for (let tries = 0; !failed() && tries < 200; tries += 1) await world.pass(500);
    expect(failed()).toBe(true);
    world.ice.unblock();
    const [asker, other] = who === 'Ben' ? [ben, cleo] : [cleo, ben];
    asker.current.retry(seenBy(asker, other)!);
    await world.pass(1_000);
    expect([seenBy(ben, cleo)?.link, seenBy(cleo, ben)?.link]).toEqual(['connected', 'connected']);
  });

  test('is not tried any more when that person has left', async () => {
    world.blockBetween(ben, cleo);
    await world.pass(LINK_TIMEOUT_MS + 10_000);
    cleo.current.hangUp();
    await world.pass(100);
    const made = ben.page.peerConnections.length;
    await world.pass(200_000);
    expect(ben.page.peerConnections).toHaveLength(made);
    expect(linksOf(ben)).toEqual(['connected', 'connected']);
  });

  test('carries what is sent again once it is up', async () => {
    world.blockBetween(ben, cleo);
    await world.pass(LINK_TIMEOUT_MS + 10_000);
    const heard: unknown[] = [];
    cleo.current.on('data', ({ from, data }) => heard.push([from.name, data]));
    ben.current.send('to whoever is there');
    await world.pass(100);
    world.ice.unblock();
    await world.pass(150_000);
    ben.current.send('and now');
    ben.current.setHandRaised(true);
    await world.pass(100);
    expect(heard).toEqual([['Ben', 'and now']]);
    expect(seenBy(cleo, ben)?.handRaised).toBe(true);
  });
});

test('whose every link is down is reconnecting, and back as soon as one is up', async () => {
  const [ana, ben, cleo] = (await world.room(ROOM, ['Ana', 'Ben', 'Cleo'])) as [
    Someone,
    Someone,
    Someone,
  ];
  const states = statesOf(ana.current);
  world.blockBetween(ana, ben);
  await world.pass(10_000);
  expect(states).toEqual(['connected']);
  world.blockBetween(ana, cleo);
  await world.pass(50_000);
  expect(states).toEqual(['connected', 'reconnecting']);
  world.ice.unblock();
  await world.pass(150_000);
  expect(states).toEqual(['connected', 'reconnecting', 'connected']);
  expect(linksOf(ana)).toEqual(['connected', 'connected']);
});

test('a link that never comes up leaves the room be', async () => {
  const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
  const cleo = await world.join('Cleo');
  world.blockBetween(ben, cleo);
  cleo.enter(ROOM);
  await world.pass(LINK_TIMEOUT_MS * 3);
  expect([ana, ben, cleo].map(({ current }) => current.state)).toEqual(Array(3).fill('connected'));
  expect(cleo.current.participants).toHaveLength(2);
  world.ice.unblock();
  await world.pass(150_000);
  expect(linksOf(cleo)).toEqual(['connected', 'connected']);
});

test('a reload, a leave and a loss touch only their own links', async () => {
  const people = await world.room(ROOM, ['Ana', 'Ben', 'Cleo', 'Dan', 'Eva']);
  const [ana, ben, cleo, dan, eva] = people as [Someone, Someone, Someone, Someone, Someone];
  const states = statesOf(ana.current);
  const between = linkStatesOf(seenBy(ana, ben));
  cleo.current.hangUp();
  const again = await world.reload(dan, 'Dan');
  again.enter(ROOM);
  world.cutOff.add(eva.page);
  for (const pc of eva.openConnections) pc.close();
  world.freeze(eva);
  await world.pass(1_000);
  world.server.expire(world.server.sessions.find(({ name }) => name === 'Eva')!.id);
  await world.pass(1_000);
  expect(ana.current.participants.map(({ name }) => name)).toEqual(['Ben', 'Dan']);
  expect([states, between, linksOf(again)]).toEqual([
    ['connected'],
    [],
    ['connected', 'connected'],
  ]);
});

test('a call of three without a name ends for whoever has no link left', async () => {
  const [ana, ben, cleo] = [
    await world.join('Ana'),
    await world.join('Ben'),
    await world.join('Cleo'),
  ];
  const out = ana.call(ben, cleo);
  await world.pass(50);
  for (const someone of [ben, cleo]) {
    void someone.ring.accept({ media: someone.media });
    await world.pass(300);
  }
  world.blockBetween(ana, ben);
  await world.pass(LINK_TIMEOUT_MS + 10_000);
  expect(out.state).toBe('connected');
  world.blockBetween(ana, cleo);
  await world.pass(LINK_TIMEOUT_MS + 10_000);
  expect([out.endReason, out.error?.code]).toEqual(['lost', 'connection_failed']);
  expect([ben.ring.state, cleo.ring.state]).toEqual(['connected', 'connected']);
});
