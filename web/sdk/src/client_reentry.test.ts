// Whoever was away for longer than the server keeps a session goes back into the room by themselves.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { namesSeenBy, statesIn, statesOf, World, type Someone } from '../test/support/world.ts';
import type { Call } from './call/call.ts';
import { REENTER_WITHIN_MS } from './base/limits.ts';

const ROOM = 'lumo-kate-rido-basu';
const AWAY_MS = 60_000;

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(() => {
  vi.useRealTimers();
});

const howItEnded = (call: Call): unknown[] => [call.state, call.endReason, call.error?.code];
/** In a new session, and not in the call again yet. */
async function asksAtTheDoor({ current }: Someone): Promise<void> {
  for (let ms = 0; ms < 1_000 && current.id !== null; ms += 1) await world.pass(1);
  expect(current.id).toBeNull();
}
/** What `someone` sees of the other of this name. */
const seenBy = (someone: Someone, name: string) =>
  someone.current.participants.find((other) => other.name === name);

describe('away for a minute, of three', () => {
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

  test('one is back in the same call, as somebody new, over new links', async () => {
    const call = ben.current;
    const { id, connectedAt } = call;
    const ended = vi.fn();
    call.on('ended', ended);
    const before = [...call.participants];
    const states = statesOf(call);
    await world.away(ben, AWAY_MS);
    expect(namesSeenBy(ana)).toEqual(['Cleo']);
    await world.pass(1_000);
    expect(states).toEqual(['connected', 'reconnecting', 'connected']);
    expect([ben.current, call.id, call.connectedAt]).toEqual([call, id, connectedAt]);
    expect(ended).not.toHaveBeenCalled();
    expect(statesIn([ana, ben, cleo])).toEqual(['connected', 'connected', 'connected']);
    expect([namesSeenBy(ana), namesSeenBy(ben), namesSeenBy(cleo)]).toEqual([
      ['Cleo', 'Ben'],
      ['Ana', 'Cleo'],
      ['Ana', 'Ben'],
    ]);
    expect(before.map(({ state }) => state)).toEqual(['left', 'left']);
    expect(call.participants.map(({ link }) => link)).toEqual(['connected', 'connected']);
    // Whoever was inside offers to the newcomer that Ben is now.
    const offers = ben.openConnections.map(({ history }) => history[0]);
    expect(offers).toEqual(['remote offer', 'remote offer']);
    expect(world.ice.open).toHaveLength(6);
    expect(world.server.errors).toEqual([]);
    expect(ben.openConnections[0]?.getTransceivers()[0]?.sender.track).toBe(
      ben.media.track('audio'),
    );
  });

  test('nobody vanishes from sight meanwhile', async () => {
    const counts: number[] = [];
    ben.current.on('participants', () => counts.push(ben.current.participants.length));
    await world.away(ben, AWAY_MS);
    await world.pass(1_000);
    expect(counts.length).toBeGreaterThan(0);
    expect(new Set(counts)).toEqual(new Set([2]));
  });

  test('no link is tried in vain meanwhile, and none is said to have failed', async () => {
    world.disconnect(ben);
    world.ice.cut();
    await world.pass(30_000);
    world.expire(ben);
    await world.pass(10_000); // until the links that stood are given up
    const made = ben.page.peerConnections.length;
    await world.pass(80_000);
    const links = ben.current.participants.map(({ link }) => link);
    expect([links, ben.current.state]).toEqual([['disconnected', 'disconnected'], 'reconnecting']);
    expect([ben.page.peerConnections.length - made, ben.openConnections]).toEqual([0, []]);
    world.ice.mend();
    world.reconnect(ben);
    await world.pass(1_000);
    expect(ben.current.participants.map(({ link }) => link)).toEqual(['connected', 'connected']);
  });

  test('who has left and who has come meanwhile is seen on the return', async () => {
    await world.loseSession(ben);
    ana.current.hangUp();
    const dan = await world.join('Dan');
    dan.enter(ROOM);
    await world.pass(500);
    world.reconnect(ben);
    await world.pass(1_000);
    expect(namesSeenBy(ben)).toEqual(['Cleo', 'Dan']);
    expect(statesIn([ben, cleo, dan])).toEqual(['connected', 'connected', 'connected']);
  });

  test('a raised hand is that of the participant who is back, and of nobody else', async () => {
    ben.current.setHandRaised(true);
    await world.pass(50);
    const before = seenBy(ana, 'Ben');
    await world.away(ben, AWAY_MS);
    await world.pass(1_000);
    expect([before?.handRaised, before?.state]).toEqual([true, 'left']);
    const now = seenBy(ana, 'Ben');
    expect([now === before, now?.handRaised]).toEqual([false, true]);
    ben.current.setHandRaised(false);
    await world.pass(50);
    expect(now?.handRaised).toBe(false);
  });

  test('hanging up on the way back is leaving', async () => {
    const call = ben.current;
    await world.away(ben, AWAY_MS);
    await asksAtTheDoor(ben);
    expect(call.state).toBe('reconnecting');
    call.hangUp();
    await world.pass(500);
    expect([call.endReason, namesSeenBy(ana)]).toEqual(['hangup', ['Cleo']]);
    expect(world.server.calls[0]?.participants).toHaveLength(2);
  });

  test('a socket that dies on the way back is nothing new', async () => {
    await world.loseSession(ben);
    world.reconnect(ben);
    await asksAtTheDoor(ben);
    await world.away(ben, AWAY_MS);
    await world.pass(1_000);
    expect(statesIn([ana, ben, cleo])).toEqual(['connected', 'connected', 'connected']);
  });

  test('and away once more, again', async () => {
    for (let times = 0; times < 2; times += 1) {
      await world.away(ben, AWAY_MS);
      await world.pass(1_000);
      expect(statesIn([ana, ben, cleo])).toEqual(['connected', 'connected', 'connected']);
    }
    expect(world.ice.open).toHaveLength(6);
  });

  test('a server that restarts before we are in again asks for some patience', async () => {
    await world.loseSession(ben);
    world.reconnect(ben);
    await asksAtTheDoor(ben);
    world.server.restart();
    await world.pass(20_000);
    expect(statesIn([ana, ben, cleo])).toEqual(['connected', 'connected', 'connected']);
    expect(namesSeenBy(ana).sort()).toEqual(['Ben', 'Cleo']);
  });

  test('who is rung up from inside meanwhile is in once, and nothing rings', async () => {
    const twin = await world.join('Ben', ben.page.browser);
    world.disconnect(ben);
    await world.pass(30_000);
    world.server.expire(world.server.sessions.find(({ user }) => user === ben.user)!.id);
    await world.until(ana.current.invite([ben.user]));
    expect(twin.ring.state).toBe('ringing');
    world.reconnect(ben);
    await world.pass(1_000);
    expect([ben.announced, twin.ring.endReason]).toEqual([[], 'answered_elsewhere']);
    expect(statesIn([ana, ben, cleo])).toEqual(['connected', 'connected', 'connected']);
    expect(namesSeenBy(ana)).toEqual(['Cleo', 'Ben']);
  });
});

