// What calls do with media, over real links between fakes: who sends what to whom, and who speaks.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeTrack } from '../test/support/fake_media.ts';
import type { FakePeerConnection } from '../test/support/fake_peer_connection.ts';
import type { FakeSender } from '../test/support/fake_rtp.ts';
import { World, type Someone } from '../test/support/world.ts';
import type { Call } from './call/call.ts';
// Loaded before time stands still.
import './call/call_media_parts.ts';
import type { UplinkState } from './adapt/uplink_budget.ts';
import { SPEAKER_HOLD_MS } from './base/limits.ts';
import { SLOTS, type Slot } from './media/slots.ts';
import { AUDIO_FULL, CAMERA_PEAK, PAUSE_AFTER_MS, SETTLE_MS } from './adapt/uplink_limits.ts';

let world: World;
let ana: Someone;
let ben: Someone;
let call: Call;
let bens: Call;

beforeEach(async () => {
  vi.useFakeTimers();
  world = new World();
  ana = await world.join('Ana');
  ben = await world.join('Ben');
  ({ out: call, in: bens } = await world.callBetween(ana, ben));
});

afterEach(() => {
  vi.useRealTimers();
});

const connection = (someone: Someone, index = 0): FakePeerConnection =>
  someone.openConnections[index]!;
const sender = (someone: Someone, slot: Slot, index = 0): FakeSender =>
  connection(someone, index).getTransceivers()[SLOTS.indexOf(slot)]!.sender;

describe('senders', () => {
  test('are told what they may send once the link is up, both sides', () => {
    for (const someone of [ana, ben]) {
      expect(sender(someone, 'audio').encoding).toEqual({ active: true, maxBitrate: AUDIO_FULL });
      expect(sender(someone, 'video').encoding).toMatchObject({
        active: true,
        maxBitrate: CAMERA_PEAK[720],
        scaleResolutionDownBy: 1,
      });
      expect(sender(someone, 'screen').encoding.active).toBe(false);
    }
  });

  test('are left alone while nothing changes', async () => {
    const before = SLOTS.map((slot) => sender(ana, slot).sets);
    expect(Math.max(...before)).toBe(1);
    await world.pass(10_000);
    expect(SLOTS.map((slot) => sender(ana, slot).sets)).toEqual(before);
  });

  test('are told one thing at a time, and what was wanted last', async () => {
    for (const camera of ['small', 'hidden', 'large', 'hidden'] as const) {
      bens.setView(bens.participants[0]!.id, { camera, screen: 'large' });
    }
    await world.pass(100);
    expect(sender(ana, 'video').encoding.active).toBe(false);
    expect(ana.client.calls.size).toBe(1);
  });

  test('are told again when it failed', async () => {
    sender(ana, 'video').failing = true;
    bens.setView(bens.participants[0]!.id, { camera: 'hidden', screen: 'large' });
    await world.pass(100);
    expect(sender(ana, 'video').encoding.active).toBe(true);
    await world.pass(1_000);
    expect(sender(ana, 'video').encoding.active).toBe(false);
  });

  test('of a new connection are told what those of the old one were', async () => {
    bens.setView(bens.participants[0]!.id, { camera: 'hidden', screen: 'large' });
    await world.pass(100);
    const before = connection(ana);
    // Only another connection object mends this.
    world.ice.blocked = true;
    world.ice.change();
    await world.pass(15_000);
    world.ice.blocked = false;
    await world.pass(15_000);
    expect(connection(ana)).not.toBe(before);
    expect(call.state).toBe('connected');
    expect(sender(ana, 'video').encoding.active).toBe(false);
  });
});

describe('a screen', () => {
  test('goes beside the camera, without negotiation, until the browser ends it', async () => {
    const offers = connection(ana).history.length;
    const picture = new FakeTrack('video', { width: 1920, height: 1080, frameRate: 30 });
    ana.source.screen = [picture];
    expect(await ana.media.shareScreen()).toBeNull();
    await world.pass(100);
    expect(sender(ana, 'screen').track).toBe(picture);
    expect(sender(ana, 'screen').encoding).toMatchObject({ active: true, maxFramerate: 15 });
    expect(sender(ana, 'screen').degradationPreference).toBe('maintain-resolution');
    expect(sender(ana, 'video').track).toBe(ana.media.track('video'));
    expect(bens.participants[0]?.sharing).toBe(true);
    expect(connection(ana).history.length).toBe(offers);

    ana.media.setShareContent('motion');
    await world.pass(100);
    expect(sender(ana, 'screen').encoding.maxFramerate).toBe(30);

    picture.unplug();
    await world.pass(100);
    expect(sender(ana, 'screen').track).toBeNull();
    expect(sender(ana, 'screen').encoding.active).toBe(false);
    expect(bens.participants[0]?.sharing).toBe(false);
  });
});

