import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { publicList } from '../test/support/fake_session.ts';
import { statesOf, World, type Someone } from '../test/support/world.ts';
import { CREDENTIALS_FRESH_MS, CREDENTIALS_WAIT_MS } from './base/limits.ts';

let world: World;
let ana: Someone;
let ben: Someone;

beforeEach(async () => {
  vi.useFakeTimers();
  world = new World();
  world.server.relay = true;
  ana = await world.join('Ana');
  ben = await world.join('Ben');
});

afterEach(() => {
  vi.useRealTimers();
});

/** What the open connection of somebody would allocate with. */
const credentialOf = ({ openConnections }: Someone): string | undefined =>
  openConnections[0]?.configuration.iceServers?.[0]?.credential;

const usersOf = ({ openConnections }: Someone): string[] =>
  openConnections.flatMap(
    ({ configuration }) => configuration.iceServers?.map(({ username }) => username ?? '') ?? [],
  );

/** Time passes of which only the clock on the wall tells: the credentials are no longer fresh. */
function credentialsAge(): void {
  vi.setSystemTime(Date.now() + CREDENTIALS_FRESH_MS);
}

describe('the ICE servers of a call', () => {
  test('are its own, for each side', async () => {
    world.server.welcomeExtras['ice_servers'] = [{ urls: ['stun:calls.example.org'] }];
    await world.callBetween(ana, ben);
    const [one, two] = [usersOf(ana), usersOf(ben)];
    expect(one).toHaveLength(1);
    expect(one[0]).toMatch(/^\d+:call\d+:session\d+$/);
    expect(one).not.toEqual(two);
  });

  test('are the ones that came last', async () => {
    const out = ana.call(ben);
    await world.pass(50);
    const rung = ben.ring;
    const [call] = world.server.calls;
    world.server.send(world.server.sessions[0]!, {
      type: 'call.ringing',
      call: call!.id,
      participant: call!.from,
      from: call!.from,
      video: true,
      participants: publicList(call!),
      ice_servers: [{ urls: 'turn:calls.example.org', username: '9:x', credential: 'last' }],
    });
    void rung.accept({ media: ben.media });
    await world.pass(300);
    expect(credentialOf(ana)).toBe('last');
    expect(out.state).toBe('connected');
  });

  test('are those of the welcome where the server has no relay', async () => {
    world.server.relay = false;
    const stun = { urls: ['stun:calls.example.org'] };
    world.server.welcomeExtras['ice_servers'] = [stun];
    const cleo = await world.join('Cleo');
    const { out } = await world.callBetween(cleo, ben);
    expect(cleo.client.iceServers).toEqual([stun]);
    expect(out.state).toBe('connected');
  });

  test('are found again with the ring after a reload', async () => {
    ana.call(ben);
    await world.pass(50);
    const again = await world.reload(ben, 'Ben');
    void again.ring.accept({ media: again.media });
    await world.pass(300);
    expect(credentialOf(again)).toMatch(/^credential/);
  });
});

describe('credentials', () => {
  test('are renewed on both sides before an ICE restart that comes late in a call', async () => {
    const { out } = await world.callBetween(ana, ben);
    const before = [credentialOf(ana), credentialOf(ben)];
    credentialsAge();
    const states = statesOf(out);
    world.ice.change();
    ana.page.fire('network');
    await world.pass(2_000);
    const after = [credentialOf(ana), credentialOf(ben)];
    expect(after[0]).not.toBe(before[0]);
    expect(after[1]).not.toBe(before[1]);
    expect(ana.openConnections[0]?.history).toContain('restartIce');
    expect(states).toEqual(['connected']);
    expect(world.server.errors).toEqual([]);
  });

  test('that cannot be had in time hold no restart up for long', async () => {
    await world.callBetween(ana, ben);
    credentialsAge();
    const before = credentialOf(ana);
    world.server.relayDelayMs = Infinity;
    await world.pass(2_000);
    world.ice.change();
    ben.page.fire('network');
    await world.pass(CREDENTIALS_WAIT_MS - 50);
    expect(ana.openConnections[0]?.history).not.toContain('restartIce');
    await world.pass(100);
    expect(ana.openConnections[0]?.history).toContain('restartIce');
    expect(credentialOf(ana)).toBe(before);
    await world.pass(2 * CREDENTIALS_WAIT_MS);
    expect(ana.client.calls.values().next().value?.state).toBe('connected');
  });

  test('that the server refuses are no error to the app', async () => {
    const { out } = await world.callBetween(ana, ben);
    const problems: unknown[] = [];
    ana.client.on('problem', (problem) => problems.push(problem));
    credentialsAge();
    world.server.refuseRelay = true;
    world.ice.change();
    ana.page.fire('network');
    await world.pass(3_000);
    expect(world.server.errors).toContain('relay_unavailable');
    expect([out.state, out.error, problems]).toEqual(['connected', null, []]);
  });
});

