import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeBrowser } from '../test/support/fake_platform.ts';
import { statesOf, World, type Someone } from '../test/support/world.ts';

let world: World;
let ana: Someone;
let ben: Someone;

beforeEach(async () => {
  vi.useFakeTimers();
  world = new World();
  ana = await world.join('Ana');
  ben = await world.join('Ben');
});

afterEach(() => {
  vi.useRealTimers();
});

describe('when the socket dies', () => {
  test('mid-call, the call goes on and a hang-up arrives', async () => {
    const calls = await world.callBetween(ana, ben);
    const states = statesOf(calls.out);
    world.server.resetSockets();
    await world.pass(1);
    expect(ana.client.state).toBe('reconnecting');
    await world.pass(500);
    expect(ana.client.state).toBe('online');
    expect(states).toEqual(['connected']);
    world.server.resetSockets();
    await world.pass(1);
    calls.out.hangUp();
    await world.pass(1_000);
    expect(calls.in.endReason).toBe('hangup');
    expect(world.server.calls).toEqual([]);
  });

  test('mid-ring, the ring goes on', async () => {
    const out = ana.call(ben);
    await world.pass(50);
    world.server.resetSockets();
    await world.pass(500);
    expect([out.state, ben.ring.state]).toEqual(['ringing', 'ringing']);
    expect(ben.announced).toHaveLength(1);
    void ben.ring.accept({ media: ben.media });
    await world.pass(300);
    expect([out.state, ben.ring.state]).toEqual(['connected', 'connected']);
  });

  test('while the call is being set up, nothing is lost or doubled', async () => {
    for (let delay = 1; delay < 60; delay += 3) {
      const out = ana.call(ben);
      await world.pass(50);
      const ring = ben.ring;
      void ring.accept({ media: ben.media });
      await world.pass(delay);
      world.server.resetSockets();
      await world.pass(3_000);
      expect([delay, out.state, ring.state]).toEqual([delay, 'connected', 'connected']);
      out.hangUp();
      await world.pass(3_000);
    }
    expect(world.ice.open).toEqual([]);
  });

  test('a silent one is noticed within 750 to 1,500 ms in a call', async () => {
    await world.callBetween(ana, ben);
    for (let offset = 0; offset < 500; offset += 90) {
      await world.pass(4_000 + offset);
      const frozenAt = performance.now();
      let noticedAt = 0;
      const off = ana.client.on('state', () => (noticedAt ||= performance.now()));
      world.server.freezeSockets();
      await world.pass(2_000);
      off();
      expect(noticedAt - frozenAt).toBeGreaterThanOrEqual(750);
      expect(noticedAt - frozenAt).toBeLessThanOrEqual(1_500);
    }
  });
});

describe('when the server restarts', () => {
  test('a call goes on, a hang-up arrives, and the next call works', async () => {
    const calls = await world.callBetween(ana, ben);
    const states = statesOf(calls.out);
    const { user } = ana;
    world.server.restart();
    await world.pass(3_000);
    expect([ana.client.state, ben.client.state]).toEqual(['online', 'online']);
    expect(ana.user).toBe(user);
    expect(states).toEqual(['connected']);
    calls.out.hangUp();
    await world.pass(1_000);
    expect([calls.out.endReason, calls.in.endReason]).toEqual(['hangup', 'hangup']);
    expect(world.ice.open).toEqual([]);

    const next = await world.callBetween(ben, ana);
    expect([next.out.state, next.in.state]).toEqual(['connected', 'connected']);
    expect(world.server.errors).toEqual([]);
  });

  test('and does not take the call back, whoever calls meanwhile rings beside it', async () => {
    world.server.restores = false;
    const calls = await world.callBetween(ana, ben);
    const cleo = await world.join('Cleo');
    world.server.restart();
    await world.pass(3_000);
    const out = cleo.call(ana);
    await world.pass(50);
    expect([out.state, ana.ring.from?.name, calls.out.state]).toEqual([
      'ringing',
      'Cleo',
      'connected',
    ]);
    // The server does not know of the call that goes on without it; we do.
    const refused = ana.ring.accept({ media: ana.media });
    await expect(refused).rejects.toMatchObject({ code: 'call_limit' });
    ana.ring.decline();
    await world.pass(50);
    expect([out.endReason, calls.out.state]).toEqual(['declined', 'connected']);
  });

  test('a call that only rings is lost', async () => {
    const out = ana.call(ben);
    await world.pass(50);
    world.server.restart();
    await world.pass(3_000);
    expect([out.endReason, ben.ring.endReason]).toEqual(['lost', 'lost']);
  });

  test('away for longer than the window, a call is lost for both', async () => {
    const calls = await world.callBetween(ana, ben);
    const session = world.server.sessions[0]!;
    world.server.expire(session.id);
    world.server.resetSockets();
    await world.pass(3_000);
    expect([calls.out.endReason, calls.in.endReason]).toEqual(['lost', 'lost']);
    expect(ana.client.state).toBe('online');
    expect(world.ice.open).toEqual([]);
  });
});

