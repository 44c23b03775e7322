// Hosts and tokens of rooms, between several clients and the fake server.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeBrowser, FakeStorage } from '../test/support/fake_platform.ts';
import { namesSeenBy, statesOf, World, type Someone } from '../test/support/world.ts';
import { RoomTokenStore } from './room/room_token_store.ts';

const ROOM = 'lumo-kate-rido-basu';

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(() => {
  vi.useRealTimers();
});

const partOf = (seer: Someone, name: string): string =>
  seer.current.participants.find((one) => one.name === name)!.id;
const sentTokens = (): (string | undefined)[] =>
  world.server.rooms.joins.map(({ room_token }) => room_token);

describe('a host', () => {
  let ana: Someone;
  let ben: Someone;
  let cleo: Someone;

  beforeEach(async () => {
    [ana, ben, cleo] = (await world.room(ROOM, ['Ana', 'Ben', 'Cleo'])) as [
      Someone,
      Someone,
      Someone,
    ];
  });

  test('is whoever made the room', () => {
    expect([ana.current.isHost, ana.current.isCreator]).toEqual([true, true]);
    expect([ben.current.isHost, ben.current.isCreator]).toEqual([false, false]);
    expect(ben.current.hosts).toEqual([ana.user]);
  });

  test('removes somebody, whose call ends and whom nobody is linked to any more', async () => {
    const call = ben.current;
    const news = vi.fn();
    cleo.current.on('rules', news);
    await world.until(ana.current.remove(partOf(ana, 'Ben')));
    await world.pass(100);
    expect([call.state, call.endReason]).toEqual(['ended', 'removed']);
    expect(ben.openConnections).toEqual([]);
    expect([namesSeenBy(ana), namesSeenBy(cleo)]).toEqual([['Cleo'], ['Ana']]);
    expect(ana.current.room?.knock).toBe(true);
    expect(ana.current.removed.map(({ user }) => user)).toEqual([ben.user]);
    expect(cleo.current.removed).toEqual([]);
    expect(cleo.current.room?.knock).toBe(true);
  });

  test('and who was removed is told so at the door, and forgets the token', async () => {
    await world.until(ana.current.remove(partOf(ana, 'Ben')));
    await world.pass(100);
    const again = ben.enter(ROOM);
    await world.pass(100);
    expect([again.state, again.error?.code]).toEqual(['ended', 'room_removed']);
    expect(sentTokens().at(-1)).toBeUndefined();
  });

  test('locks the room', async () => {
    await world.until(ana.current.lock());
    expect([ana.current.locked, ben.current.locked]).toEqual([true, true]);
    const dan = await world.join('Dan');
    const call = dan.enter(ROOM);
    await world.pass(100);
    expect([call.state, call.error?.code]).toEqual(['ended', 'room_locked']);
    await world.until(ana.current.lock(false));
    expect(ben.current.locked).toBe(false);
  });

  test('has others knock', async () => {
    await world.until(ana.current.setKnock(true));
    expect(ben.current.room).toEqual({ name: ROOM, knock: true });
  });

  test('is named by the creator', async () => {
    await expect(world.until(ben.current.lock())).rejects.toMatchObject({ code: 'not_host' });
    await world.until(ana.current.setHost(ben.user, true));
    expect([ben.current.isHost, ben.current.isCreator]).toEqual([true, false]);
    await world.until(ben.current.lock());
    await world.until(ana.current.setHost(ben.user, false));
    expect(ben.current.isHost).toBe(false);
  });

  test('must be in the call', async () => {
    const { current } = ana;
    current.hangUp();
    await expect(current.lock()).rejects.toMatchObject({ code: 'invalid_state' });
  });
});