describe('relayed only', () => {
  test('is what the client was made with, and holds for every call', async () => {
    const cleo = await world.join('Cleo', undefined, undefined, { iceTransportPolicy: 'relay' });
    const { out, in: incoming } = await world.callBetween(cleo, ben);
    expect(cleo.client.iceTransportPolicy).toBe('relay');
    expect(cleo.openConnections[0]?.configuration.iceTransportPolicy).toBe('relay');
    expect(out.participants[0]?.path).toMatchObject({ kind: 'relayed', protocol: 'tls' });
    expect(incoming.participants[0]?.path).toMatchObject({ kind: 'relayed', remote: 'relay' });
    expect(ben.openConnections[0]?.configuration.iceTransportPolicy).toBe('all');
    out.hangUp();
    await world.pass(50);
    const back = await world.callBetween(ben, cleo);
    expect(back.in.participants[0]?.path).toMatchObject({ kind: 'relayed', local: 'relay' });
  });

  test('can be switched on and off during a call, which goes on', async () => {
    const { out, in: incoming } = await world.callBetween(ana, ben);
    const states = statesOf(out);
    ben.client.setIceTransportPolicy('relay');
    await world.pass(1_000);
    expect(incoming.participants[0]?.path?.local).toBe('relay');
    // What one side begins anew takes over at the other without a gap.
    expect(states).toEqual(['connected']);
    ben.client.setIceTransportPolicy('all');
    await world.pass(3_000);
    expect(incoming.participants[0]?.path?.kind).toBe('direct');
    expect(states).toHaveLength(1);
    expect([out.state, incoming.state]).toEqual(['connected', 'connected']);
    expect(world.ice.open).toHaveLength(2);
  });

  test('without a relay no call begins, and the reason is clear', async () => {
    world.server.relay = false;
    ana.client.setIceTransportPolicy('relay');
    const out = ana.call(ben);
    await world.pass(50);
    expect([out.endReason, out.error?.code]).toEqual(['error', 'no_relay']);
    expect(ben.ring.endReason).toBe('cancelled');
    expect(world.server.calls).toEqual([]);

    const second = ben.call(ana);
    await world.pass(50);
    await expect(ana.ring.accept({ media: ana.media })).rejects.toMatchObject({ code: 'no_relay' });
    expect([second.state, ana.ring.state]).toEqual(['ringing', 'ringing']);
    ana.client.setIceTransportPolicy('all');
    void ana.ring.accept({ media: ana.media });
    await world.pass(300);
    expect(second.state).toBe('connected');
    ana.client.setIceTransportPolicy('relay');
    await world.pass(60_000);
    expect(second.state, 'a call that stands goes on').toBe('connected');
    expect(ben.openConnections[0]?.history).not.toContain('restartIce');
    expect(world.ice.open).toHaveLength(2);
  });
});

describe('a call that the server does not take back after a restart', () => {
  beforeEach(() => {
    world.server.restores = false;
  });

  test('is left alone: nobody could answer an offer', async () => {
    const { out, in: incoming } = await world.callBetween(ana, ben);
    world.server.restart();
    await world.pass(3_000);
    const states = [statesOf(out), statesOf(incoming)];
    ben.page.fire('network');
    ben.client.setIceTransportPolicy('relay');
    await world.pass(60_000);
    expect(states).toEqual([['connected'], ['connected']]);
    expect(world.ice.open.flatMap(({ history }) => history)).not.toContain('restartIce');
    expect(new Set(world.server.errors)).toEqual(new Set(['unknown_message']));
  });

  test('survives a path that is dead for a while: nothing is torn down that may come back', async () => {
    const { out } = await world.callBetween(ana, ben);
    world.server.restart();
    world.ice.cut();
    await world.pass(24_000);
    expect(out.state).toBe('reconnecting');
    world.ice.mend();
    await world.pass(3_000);
    expect(out.state).toBe('connected');
    expect(ana.page.peerConnections).toHaveLength(1);
  });

  test('and whose path went with it, ends as lost and says why', async () => {
    ana.client.setIceTransportPolicy('relay');
    const { out, in: incoming } = await world.callBetween(ana, ben);
    world.server.restart();
    world.ice.cut(); // the allocations are gone
    await world.pass(40_000);
    for (const call of [out, incoming]) {
      expect([call.endReason, call.error?.code]).toEqual(['lost', 'session_lost']);
    }
    expect(world.ice.open).toEqual([]);
    world.ice.mend();
    expect((await world.callBetween(ana, ben)).out.state).toBe('connected');
  });
});