test('who joins late sees a screen that is shared already', async () => {
  ana.source.screen = [new FakeTrack('video', { width: 1920, height: 1080, frameRate: 30 })];
  await ana.media.shareScreen();
  await world.pass(100);
  const cy = await world.join('Cy');
  await world.until(call.invite([cy.user]));
  await world.pass(50);
  const late = cy.ring;
  void late.accept({ media: cy.media });
  await world.pass(1_000);
  expect(late.participants.map(({ name, sharing }) => [name, sharing])).toEqual([
    ['Ana', true],
    ['Ben', false],
  ]);
  expect(sender(ana, 'screen', 1).track).toBe(ana.media.tracks.screen);
  expect(sender(ana, 'screen', 1).encoding.active).toBe(true);
});

describe('the uplink', () => {
  const narrow = (available: number): void => {
    const pc = connection(ana);
    pc.estimate = available;
    const stream = { id: 'out', type: 'outbound-rtp', bytesSent: 0, packetsSent: 0 };
    Object.defineProperty(stream, 'bytesSent', {
      get: () => (performance.now() * available) / 8_000,
      enumerable: true,
    });
    pc.streams.splice(0, Infinity, stream);
  };

  test('that carries no picture holds it back, tells the receiver and the app, and sends it again', async () => {
    const states: UplinkState[] = [];
    call.on('uplink', ({ state }) => states.push(state));
    await world.pass(SETTLE_MS);
    narrow(60_000);
    await world.pass(5_000 + PAUSE_AFTER_MS);
    expect(sender(ana, 'video').encoding.active).toBe(false);
    expect(sender(ana, 'audio').encoding.active).toBe(true);
    expect(bens.participants[0]).toMatchObject({ videoPaused: true, cameraOff: false });
    expect(call.uplink.state).toBe('paused');
    expect(states).toEqual(['reduced', 'paused']);

    narrow(20_000_000);
    await world.pass(60_000);
    expect(bens.participants[0]?.videoPaused).toBe(false);
    expect(sender(ana, 'video').encoding).toMatchObject({ active: true, scaleResolutionDownBy: 1 });
    expect(states.at(-1)).toBe('good');
  });

  test('is capped by the data saver, in this call and the next', async () => {
    ana.client.setDataSaver(true);
    await world.pass(100);
    expect(ana.client.dataSaver).toBe(true);
    expect(sender(ana, 'video').encoding.maxBitrate).toBeLessThan(600_000);
    call.hangUp();
    await world.pass(500);
    await world.callBetween(ben, ana);
    await world.pass(500);
    expect(sender(ana, 'video').encoding.maxBitrate).toBeLessThan(600_000);
    expect(sender(ben, 'video').encoding.maxBitrate).toBe(CAMERA_PEAK[720]);
  });
});

describe('a view', () => {
  test('is told though it was set before there was a link', async () => {
    call.hangUp();
    await world.pass(500);
    const next = ana.call(ben);
    await world.pass(50);
    next.setView(next.participants[0]!.id, { camera: 'hidden', screen: 'hidden' });
    void ben.ring.accept({ media: ben.media });
    await world.pass(500);
    expect(sender(ben, 'video').encoding.active).toBe(false);
    expect(sender(ana, 'video').encoding.active).toBe(true);
  });
});

describe('who speaks', () => {
  const speak = (level: number | null): void => {
    connection(ana).getTransceivers()[0]!.receiver.audioLevel = level;
  };

  test('is told, with how loud, and no longer after a silence', async () => {
    const speakers: (string | undefined)[] = [];
    call.on('speaker', (speaker) => speakers.push(speaker?.name));
    speak(0.2);
    await world.pass(1_500);
    expect(call.participants[0]?.audioLevel).toBe(0.2);
    expect(call.activeSpeaker).toBe(call.participants[0]);
    speak(null);
    await world.pass(SPEAKER_HOLD_MS * 2);
    expect(call.participants[0]?.audioLevel).toBe(0);
    expect(speakers).toEqual(['Ben', undefined]);
  });

  test('is nobody who is muted', async () => {
    ben.media.setMicrophoneMuted(true);
    await world.pass(100);
    speak(0.2);
    await world.pass(3_000);
    expect([call.activeSpeaker, call.participants[0]?.audioLevel]).toEqual([null, 0]);
  });

  test('is looked for no longer once the call has ended', async () => {
    call.hangUp();
    await world.pass(1_000);
    const reads = vi.spyOn(performance, 'now');
    await world.pass(2_000);
    expect(reads.mock.calls.length).toBeLessThan(40);
  });
});
