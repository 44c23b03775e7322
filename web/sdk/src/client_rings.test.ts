import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeBrowser } from '../test/support/fake_platform.ts';
import { World, type Someone } from '../test/support/world.ts';

let world: World;
let ana: Someone;
let ben: Someone;
let cleo: Someone;

beforeEach(async () => {
  vi.useFakeTimers();
  world = new World();
  ana = await world.join('Ana');
  ben = await world.join('Ben');
  cleo = await world.join('Cleo');
});

afterEach(() => {
  vi.useRealTimers();
});

describe('several calls that ring', () => {
  test('are announced one by one, and any of them can be accepted', async () => {
    const [first, second] = [ana.call(cleo), ben.call(cleo)];
    await world.pass(50);
    expect(cleo.announced.map((call) => [call.from?.name, call.state])).toEqual([
      ['Ana', 'ringing'],
      ['Ben', 'ringing'],
    ]);
    expect(cleo.client.calls.size).toBe(2);
    void cleo.announced[1]?.accept({ media: cleo.media });
    await world.pass(300);
    expect([first.state, second.state]).toEqual(['ringing', 'connected']);
    cleo.announced[0]?.decline();
    await world.pass(50);
    expect([first.endReason, second.state]).toEqual(['declined', 'connected']);
    expect(world.server.errors).toEqual([]);
  });

  test('do not keep one from calling, nor from a room', async () => {
    const rings = ana.call(cleo);
    await world.pass(50);
    const room = cleo.enter('a-room');
    await world.pass(300);
    expect([room.state, rings.state, cleo.ring.state]).toEqual(['alone', 'ringing', 'ringing']);
    room.hangUp();
    const out = cleo.call(ben);
    await world.pass(50);
    expect(ben.ring.from?.name).toBe('Cleo');
    out.hangUp();
    void cleo.ring.accept({ media: cleo.media });
    await world.pass(300);
    expect(rings.state).toBe('connected');
    expect(world.server.errors).toEqual([]);
  });

  test('are found again by a page that was loaded anew', async () => {
    ana.call(cleo);
    ben.call(cleo);
    await world.pass(50);
    const again = await world.reload(cleo, 'Cleo');
    expect(again.announced.map(({ from }) => from?.name)).toEqual(['Ana', 'Ben']);
  });
});

describe('a call that comes while one is in another', () => {
  test('is accepted once the first is ended, and not before', async () => {
    const { in: first } = await world.callBetween(ana, cleo);
    const second = ben.call(cleo);
    await world.pass(50);
    expect([second.state, first.state]).toEqual(['ringing', 'connected']);
    const refused = cleo.ring.accept({ media: cleo.media });
    await expect(refused).rejects.toMatchObject({ code: 'call_limit' });
    expect([cleo.ring.state, first.state]).toEqual(['ringing', 'connected']);
    first.hangUp();
    void cleo.ring.accept({ media: cleo.media });
    await world.pass(300);
    expect([second.state, cleo.ring.state]).toEqual(['connected', 'connected']);
    expect(world.server.errors).toEqual([]);
  });

  test('is refused while the first is not answered yet, too', async () => {
    cleo.call(ana);
    ben.call(cleo);
    await world.pass(50);
    await expect(cleo.ring.accept({ media: cleo.media })).rejects.toMatchObject({
      code: 'call_limit',
    });
  });

  test('can become one with the first: the caller is asked into it', async () => {
    const { in: first } = await world.callBetween(ana, cleo);
    const out = ben.call(cleo);
    await world.pass(50);
    await world.until(first.invite([ben.user]));
    const asked = ben.ring;
    expect([asked.direction, asked.from?.name]).toEqual(['incoming', 'Cleo']);
    out.hangUp();
    void asked.accept({ media: ben.media });
    await world.pass(500);
    expect([asked.state, cleo.ring.endReason]).toEqual(['connected', 'cancelled']);
    expect(first.participants.map(({ name }) => name)).toEqual(['Ana', 'Ben']);
    expect(world.server.errors).toEqual([]);
  });
});

describe('who is blocked', () => {
  test('rings here no more, and hears nothing of it', async () => {
    await world.until(cleo.client.block(ana.user));
    const out = ana.call(cleo);
    await world.pass(1_000);
    expect([out.state, cleo.announced]).toEqual(['ringing', []]);
    expect(cleo.client.blocked).toEqual(new Set([ana.user]));
    out.hangUp();
    await world.until(cleo.client.unblock(ana.user));
    ana.call(cleo);
    await world.pass(50);
    expect([cleo.ring.from?.name, cleo.client.blocked.size]).toEqual(['Ana', 0]);
  });

  test('while they ring, rings on for them alone', async () => {
    const out = ana.call(cleo);
    ben.call(cleo);
    await world.pass(50);
    const blocked = cleo.client.block(ana.user);
    expect(cleo.announced.map(({ endReason }) => endReason)).toEqual(['declined', null]);
    await world.until(blocked);
    expect(out.state).toBe('ringing');
    expect(world.server.errors).toEqual([]);
  });

  test('while one talks to them, goes on talking', async () => {
    const { in: incoming } = await world.callBetween(ana, cleo);
    await world.until(cleo.client.block(ana.user));
    expect(incoming.state).toBe('connected');
  });

  test('is blocked on all devices', async () => {
    const browser = new FakeBrowser();
    const [laptop, phone] = [await world.join('Dan', browser), await world.join('Dan', browser)];
    const told = vi.fn();
    phone.client.on('blocked', told);
    ana.call(laptop);
    await world.pass(50);
    await world.until(laptop.client.block(ana.user));
    expect(phone.client.blocked).toEqual(new Set([ana.user]));
    expect([told.mock.calls.length, phone.ring.endReason]).toEqual([1, 'declined']);
    const tablet = await world.join('Dan', browser);
    expect(tablet.client.blocked).toEqual(new Set([ana.user]));
  });

  test('stays blocked when the server has forgotten it', async () => {
    await world.until(cleo.client.block(ana.user));
    world.server.restart();
    await world.pass(3_000);
    expect(cleo.client.blocked).toEqual(new Set([ana.user]));
    ana.call(cleo);
    await world.pass(50);
    expect(cleo.announced).toEqual([]);
  });
});

test('an error says when to try again, where the server does', async () => {
  const session = world.server.sessions.find(({ user }) => user === ana.user)!;
  const refused = vi.fn();
  ana.client.on('problem', refused);
  const message = 'Ben has not answered. Try again in 30 seconds.';
  const error = { type: 'error', code: 'rate_limited', message };
  world.server.send(session, { ...error, retry_after_ms: 30_000 });
  world.server.send(session, error);
  await world.pass(50);
  expect(refused.mock.calls).toMatchObject([
    [{ code: 'rate_limited', message, retryAfterMs: 30_000 }],
    [{ code: 'rate_limited', retryAfterMs: null }],
  ]);
});
