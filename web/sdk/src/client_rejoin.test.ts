import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
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

const restartsOf = ({ openConnections }: Someone): number =>
  openConnections.flatMap(({ history }) => history).filter((step) => step === 'restartIce').length;

describe('after a restart, the server knows the call again', () => {
  test('and everybody sees it, and nothing is made anew where the path is direct', async () => {
    const { out, in: incoming } = await world.callBetween(ana, ben);
    const { id, from } = world.server.calls[0]!;
    const states = statesOf(out);
    const others = [out.participants[0], incoming.participants[0]];
    world.server.restart();
    await world.pass(3_000);
    expect(world.server.calls.map((call) => [call.id, call.from])).toEqual([[id, from]]);
    expect(world.server.calls[0]?.participants).toHaveLength(2);
    expect([out.participants, incoming.participants]).toEqual(others.map((other) => [other]));
    expect(states).toEqual(['connected']);
    expect([restartsOf(ana), restartsOf(ben)]).toEqual([0, 0]);
    expect(world.server.errors).toEqual([]);
  });

  test('hanging up goes through it', async () => {
    const { out, in: incoming } = await world.callBetween(ana, ben);
    world.server.restart();
    await world.pass(3_000);
    incoming.hangUp();
    await world.pass(50);
    expect([out.endReason, world.server.calls]).toEqual(['hangup', []]);
    await world.pass(5_000);
    expect(world.server.errors).toEqual([]);
  });

  test('who hung up before it was known again has left', async () => {
    const { out, in: incoming } = await world.callBetween(ana, ben);
    world.server.restart();
    await vi.waitFor(() => {
      expect(ana.client.state).toBe('online');
    });
    out.hangUp();
    await world.pass(3_000);
    expect([incoming.endReason, world.server.calls]).toEqual(['hangup', []]);
  });

  test('whoever calls rings at both', async () => {
    const { out } = await world.callBetween(ana, ben);
    const cleo = await world.join('Cleo');
    world.server.restart();
    await world.pass(3_000);
    const rings = cleo.call(ana);
    await world.pass(50);
    expect([rings.state, ana.ring.from?.name, out.state]).toEqual(['ringing', 'Cleo', 'connected']);
    await expect(ana.ring.accept({ media: ana.media })).rejects.toMatchObject({
      code: 'call_limit',
    });
    out.hangUp();
    void ana.ring.accept({ media: ana.media });
    await world.pass(300);
    expect([rings.state, ana.ring.state]).toEqual(['connected', 'connected']);
    expect(world.server.errors).toEqual([]);
  });

  test('over a second restart, too', async () => {
    const { out, in: incoming } = await world.callBetween(ana, ben);
    world.server.restart();
    await world.pass(3_000);
    world.server.restart();
    await world.pass(3_000);
    expect(world.server.calls[0]?.participants).toHaveLength(2);
    out.hangUp();
    await world.pass(50);
    expect([incoming.endReason, world.server.errors]).toEqual(['hangup', []]);
  });
});

describe('a path that went with the server', () => {
  test.each(['Ana', 'Ben'])('is made anew as soon as both are back, %s first', async (first) => {
    const { out, in: incoming } = await world.callBetween(ana, ben);
    const late = first === 'Ana' ? ben : ana;
    world.server.relay = true;
    world.cutOff.add(late.page);
    world.ice.change();
    world.server.restart();
    await world.pass(3_000);
    expect(restartsOf(ana), 'nobody could answer').toBe(0);
    world.cutOff.clear();
    await world.pass(15_000);
    expect([out.state, incoming.state]).toEqual(['connected', 'connected']);
    expect([restartsOf(ana) > 0, restartsOf(ben)]).toEqual([true, 0]);
    const credential = ana.openConnections[0]?.configuration.iceServers?.[0]?.credential;
    expect(credential).toBeDefined();
    expect(world.server.errors).toEqual([]);
  });
});

test('a relayed path is made anew before its silence is noticed', async () => {
  world.server.relay = true;
  ben.client.setIceTransportPolicy('relay');
  const { out } = await world.callBetween(ana, ben);
  await world.pass(2_000);
  const states = statesOf(out);
  world.server.restart();
  await world.pass(3_000);
  expect(restartsOf(ana)).toBe(1);
  expect(states).toEqual(['connected']);
});

describe('who comes back alone', () => {
  test('goes on as without a server while media does', async () => {
    const { out, in: incoming } = await world.callBetween(ana, ben);
    world.cutOff.add(ben.page);
    world.server.restart();
    await world.pass(40_000);
    expect(world.server.calls).toEqual([]);
    expect([out.state, incoming.state]).toEqual(['connected', 'connected']);
    out.hangUp();
    await world.pass(1_000);
    expect(incoming.endReason).toBe('hangup');
  });

  test('is told that the call is lost when media is, too', async () => {
    const { out } = await world.callBetween(ana, ben);
    world.cutOff.add(ben.page);
    world.server.restart();
    world.ice.change();
    await world.pass(40_000);
    expect([out.endReason, world.server.calls]).toEqual(['lost', []]);
    expect(world.server.errors).toEqual([]);
  });
});

test('of three, those who are back go on with the server, and the third with its media', async () => {
  const cleo = await world.join('Cleo');
  const out = ana.client.call([ben.user, cleo.user], { media: ana.media });
  await world.pass(50);
  for (const someone of [ben, cleo]) {
    void someone.ring.accept({ media: someone.media });
    await world.pass(300);
  }
  world.cutOff.add(cleo.page);
  world.server.restart();
  await world.pass(3_000);
  expect(world.server.calls[0]?.participants.map(({ name }) => name).sort()).toEqual([
    'Ana',
    'Ben',
  ]);
  expect(out.participants.map(({ name, link }) => [name, link])).toEqual([
    ['Ben', 'connected'],
    ['Cleo', 'connected'],
  ]);
  ben.ring.hangUp();
  await world.pass(50);
  expect([out.state, out.participants.map(({ name }) => name)]).toEqual(['connected', ['Cleo']]);
});

test('a server that does not know of it leaves the call as it was: cut off, but going on', async () => {
  world.server.restores = false;
  const { out, in: incoming } = await world.callBetween(ana, ben);
  world.server.restart();
  await world.pass(3_000);
  expect([out.state, world.server.calls]).toEqual(['connected', []]);
  out.hangUp();
  await world.pass(1_000);
  expect(incoming.endReason).toBe('hangup');
});
