import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeBrowser, FakeStorage } from '../test/support/fake_platform.ts';
import { namesSeenBy, statesIn, statesOf, World, type Someone } from '../test/support/world.ts';
import type { Call } from './call/call.ts';
import { lookAtRoom } from './room/room_preview.ts';

const ROOM = 'lumo-kate-rido-basu';

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a room', () => {
  test('is entered alone, and connects with whoever comes', async () => {
    const ana = await world.join('Ana');
    const call = ana.enter(ROOM);
    const states = statesOf(call);
    expect([call.direction, call.room]).toEqual(['room', { name: ROOM, knock: false }]);
    await world.pass(50);
    const ben = await world.join('Ben');
    ben.enter(ROOM);
    await world.pass(300);
    expect(states).toEqual(['calling', 'alone', 'connecting', 'connected']);
    expect([namesSeenBy(ana), namesSeenBy(ben)]).toEqual([['Ben'], ['Ana']]);
    expect([...ana.announced, ...ben.announced]).toEqual([]);
    expect(world.server.errors).toEqual([]);
  });

  test('goes on when the others have left, and is over with the last', async () => {
    const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
    const call = ana.current;
    ben.current.hangUp();
    await world.pass(50);
    expect([call.state, call.participants]).toEqual(['alone', []]);
    ben.enter(ROOM);
    const states = statesOf(call);
    await world.pass(300);
    expect(states).toEqual(['alone', 'connecting', 'connected']);
    ben.current.hangUp();
    await world.pass(50);
    call.hangUp();
    await world.pass(50);
    expect([call.endReason, world.server.calls]).toEqual(['hangup', []]);
  });

  test('of six is a full mesh in which whoever joined earlier offers', async () => {
    const names = ['Ana', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn'];
    const people = await world.room(ROOM, names);
    expect(new Set(statesIn(people))).toEqual(new Set(['connected']));
    const offers = people.map(
      ({ openConnections }) =>
        openConnections.filter(({ history }) => history[0] === 'local offer').length,
    );
    expect(offers).toEqual([5, 4, 3, 2, 1, 0]);
    expect(people.flatMap(({ openConnections }) => openConnections)).toHaveLength(30);
    expect(
      people.flatMap(({ openConnections }) => openConnections).map((pc) => pc.history),
    ).not.toEqual(expect.arrayContaining([expect.arrayContaining(['rollback'])]));
  });

  test('that is full says so', async () => {
    await world.room(ROOM, ['Ana', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn']);
    const late = await world.join('Gil');
    const call = late.enter(ROOM);
    await world.pass(50);
    expect([call.state, call.endReason, call.error?.code]).toEqual(['ended', 'error', 'call_full']);
  });

  test('can be left before the server has answered', async () => {
    const ana = await world.join('Ana');
    const call = ana.enter(ROOM);
    call.hangUp();
    await world.pass(50);
    expect([call.endReason, world.server.calls]).toEqual(['cancelled', []]);
  });

  test('has a name that the server would take', async () => {
    const ana = await world.join('Ana');
    const wrong: unknown = expect.objectContaining({ code: 'invalid_field' });
    expect(() => ana.enter('Not a name')).toThrow(wrong);
    expect(ana.client.calls.size).toBe(0);
  });

  test('is left by a page that goes, and by one that could not say so', async () => {
    const [ana, ben, cleo] = (await world.room(ROOM, ['Ana', 'Ben', 'Cleo'])) as [
      Someone,
      Someone,
      Someone,
    ];
    await world.reload(ben, 'Ben');
    await world.pass(300);
    expect([namesSeenBy(ana), namesSeenBy(cleo)]).toEqual([['Cleo'], ['Ana']]);
    cleo.current.hangUp();
    await world.pass(50);
    // Alone in it: nothing of the call can be restored.
    world.freeze(ana);
    const again = await world.reload(ana, 'Ana');
    await world.pass(300);
    expect([again.announced, world.server.calls]).toEqual([[], []]);
  });
});

describe('after a restart of the server, a room', () => {
  test('is the same call under the same name', async () => {
    const people = await world.room(ROOM, ['Ana', 'Ben'], { knock: false });
    const [ana, ben] = people as [Someone, Someone];
    world.server.restart();
    await world.pass(3_000);
    expect(ana.current.room).toEqual({ name: ROOM, knock: false });
    expect(world.server.calls).toHaveLength(1);
    const cleo = await world.join('Cleo');
    cleo.enter(ROOM);
    await world.pass(300);
    expect(namesSeenBy(cleo)).toEqual(['Ana', 'Ben']);
    expect(statesIn([ana, ben, cleo])).toEqual(['connected', 'connected', 'connected']);
  });

  test('connects whoever came in meanwhile with whoever comes back late', async () => {
    const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
    world.cutOff.add(ben.page);
    world.server.restart();
    await world.pass(3_000);
    const cleo = await world.join('Cleo');
    cleo.enter(ROOM);
    await world.pass(300);
    expect(namesSeenBy(cleo)).toEqual(['Ana']);
    world.cutOff.clear();
    await world.pass(12_000);
    expect(statesIn([ana, ben, cleo])).toEqual(['connected', 'connected', 'connected']);
    expect(namesSeenBy(cleo).sort()).toEqual(['Ana', 'Ben']);
    const offered = cleo.openConnections.map(({ history }) => history[0]);
    expect(offered, 'Cleo came last').toEqual(['remote offer', 'remote offer']);
  });

  test('goes on with one', async () => {
    const ana = await world.join('Ana');
    const call = ana.enter(ROOM);
    await world.pass(50);
    const states = statesOf(call);
    world.server.restart();
    await world.pass(40_000);
    expect([states, call.room?.name]).toEqual([['alone'], ROOM]);
    expect(world.server.calls).toHaveLength(1);
  });

  test('is entered by its door where the server does not take it back', async () => {
    const ana = await world.join('Ana');
    const call = ana.enter(ROOM);
    await world.pass(50);
    world.server.restores = false;
    world.server.restart();
    await world.pass(5_000);
    expect([call.state, call.room?.name]).toEqual(['alone', ROOM]);
    const ben = await world.join('Ben');
    ben.enter(ROOM);
    await world.pass(300);
    expect(statesIn([ana, ben])).toEqual(['connected', 'connected']);
  });

  test('whose name is taken meanwhile goes on as any call', async () => {
    const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
    const cleo = await world.join('Cleo');
    world.cutOff.add(ana.page);
    world.cutOff.add(ben.page);
    world.server.restart();
    await world.pass(2_000);
    cleo.enter(ROOM);
    await world.pass(100);
    world.cutOff.clear();
    const call = ana.current;
    await world.pass(15_000);
    expect([call.room, call.state]).toEqual([null, 'connected']);
    ben.current.hangUp();
    await world.pass(100);
    expect(call.endReason).toBe('hangup');
  });

  test('is asked for again by whoever was on the way in', async () => {
    const ana = await world.join('Ana');
    ana.enter(ROOM, { knock: true });
    await world.pass(50);
    const ben = await world.join('Ben');
    ben.enter(ROOM);
    await world.pass(50);
    expect(ben.current.state).toBe('waiting');
    world.cutOff.add(ana.page);
    world.server.restart();
    await world.pass(3_000);
    world.cutOff.clear();
    await world.pass(5_000);
    expect([ben.current.state, ana.current.state]).toEqual(['waiting', 'alone']);
    expect(ana.current.knocks.map(({ name }) => name)).toEqual(['Ben']);
  });
});

describe('knocking', () => {
  let ana: Someone;
  let ben: Someone;
  let inside: Call;

  beforeEach(async () => {
    ana = await world.join('Ana');
    inside = ana.enter(ROOM, { knock: true });
    await world.pass(50);
    ben = await world.join('Ben');
  });

  test('waits, is seen, and gets in', async () => {
    const seen: string[][] = [];
    inside.on('knocks', () => seen.push(inside.knocks.map(({ name }) => name)));
    const call = ben.enter(ROOM);
    const states = statesOf(call);
    await world.pass(50);
    expect([call.state, call.room?.knock, call.id]).toEqual(['waiting', true, null]);
    await world.until(inside.admit(inside.knocks[0]!.knock, true));
    await world.pass(300);
    expect(states).toEqual(['calling', 'waiting', 'connecting', 'connected']);
    expect(seen).toEqual([['Ben'], []]);
    expect([inside.state, inside.room]).toEqual(['connected', { name: ROOM, knock: true }]);
  });

  test('is refused', async () => {
    const call = ben.enter(ROOM);
    await world.pass(50);
    await world.until(inside.admit(inside.knocks[0]!.knock, false));
    expect([call.endReason, call.error?.code]).toEqual(['error', 'room_refused']);
    expect([inside.state, inside.knocks]).toEqual(['alone', []]);
    await expect(world.until(inside.admit('knock0', true))).rejects.toMatchObject({
      code: 'unknown_knock',
    });
  });

  test('is given up, by the person or with the page', async () => {
    ben.enter(ROOM).hangUp();
    await world.pass(50);
    expect(inside.knocks).toEqual([]);
    const call = ben.enter(ROOM);
    await world.pass(50);
    call.hangUp();
    await world.pass(50);
    expect([call.endReason, inside.knocks]).toEqual(['cancelled', []]);
    ben.enter(ROOM);
    await world.pass(50);
    await world.reload(ben, 'Ben');
    await world.pass(50);
    expect(inside.knocks).toEqual([]);
  });

  test('stops when another call begins', async () => {
    const cleo = await world.join('Cleo');
    const call = ben.enter(ROOM);
    await world.pass(50);
    cleo.call(ben);
    await world.pass(50);
    expect(ben.ring.state).toBe('ringing');
    void ben.ring.accept({ media: ben.media });
    await world.pass(300);
    expect([call.endReason, inside.knocks, ben.ring.state]).toEqual(['cancelled', [], 'connected']);
  });

  test('is not needed any more when somebody inside asks us in', async () => {
    const call = ben.enter(ROOM);
    await world.pass(50);
    await world.until(inside.invite([ben.user]));
    await world.pass(300);
    expect([call.state, inside.state]).toEqual(['connected', 'connected']);
    expect([ben.announced, [...ben.client.calls]]).toEqual([[], [call]]);
  });

  test('can be seen by whoever is let in, but not done with by whoever is outside', async () => {
    const cleo = await world.join('Cleo');
    cleo.enter(ROOM);
    const call = ben.enter(ROOM);
    await world.pass(50);
    await expect(world.until(call.admit('knock0', true))).rejects.toMatchObject({
      code: 'invalid_state',
    });
    const [first] = inside.knocks;
    await world.until(inside.admit(first!.knock, true));
    await world.pass(300);
    expect(cleo.current.knocks.map(({ name }) => name)).toEqual(['Ben']);
  });
});

describe('a running call', () => {
  let ana: Someone;
  let ben: Someone;
  let cleo: Someone;
  let out: Call;
  let incoming: Call;

  beforeEach(async () => {
    ana = await world.join('Ana');
    ben = await world.join('Ben');
    cleo = await world.join('Cleo');
    ({ out, in: incoming } = await world.callBetween(ana, ben));
  });

  test('gets a link, and is a room from then on', async () => {
    const told: (string | undefined)[] = [];
    incoming.on('room', () => told.push(incoming.room?.name));
    await world.until(out.openRoom(ROOM));
    expect([told, out.room]).toEqual([[ROOM], { name: ROOM, knock: false }]);
    cleo.enter(ROOM);
    await world.pass(300);
    expect(namesSeenBy(ana)).toEqual(['Ben', 'Cleo']);
    ben.current.hangUp();
    cleo.current.hangUp();
    await world.pass(100);
    expect(out.state).toBe('alone');
  });

  test('cannot have a name that is taken, or that is none', async () => {
    cleo.enter(ROOM);
    await world.pass(50);
    await expect(world.until(out.openRoom(ROOM))).rejects.toMatchObject({ code: 'room_taken' });
    await expect(world.until(out.openRoom('A'))).rejects.toMatchObject({ code: 'invalid_field' });
    expect(out.room).toBeNull();
  });

  test('takes a third person in, who is seen ringing before', async () => {
    await world.until(out.invite([cleo.user]));
    expect(incoming.participants.map(({ name, state }) => [name, state])).toEqual([
      ['Ana', 'joined'],
      ['Cleo', 'invited'],
    ]);
    expect([cleo.ring.from?.name, out.state]).toEqual(['Ana', 'connected']);
    void cleo.ring.accept({ media: cleo.media });
    await world.pass(300);
    expect(statesIn([ana, ben, cleo])).toEqual(['connected', 'connected', 'connected']);
  });

  test('goes on when that person declines', async () => {
    await world.until(out.invite([cleo.user]));
    cleo.ring.decline();
    await world.pass(50);
    expect([out.state, namesSeenBy(ana), namesSeenBy(ben)]).toEqual([
      'connected',
      ['Ben'],
      ['Ana'],
    ]);
  });

  test('says who cannot be invited', async () => {
    const dan = await world.join('Dan');
    for (const name of ['Eve', 'Finn', 'Gus']) (await world.join(name)).call(dan);
    await world.pass(50);
    await expect(world.until(out.invite([dan.user]))).rejects.toMatchObject({ code: 'busy' });
    await expect(world.until(out.invite(['x']))).rejects.toMatchObject({ code: 'unknown_user' });
    await world.until(out.invite([dan.user, cleo.user]));
    expect(out.participants.map(({ name }) => name)).toEqual(['Ben', 'Cleo']);
  });

  test('and its link used while it rings are one call', async () => {
    await world.until(out.openRoom(ROOM));
    await world.until(out.invite([cleo.user]));
    const ring = cleo.ring;
    expect(ring.room?.name).toBe(ROOM);
    const call = cleo.enter(ROOM);
    await world.pass(300);
    expect(ring.endReason).toBe('answered_elsewhere');
    expect([call.state, [...cleo.client.calls]]).toEqual(['connected', [call]]);
    expect(namesSeenBy(ana)).toEqual(['Ben', 'Cleo']);
  });

  test('and an invitation that crosses our way in are one call', async () => {
    await world.until(out.openRoom(ROOM));
    const call = cleo.enter(ROOM);
    void out.invite([cleo.user]).catch(() => undefined);
    await world.pass(300);
    expect([call.state, cleo.announced]).toEqual(['connected', []]);
    expect(namesSeenBy(ana)).toEqual(['Ben', 'Cleo']);
  });
});

describe('looking at a room', () => {
  test('tells who is inside, and how many fit, to somebody without a name', async () => {
    await world.room(ROOM, ['Ana', 'Ben']);
    const page = world.page(new FakeBrowser(), new FakeStorage());
    const preview = await world.until(lookAtRoom(ROOM, { platform: page }));
    const { participants, ...rest } = preview;
    expect(participants.map(({ name }) => name)).toEqual(['Ana', 'Ben']);
    expect(rest).toEqual({ room: ROOM, knock: false, locked: false, count: 2, participantsMax: 6 });
    expect(world.sockets.at(-1)?.readyState).toBe(WebSocket.CLOSED);
    expect(world.server.calls).toHaveLength(1);
  });

  test('fails with a reason', async () => {
    const page = world.page(new FakeBrowser(), new FakeStorage());
    await expect(world.until(lookAtRoom('no', { platform: page }))).rejects.toMatchObject({
      code: 'invalid_field',
    });
    world.server.down = true;
    await expect(world.until(lookAtRoom(ROOM, { platform: page }))).rejects.toMatchObject({
      code: 'unreachable',
    });
  });
});