describe('back at a room', () => {
  test('where nobody else was, one is alone in it again', async () => {
    const [ana] = (await world.room(ROOM, ['Ana'])) as [Someone];
    const states = statesOf(ana.current);
    await world.away(ana, AWAY_MS);
    await world.pass(500);
    expect(states).toEqual(['alone', 'reconnecting', 'alone']);
    expect([ana.current.room, world.server.calls.length]).toEqual([
      { name: ROOM, knock: false },
      1,
    ]);
    const ben = await world.join('Ben');
    ben.enter(ROOM);
    await world.pass(500);
    expect(states.slice(2)).toEqual(['alone', 'connecting', 'connected']);
  });

  test('that a call was given the name of', async () => {
    const ana = await world.join('Ana');
    const ben = await world.join('Ben');
    const { out, in: incoming } = await world.callBetween(ana, ben);
    await world.until(out.openRoom(ROOM));
    await world.away(ben, AWAY_MS);
    await world.pass(1_000);
    expect([out.state, incoming.state]).toEqual(['connected', 'connected']);
  });

  test('that has filled up, one hears so', async () => {
    const [, ben] = (await world.room(ROOM, ['Ana', 'Ben', 'Cleo', 'Dan', 'Eva', 'Finn'])) as [
      Someone,
      Someone,
    ];
    const call = ben.current;
    await world.loseSession(ben);
    const gil = await world.join('Gil');
    gil.enter(ROOM);
    await world.pass(500);
    world.reconnect(ben);
    await world.pass(500);
    expect(howItEnded(call)).toEqual(['ended', 'error', 'call_full']);
    expect(ben.openConnections).toEqual([]);
    expect(gil.current.state).toBe('connected');
  });

  test('with a passphrase, everything is proven anew', async () => {
    const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'], { passphrase: 'open sesame' })) as [
      Someone,
      Someone,
    ];
    await world.away(ben, AWAY_MS);
    const trusts: string[] = [];
    ben.current.on('participants', () => {
      for (const other of ben.current.participants) {
        trusts.push(other.trust);
        other.on('change', () => trusts.push(other.trust));
      }
    });
    await world.pass(2_000);
    expect(trusts[0]).toBe('proving');
    expect(trusts.at(-1)).toBe('proven');
    expect([ben.current.passphrase, ...statesIn([ana, ben])]).toEqual([
      'open sesame',
      'connected',
      'connected',
    ]);
  });
});