describe('when a page is loaded again', () => {
  test('while it rings there, the ring is back and can be accepted', async () => {
    const out = ana.call(ben);
    await world.pass(50);
    const again = await world.reload(ana, 'Ana');
    expect(again.announced).toHaveLength(1);
    expect([again.ring.direction, again.ring.state]).toEqual(['outgoing', 'ringing']);
    expect(again.ring.participants.map(({ name }) => name)).toEqual(['Ben']);
    again.ring.setMedia({ media: again.media });
    void ben.ring.accept({ media: ben.media });
    await world.pass(300);
    expect([again.ring.state, ben.ring.state]).toEqual(['connected', 'connected']);
    expect(again.openConnections[0]?.getTransceivers()[0]?.sender.track).toBe(
      again.media.track('audio'),
    );
    expect(out.state).toBe('ringing'); // of the page that is gone
  });

  test('while it rings here, the ring is back and can be accepted', async () => {
    const out = ana.call(ben);
    await world.pass(50);
    const again = await world.reload(ben, 'Ben');
    expect([again.ring.direction, again.ring.state]).toEqual(['incoming', 'ringing']);
    expect(again.ring.from?.name).toBe('Ana');
    void again.ring.accept({ media: again.media });
    await world.pass(300);
    expect([out.state, again.ring.state]).toEqual(['connected', 'connected']);
  });

  test('during a call, the call ends for the other side at once', async () => {
    const calls = await world.callBetween(ana, ben);
    await world.reload(ana, 'Ana');
    expect(calls.in.endReason).toBe('hangup');
    expect(ben.openConnections).toEqual([]);
  });

  test('during a call, and it could not say so, it leaves the call when it is back', async () => {
    const calls = await world.callBetween(ana, ben);
    ana.page.fire = () => undefined; // a crash: no pagehide
    const again = await world.reload(ana, 'Ana');
    await world.pass(100);
    expect(again.announced).toEqual([]);
    expect(calls.in.endReason).toBe('hangup');
    expect(world.server.calls).toEqual([]);
  });

  test('a duplicated tab is another device, not the same session', async () => {
    const twin = await world.join('Ana', ana.page.browser, ana.page.sessionStorage.copy());
    await world.pass(1_000);
    expect(twin.client.state).toBe('online');
    expect(ana.client.state).toBe('online');
    expect(twin.user).toBe(ana.user);
    expect(world.server.sessions).toHaveLength(3);
  });
});

describe('identity', () => {
  test('two tabs that open at once under a new name are one person', async () => {
    const browser = new FakeBrowser();
    const [one, two] = await Promise.all([world.join('Dan', browser), world.join('Dan', browser)]);
    expect(one.user).toBe(two.user);
  });

  test('another name in the same browser is another person', async () => {
    const other = await world.join('Bea', ana.page.browser);
    expect(other.user).not.toBe(ana.user);
  });

  test('a token that the server does not know is forgotten', async () => {
    const browser = new FakeBrowser();
    browser.localStorage.setItem(
      'visavis.identities',
      JSON.stringify([
        { server: 'ws://localhost:8080/ws', name: 'Eve', token: 'of another server' },
      ]),
    );
    const eve = await world.join('Eve', browser);
    expect(eve.client.state).toBe('online');
    expect(browser.localStorage.getItem('visavis.identities')).toContain(`identity-of-${eve.user}`);
  });
});

