// Somebody in a call who does what they like, and what the others notice of it.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { FakePeerConnection } from '../test/support/fake_peer_connection.ts';
import { statesOf, World, type Someone } from '../test/support/world.ts';
import { INBOUND_RATES } from './base/limits.ts';
import type { RemoteParticipant } from './link/participant.ts';

const ROOM = 'lumo-kate-rido-basu';
const CONTROL_ID = 0;
const FLOOD = INBOUND_RATES.control.messages + 1_000;

let world: World;
let ana: Someone;
let ben: Someone;
let mallory: Someone;

beforeEach(async () => {
  vi.useFakeTimers();
  world = new World();
  const people = await world.room(ROOM, ['Ana', 'Ben', 'Mallory']);
  [ana, ben, mallory] = people as [Someone, Someone, Someone];
});
afterEach(() => {
  vi.useRealTimers();
});

const seenBy = (someone: Someone, name: string): RemoteParticipant | undefined =>
  someone.current.participants.find((one) => one.name === name);

/** The connection of one side whose other end is that person's. */
const connectionTo = (from: Someone, to: Someone): FakePeerConnection =>
  from.openConnections.find(({ peer }) => peer?.owner === to.page)!;

function flood(from: Someone, to: Someone, message: object, count = FLOOD): void {
  const channel = connectionTo(from, to).channels.get(CONTROL_ID)!;
  for (let index = 0; index < count; index += 1) channel.send(JSON.stringify(message));
}

describe('who sends too much', () => {
  test.each([
    { type: 'reaction', emoji: '👍' },
    { type: 'media', microphone_muted: true, camera_off: false },
    { type: 'data', data: 'x' },
    { type: 'nonsense' },
  ])('is removed, and hears why ($type)', async (message) => {
    const states = statesOf(ana.current);
    flood(mallory, ana, message);
    await world.pass(500);
    const shown = seenBy(ana, 'Mallory');
    expect([shown?.state, shown?.link, shown?.removedBy]).toEqual(['joined', 'removed', 'us']);
    expect(shown?.stream.getTracks()).toEqual([]);
    expect(ana.current.error?.code).toBe('flooded');
    const there = seenBy(mallory, 'Ana');
    expect([there?.link, there?.removedBy]).toEqual(['removed', 'them']);
    // Nobody else notices.
    expect(seenBy(ana, 'Ben')?.link).toBe('connected');
    expect([seenBy(ben, 'Ana')?.link, seenBy(ben, 'Mallory')?.link]).toEqual([
      'connected',
      'connected',
    ]);
    expect(states).toEqual(['connected']);
  });

  test('is not linked again, whatever they try', async () => {
    flood(mallory, ana, { type: 'alive' });
    await world.pass(500);
    const made = ana.page.peerConnections.length;
    const them = seenBy(ana, 'Mallory')!;
    const us = seenBy(mallory, 'Ana')!;
    mallory.current.retry(us);
    ana.current.retry(them);
    mallory.page.fire('network');
    ana.page.fire('network');
    await world.pass(120_000);
    expect(ana.page.peerConnections).toHaveLength(made);
    expect(them.link).toBe('removed');
  });

  test('ends a call in which there is nobody else', async () => {
    const cleo = await world.join('Cleo');
    const dan = await world.join('Dan');
    const { in: incoming } = await world.callBetween(cleo, dan);
    flood(cleo, dan, { type: 'alive' });
    await world.pass(500);
    expect([incoming.state, incoming.endReason, incoming.error?.code]).toEqual([
      'ended',
      'error',
      'flooded',
    ]);
  });

  test('as somebody new has what has grown since, and no more', async () => {
    flood(mallory, ana, { type: 'alive' });
    await world.pass(500);
    mallory.current.hangUp();
    await world.pass(500);
    mallory.enter(ROOM);
    await world.pass(1_000);
    expect(seenBy(ana, 'Mallory')?.link).toBe('connected');
    flood(mallory, ana, { type: 'alive' }, 1_000);
    await world.pass(500);
    expect(seenBy(ana, 'Mallory')?.link).toBe('removed');
  });
});

test('an app that sends as fast as `send` lets it, and reacts and mutes as fast as it can, removes nobody', async () => {
  const heard: unknown[] = [];
  ana.current.on('data', ({ data }) => heard.push(data));
  let sent = 0;
  let limited = 0;
  for (let tick = 0; tick < 600; tick += 1) {
    try {
      for (;;) {
        ben.current.send(`message ${String(sent)}`);
        sent += 1;
      }
    } catch (error) {
      expect(error).toMatchObject({ code: 'rate_limited' });
      limited += 1;
    }
    for (let times = 0; times < 10; times += 1) {
      ben.current.react('👍');
      ben.media.setMicrophoneMuted(times % 2 === 0);
      ben.current.setHandRaised(times % 2 === 1);
    }
    await world.pass(50);
  }
  expect(limited).toBe(600);
  expect(sent).toBeGreaterThan(1_000);
  expect(heard).toHaveLength(sent);
  expect([seenBy(ana, 'Ben')?.link, seenBy(mallory, 'Ben')?.link]).toEqual([
    'connected',
    'connected',
  ]);
});

test('the first media state counts, and the last: what is between is not told of one by one', async () => {
  let changes = 0;
  seenBy(ana, 'Mallory')?.on('change', () => (changes += 1));
  for (let count = 0; count < 2_000; count += 1) {
    const muted = count % 2 === 0;
    flood(mallory, ana, { type: 'media', microphone_muted: muted, camera_off: muted }, 1);
  }
  await world.pass(500);
  expect(changes).toBeLessThan(10);
  expect(seenBy(ana, 'Mallory')?.microphoneMuted).toBe(false);
});

test('who begins connections again and again is shown as unstable, then removed; the others stay', async () => {
  const { current } = mallory;
  const to = current.participants.find(({ name }) => name === 'Ana')!;
  const offer = { ...connectionTo(mallory, ana).localDescription, type: 'offer' };
  const signal = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const data = { link: `m${String(Math.random())}`, generation: 1, description: offer };
      world.say(mallory, { type: 'signal', call: current.id, to: to.id, data });
    }
  };
  signal(20);
  await world.pass(300);
  expect([seenBy(ana, 'Mallory')?.unstable, seenBy(ana, 'Mallory')?.link]).toEqual([
    true,
    'connected',
  ]);
  expect(ana.openConnections.length).toBeLessThanOrEqual(3);
  signal(200);
  await world.pass(1_000);
  expect(seenBy(ana, 'Mallory')?.link).toBe('removed');
  expect(seenBy(ana, 'Ben')?.link).toBe('connected');
  expect(ana.openConnections).toHaveLength(1);
});