describe('a room token', () => {
  test('goes along with the next room.join, from another page of the browser, too', async () => {
    const browser = new FakeBrowser();
    const ana = await world.join('Ana', browser);
    ana.enter(ROOM, { knock: true });
    await world.pass(100);
    ana.client.close();
    await world.pass(100);
    const later = await world.join('Ana', browser, new FakeStorage());
    expect(later.user).toBe(ana.user);
    later.enter(ROOM);
    await world.pass(100);
    const [first, second] = sentTokens();
    expect(first).toBeUndefined();
    expect(JSON.parse(second!)).toMatchObject({ holder: ana.user, room: ROOM, knock: true });
  });

  test('is not shown by somebody else in the same browser', async () => {
    const browser = new FakeBrowser();
    const ana = await world.join('Ana', browser);
    ana.enter(ROOM);
    await world.pass(100);
    const ben = await world.join('Ben', browser, new FakeStorage());
    ben.enter(ROOM);
    await world.pass(100);
    expect(sentTokens()).toEqual([undefined, undefined]);
  });

  test('that the server has no use for is forgotten, and asked again without', async () => {
    const ana = await world.join('Ana');
    ana.enter(ROOM);
    await world.pass(100);
    ana.current.hangUp();
    await world.pass(100);
    world.server.rooms.refusesTokens = true;
    const call = ana.enter(ROOM);
    await world.pass(100);
    expect(call.state).toBe('alone');
    expect(sentTokens().map((token) => token !== undefined)).toEqual([false, true, false]);
  });

  test('brings the rules back with the call after a restart', async () => {
    const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
    await world.until(ana.current.lock());
    world.server.restart();
    await world.pass(3_000);
    expect([ana.current.locked, ben.current.locked]).toEqual([true, true]);
    expect([ana.current.isHost, ben.current.isHost]).toEqual([true, false]);
    expect([ana.current.state, ben.current.state]).toEqual(['connected', 'connected']);
  });

  test('of the heartbeat is the one that is shown next', async () => {
    const ana = await world.join('Ana');
    ana.enter(ROOM);
    await world.pass(100);
    const session = world.server.sessions[0]!;
    world.server.send(session, {
      ...{ type: 'pong', received: session.received },
      calls: [
        { call: ana.current.id!, membership: 'fresh', room_token: '{"holder":"","room":"fresh"}' },
      ],
    });
    await world.pass(100);
    ana.current.hangUp();
    await world.pass(100);
    ana.enter(ROOM);
    await world.pass(100);
    expect(sentTokens().at(1)).toBe('{"holder":"","room":"fresh"}');
  });
});

// A stranger was faster after a restart.
describe('the rules of a room that are in force again', () => {
  test('send strangers to the door before the holder is linked to anybody', async () => {
    const browser = new FakeBrowser();
    const ana = await world.join('Ana', browser);
    ana.enter(ROOM, { knock: true });
    await world.pass(100);
    ana.current.hangUp();
    await world.pass(100);
    world.server.restart();
    await world.pass(3_000);
    const mallory = await world.join('Mallory');
    const strangers = mallory.enter(ROOM);
    await world.pass(100);
    const states = statesOf(strangers);
    ana.enter(ROOM);
    await world.pass(1_000);
    expect(states).toEqual(['alone', 'reconnecting', 'waiting']);
    expect([ana.current.state, namesSeenBy(ana)]).toEqual(['alone', []]);
    expect(ana.current.knocks.map(({ name }) => name)).toEqual(['Mallory']);
    expect([ana.page.peerConnections, mallory.page.peerConnections]).toEqual([[], []]);
    await world.until(ana.current.admit(ana.current.knocks[0]!.knock, true));
    await world.pass(1_000);
    expect(strangers.state).toBe('connected');
  });
});

describe('the store of room tokens', () => {
  const store = (storage: Storage | null, user = 'ana'): RoomTokenStore => {
    const made = new RoomTokenStore({ localStorage: storage }, 'wss://a.example/ws');
    made.become(user);
    return made;
  };

  test('keeps the latest of each room', () => {
    const storage = new FakeStorage();
    store(storage).keep('one', 'a');
    store(storage).keep('two', 'b');
    store(storage).keep('one', 'c');
    expect([store(storage).get('one'), store(storage).get('two')]).toEqual(['c', 'b']);
    expect(store(storage, 'ben').get('one')).toBeNull();
    store(storage).forget('one');
    expect(store(storage).get('one')).toBeNull();
  });

  test('keeps so many, and forgets the one that is oldest', () => {
    const storage = new FakeStorage();
    for (let i = 0; i < 33; ++i) store(storage).keep(`room-${String(i)}`, 'x');
    expect(store(storage).get('room-0')).toBeNull();
    expect(store(storage).get('room-1')).toBe('x');
  });

  test('takes nothing on trust', () => {
    const storage = new FakeStorage();
    for (const text of ['nonsense', '{}', '[1,null,{"room":"one"}]']) {
      storage.setItem('visavis.rooms', text);
      expect(store(storage).get('one')).toBeNull();
    }
    store(storage).keep('one', 'a');
    expect(store(storage).get('one')).toBe('a');
  });

  test('remembers in memory where there is no storage, and nothing of nobody', () => {
    const memory = store(null);
    memory.keep('one', 'a');
    expect(memory.get('one')).toBe('a');
    const nobody = new RoomTokenStore({ localStorage: null }, 'wss://a.example/ws');
    nobody.keep('one', 'a');
    expect(nobody.get('one')).toBeNull();
  });
});