describe('when the server is out of reach', () => {
  test('a hang-up reaches the other side over the data channel', async () => {
    const calls = await world.callBetween(ana, ben);
    world.server.down = true;
    world.server.resetSockets();
    await world.pass(100);
    calls.out.hangUp();
    expect(calls.out.endReason).toBe('hangup');
    await world.pass(20);
    expect(calls.in.endReason).toBe('hangup');
    await world.pass(1_000);
    expect(world.ice.open).toEqual([]);
    world.server.down = false;
    await world.pass(20_000);
    expect(world.server.calls).toEqual([]);
    expect((await world.callBetween(ana, ben)).out.state).toBe('connected');
  });

  test('whoever was left by a bye tells the server, and can call again at once', async () => {
    const calls = await world.callBetween(ana, ben);
    world.server.sockets[0]!.freeze();
    await world.pass(1);
    calls.out.hangUp();
    await world.pass(20);
    expect(calls.in.endReason).toBe('hangup');
    const cleo = await world.join('Cleo');
    const next = ben.call(cleo);
    await world.pass(50);
    expect(next.state).toBe('ringing');
  });

  test('connecting is given up after ten seconds', async () => {
    world.server.down = true;
    const dan = world.join('Dan');
    const rejected = expect(dan).rejects.toMatchObject({ code: 'unreachable' });
    await world.pass(11_000);
    await rejected;
  });
});

test('a page that takes the session over closes this client', async () => {
  const calls = await world.callBetween(ana, ben);
  world.server.sockets[0]!.close(4001);
  await world.pass(50);
  expect([ana.client.state, ana.client.closeReason]).toEqual(['closed', 'replaced']);
  expect(calls.out.endReason).toBe('lost');
  expect(ana.openConnections).toEqual([]);
});

test('closing the client hangs up and ends the session', async () => {
  const calls = await world.callBetween(ana, ben);
  ana.client.close();
  expect([ana.client.state, ana.client.closeReason]).toEqual(['closed', 'left']);
  await world.pass(50);
  expect(calls.in.endReason).toBe('hangup');
  expect(world.server.sessions).toHaveLength(1);
  expect(() => ana.call(ben)).toThrow(expect.objectContaining({ code: 'closed' }));
});

describe('when the path dies', () => {
  test('another network is noticed and the path made anew, by the first offerer', async () => {
    const calls = await world.callBetween(ana, ben);
    const states = statesOf(calls.out);
    world.ice.change();
    ben.page.fire('network');
    await world.pass(500);
    expect(ana.openConnections[0]?.history).toContain('restartIce');
    expect(ben.openConnections[0]?.history).not.toContain('restartIce');
    await world.pass(3_000);
    expect(states).toEqual(['connected']);
    expect(world.ice.open).toHaveLength(2);
  });

  test('silence is noticed before the browser says anything', async () => {
    const calls = await world.callBetween(ana, ben);
    await world.pass(2_000);
    const states = statesOf(calls.out);
    world.ice.change();
    await world.pass(4_000);
    expect(states).toEqual(['connected', 'reconnecting', 'connected']);
  });

  test('for long, the call is given up after thirty seconds', async () => {
    const calls = await world.callBetween(ana, ben);
    world.ice.cut();
    await world.pass(30_000);
    expect(calls.out.state).toBe('reconnecting');
    await world.pass(8_000);
    expect([calls.out.endReason, calls.out.error?.code]).toEqual(['lost', 'connection_failed']);
    expect(world.server.calls).toEqual([]);
    expect(world.ice.open).toEqual([]);
  });

  test('and comes back in time, the call goes on', async () => {
    const calls = await world.callBetween(ana, ben);
    world.ice.cut();
    await world.pass(20_000);
    world.ice.mend();
    await world.pass(10_000);
    expect([calls.out.state, calls.in.state]).toEqual(['connected', 'connected']);
  });
});

test('a link that never comes up ends the call with an error', async () => {
  world.ice.blocked = true;
  const calls = await world.callBetween(ana, ben);
  await world.pass(20_000);
  expect(calls.out.state).toBe('connecting');
  await world.pass(11_000);
  expect([calls.out.endReason, calls.out.error?.code]).toEqual(['error', 'connection_failed']);
  await world.pass(1_000);
  expect(calls.in.state).toBe('ended');
  expect(world.ice.open).toEqual([]);
});