describe('where one has to knock', () => {
  let ana: Someone;
  let ben: Someone;

  beforeEach(async () => {
    ana = await world.join('Ana');
    ana.enter(ROOM, { knock: true });
    await world.pass(50);
    ben = await world.join('Ben');
    ben.enter(ROOM);
    await world.pass(50);
    await world.until(ana.current.admit(ana.current.knocks[0]!.knock, true));
    await world.pass(500);
  });

  test('whoever was admitted once is let in', async () => {
    const states = statesOf(ben.current);
    await world.away(ben, AWAY_MS);
    await world.pass(1_000);
    expect(states).toEqual(['connected', 'reconnecting', 'connected']);
    expect(ana.current.knocks).toEqual([]);
  });

  test('whoever the server has forgotten knocks again, and sees nobody until then', async () => {
    const call = ben.current;
    const states = statesOf(call);
    await world.loseSession(ben);
    world.server.forgetAdmitted(ROOM);
    world.reconnect(ben);
    await world.pass(1_000);
    expect([call.state, call.participants]).toEqual(['waiting', []]);
    await world.until(ana.current.admit(ana.current.knocks[0]!.knock, true));
    await world.pass(500);
    expect(states).toEqual(['connected', 'reconnecting', 'waiting', 'reconnecting', 'connected']);
  });

  test('and is refused this time, the call is over', async () => {
    const call = ben.current;
    await world.loseSession(ben);
    world.server.forgetAdmitted(ROOM);
    world.reconnect(ben);
    await world.pass(1_000);
    await world.until(ana.current.admit(ana.current.knocks[0]!.knock, false));
    expect(howItEnded(call)).toEqual(['ended', 'error', 'room_refused']);
  });

  test('who knocks is not shown to whoever is away', async () => {
    const cleo = await world.join('Cleo');
    cleo.enter(ROOM);
    await world.pass(50);
    expect(ben.current.knocks).toHaveLength(1);
    await world.loseSession(ben);
    cleo.current.hangUp();
    world.reconnect(ben);
    await world.pass(1_000);
    expect(ben.current.knocks).toEqual([]);
  });
});

describe('too late', () => {
  test('one does not go back in by oneself', async () => {
    const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
    const call = ben.current;
    await world.away(ben, REENTER_WITHIN_MS + 1_000);
    await world.pass(1_000);
    expect(howItEnded(call)).toEqual(['ended', 'lost', 'away_too_long']);
    expect([ben.client.state, ana.current.state]).toEqual(['online', 'alone']);
    expect(ben.openConnections).toEqual([]);
  });

  test('a moment before that, one does', async () => {
    const [, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
    await world.away(ben, REENTER_WITHIN_MS - 1_000);
    await world.pass(1_000);
    expect(ben.current.state).toBe('connected');
  });

  test('a laptop that was opened the next morning shows nothing, whatever its timers say', async () => {
    const [, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
    const call = ben.current;
    world.expire(ben);
    world.disconnect(ben);
    vi.setSystemTime(Date.now() + 10 * 3_600_000);
    world.reconnect(ben);
    await world.pass(1_000);
    expect(howItEnded(call)).toEqual(['ended', 'lost', 'away_too_long']);
  });

  test('nor where the server has restarted in the night, though its links still seem to stand', async () => {
    const [, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
    const call = ben.current;
    vi.setSystemTime(Date.now() + 10 * 3_600_000);
    world.server.restart();
    await world.pass(1_000);
    expect(howItEnded(call)).toEqual(['ended', 'lost', 'away_too_long']);
  });

  test('but a call that stands outlives a server that is away for long', async () => {
    const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
    world.server.down = true;
    world.server.restart();
    await world.pass(2 * REENTER_WITHIN_MS);
    world.server.down = false;
    await world.pass(30_000);
    expect(statesIn([ana, ben])).toEqual(['connected', 'connected']);
    expect(world.server.calls[0]?.participants).toHaveLength(2);
  });

  test('whoever knocks has gone away', async () => {
    const ana = await world.join('Ana');
    ana.enter(ROOM, { knock: true });
    await world.pass(50);
    const ben = await world.join('Ben');
    const call = ben.enter(ROOM);
    await world.pass(50);
    await world.away(ben, REENTER_WITHIN_MS + 1_000);
    await world.pass(1_000);
    expect(howItEnded(call)).toEqual(['ended', 'lost', 'away_too_long']);
    expect(ana.current.knocks).toEqual([]);
  });
});

test('a call without a room has ended for the other side, and so for us', async () => {
  const ana = await world.join('Ana');
  const ben = await world.join('Ben');
  const { out, in: incoming } = await world.callBetween(ana, ben);
  await world.away(ben, AWAY_MS);
  await world.pass(1_000);
  expect(out.endReason).toBe('lost');
  expect(howItEnded(incoming)).toEqual(['ended', 'lost', 'away_too_long']);
});
