import { beforeEach, describe, expect, test } from 'vitest';
import { NarrowUplink } from '../../test/support/narrow_uplink.ts';
import * as limits from './uplink_limits.ts';

let uplink: NarrowUplink;

beforeEach(() => {
  uplink = new NarrowUplink();
});

const names = ['ben', 'cy', 'dee', 'eli', 'fay'];
const joinAll = (): void => {
  for (const name of names) uplink.join(name);
};
const scale = (id: string): number => uplink.plan(id).senders.video.scaleResolutionDownBy ?? 0;
const SCREEN = { height: 1440, frameRate: 30, content: 'text' } as const;
const CAMERA = { height: 720, frameRate: 30 };

describe('with room for everything', () => {
  test('one other gets the best picture there is', () => {
    uplink.join('ben');
    expect(uplink.plan('ben')).toMatchObject({
      senders: {
        audio: { active: true, maxBitrate: limits.AUDIO_FULL },
        video: {
          active: true,
          maxBitrate: limits.CAMERA_PEAK[720],
          scaleResolutionDownBy: 1,
          maxFramerate: 30,
        },
        screen: { active: false },
        screen_audio: { active: false },
      },
      videoPaused: false,
    });
    expect(uplink.budget.state).toBe('good');
  });

  test('each who joins makes the pictures smaller, equally, and never the total larger', () => {
    let before = Infinity;
    for (const name of names) {
      uplink.join(name);
      uplink.pass(10_000);
      const now = uplink.camera(name);
      expect(now).toBeLessThanOrEqual(before);
      expect(
        new Set(names.slice(0, names.indexOf(name) + 1).map((id) => uplink.camera(id))).size,
      ).toBe(1);
      expect(uplink.total).toBeLessThanOrEqual(limits.UPLINK_TOTAL * (1 + limits.BITRATE_STEP));
      before = now;
    }
    expect(uplink.budget.state).toBe('good');
    for (const name of names.slice(1)) uplink.leave(name);
    uplink.pass(10_000);
    expect(uplink.camera('ben')).toBe(limits.CAMERA_PEAK[720]);
  });

  test('a picture that is shown small gets little, one that is hidden nothing, and the rest goes to the others', () => {
    joinAll();
    const before = uplink.camera('ben');
    uplink.view('cy', { camera: 'small' });
    uplink.view('dee', { camera: 'hidden' });
    expect(uplink.camera('cy')).toBe(limits.CAMERA_PEAK_SMALL);
    expect(scale('cy')).toBe(2);
    expect(uplink.plan('dee').senders.video.active).toBe(false);
    expect(uplink.plan('dee').videoPaused).toBe(false);
    expect(uplink.camera('ben')).toBeGreaterThan(before * 1.4);
    uplink.view('dee', { camera: 'large' });
    expect(uplink.camera('dee')).toBeGreaterThan(0);
  });

  test('without a camera there is audio alone', () => {
    uplink.budget.setSources({ camera: null, screen: null, screenAudio: false });
    uplink.join('ben');
    uplink.pass(10_000);
    expect(uplink.plan('ben')).toMatchObject({
      senders: { audio: { active: true }, video: { active: false } },
      videoPaused: false,
    });
  });
});

describe('a plan that holds', () => {
  test('is not changed by a little more or less', () => {
    joinAll();
    uplink.pass(10_000);
    const before = names.map((name) => uplink.plan(name));
    uplink.budget.setSources({
      camera: { ...CAMERA, frameRate: 29 },
      screen: null,
      screenAudio: false,
    });
    uplink.pass(500);
    expect(names.map((name) => uplink.camera(name))).toEqual(
      before.map(({ senders }) => senders.video.maxBitrate),
    );
  });
});

describe('the data saver', () => {
  test('caps everything together, and lets go again', () => {
    uplink.join('ben');
    uplink.join('cy');
    uplink.budget.setDataSaver(true);
    uplink.pass(1_000);
    expect(uplink.total).toBeLessThanOrEqual(limits.UPLINK_TOTAL_SAVING);
    expect(scale('ben')).toBeGreaterThanOrEqual(2);
    expect(uplink.budget.state).toBe('good');
    uplink.budget.setDataSaver(false);
    uplink.pass(10_000);
    expect(uplink.camera('ben')).toBe(limits.CAMERA_PEAK[720]);
    expect(scale('ben')).toBe(1);
  });

  test('with five others sends lean audio to all, and the picture to those for whom there is enough', () => {
    joinAll();
    uplink.budget.setDataSaver(true);
    uplink.pass(30_000);
    expect(uplink.total).toBeLessThanOrEqual(
      limits.UPLINK_TOTAL_SAVING * (1 + limits.BITRATE_STEP),
    );
    const sent = names.filter((name) => uplink.camera(name) > 0);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.length).toBeLessThan(names.length);
    for (const name of sent)
      expect(uplink.camera(name)).toBeGreaterThanOrEqual(limits.CAMERA_FLOOR);
    for (const name of names) {
      expect(uplink.plan(name).senders.audio).toEqual({
        active: true,
        maxBitrate: limits.AUDIO_LEAN,
      });
    }
    expect(uplink.budget.state).toBe('paused');
  });
});

describe('a screen', () => {
  test('goes before the cameras, which keep a modest picture', () => {
    joinAll();
    const before = uplink.camera('ben');
    uplink.budget.setSources({ camera: CAMERA, screen: SCREEN, screenAudio: true });
    uplink.pass(500);
    const { screen, screen_audio: sound } = uplink.plan('ben').senders;
    expect(screen).toMatchObject({
      active: true,
      scaleResolutionDownBy: 1,
      degradationPreference: 'maintain-resolution',
    });
    expect(sound).toEqual({ active: true, maxBitrate: limits.SCREEN_AUDIO_FULL });
    expect(screen.maxBitrate).toBeGreaterThan(limits.SCREEN_MODEST.text);
    expect(uplink.camera('ben')).toBeLessThan(before);
    expect(uplink.camera('ben')).toBeGreaterThanOrEqual(limits.CAMERA_MODEST);
    expect(uplink.total).toBeLessThanOrEqual(limits.UPLINK_TOTAL * (1 + limits.BITRATE_STEP));
  });

  test('that is not shown there is not sent there', () => {
    uplink.join('ben');
    uplink.join('cy', { screen: 'hidden' });
    uplink.budget.setSources({ camera: CAMERA, screen: SCREEN, screenAudio: true });
    uplink.pass(500);
    expect(uplink.plan('ben').senders.screen.active).toBe(true);
    expect(uplink.plan('cy').senders).toMatchObject({
      screen: { active: false },
      screen_audio: { active: false },
    });
  });

  test('keeps every letter where little is left, and has fewer frames', () => {
    uplink.join('ben');
    uplink.budget.setSources({ camera: CAMERA, screen: SCREEN, screenAudio: false });
    uplink.capacity = 700_000;
    uplink.pass(30_000);
    const { screen, video } = uplink.plan('ben').senders;
    expect(screen).toMatchObject({ active: true, scaleResolutionDownBy: 1, maxFramerate: 5 });
    expect(screen.maxBitrate).toBeGreaterThan(video.maxBitrate * 2);
  });

  test('of motion gives up sharpness instead', () => {
    uplink.join('ben');
    const screen = { height: 1080, frameRate: 30, content: 'motion' } as const;
    uplink.budget.setSources({ camera: CAMERA, screen, screenAudio: false });
    expect(uplink.plan('ben').senders.screen.active).toBe(false);
    uplink.capacity = 900_000;
    uplink.pass(30_000);
    const plan = uplink.plan('ben').senders.screen;
    expect(plan.scaleResolutionDownBy).toBeGreaterThanOrEqual(1.5);
    expect(plan.maxFramerate).toBeGreaterThanOrEqual(24);
  });
});

describe.each(['chromium', 'firefox'] as const)('an uplink that shrinks, in %s', (browser) => {
  beforeEach(() => {
    uplink = new NarrowUplink(browser);
  });

  test('lowers resolution and bitrate within seconds, fairly, and recovers slowly', () => {
    uplink.join('ben');
    uplink.join('cy');
    uplink.pass(10_000);
    uplink.capacity = 1_000_000;
    uplink.pass(6_000);
    expect(uplink.total).toBeLessThan(uplink.capacity * 1.3);
    for (const name of ['ben', 'cy']) {
      expect(uplink.camera(name)).toBeGreaterThan(250_000);
      expect(scale(name)).toBeGreaterThan(1);
    }
    const ratio = uplink.camera('ben') / uplink.camera('cy');
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
    expect(uplink.budget.state).toBe('reduced');

    uplink.capacity = Infinity;
    uplink.pass(2_000);
    expect(uplink.camera('ben')).toBeLessThan(800_000);
    uplink.pass(60_000);
    expect(uplink.camera('ben')).toBe(limits.CAMERA_PEAK[720]);
    expect([scale('ben'), uplink.budget.state]).toEqual([1, 'good']);
  });

  test('keeps the picture that is looked at best', () => {
    uplink.join('ben');
    uplink.join('cy', { camera: 'small' });
    uplink.join('dee', { camera: 'small' });
    uplink.pass(10_000);
    uplink.capacity = 900_000;
    uplink.pass(30_000);
    expect(uplink.camera('ben')).toBeGreaterThan(uplink.camera('cy'));
    expect(uplink.camera('cy')).toBeGreaterThanOrEqual(limits.CAMERA_FLOOR);
  });

  test('one bad link has less, and the others what they had', () => {
    joinAll();
    uplink.pass(10_000);
    const before = uplink.camera('ben');
    uplink.narrow('cy', 250_000);
    uplink.pass(10_000);
    expect(uplink.camera('cy')).toBeLessThan(250_000);
    expect(uplink.camera('cy')).toBeGreaterThanOrEqual(limits.CAMERA_FLOOR);
    for (const name of names)
      if (name !== 'cy') expect(uplink.camera(name)).toBeGreaterThanOrEqual(before);
  });

  test('far below the floor holds pictures back and keeps audio; a dead path does not flicker', () => {
    uplink.join('ben');
    uplink.pass(10_000);
    uplink.capacity = 100_000;
    uplink.pass(10_000);
    expect(uplink.plan('ben')).toMatchObject({
      senders: { audio: { active: true, maxBitrate: limits.AUDIO_LEAN }, video: { active: false } },
      videoPaused: true,
    });
    expect(uplink.budget.state).toBe('paused');

    uplink.pass(300_000);
    // Each trial in vain doubles the wait for the next.
    expect(uplink.history.length).toBeLessThan(20);
    const times = uplink.history.map(({ at }) => at);
    const held = uplink.history.flatMap(({ paused }, index) =>
      paused ? [(times[index + 1] ?? uplink.now) - (times[index] ?? 0)] : [],
    );
    expect(Math.min(...held.slice(0, -1))).toBeGreaterThanOrEqual(limits.PAUSE_MIN_MS);

    uplink.capacity = Infinity;
    uplink.pass(limits.PAUSE_MIN_CAP_MS + 30_000);
    expect(uplink.plan('ben').videoPaused).toBe(false);
    expect(uplink.camera('ben')).toBeGreaterThan(limits.CAMERA_RESUME);
  });
});

describe('a picture that is held back', () => {
  test('is that of the receiver who shows it small, if one is enough', () => {
    for (const name of names) uplink.join(name, { camera: name === 'dee' ? 'large' : 'small' });
    uplink.budget.setDataSaver(true);
    uplink.pass(30_000);
    expect(uplink.camera('dee')).toBeGreaterThanOrEqual(limits.CAMERA_FLOOR);
    expect(names.some((name) => uplink.plan(name).videoPaused)).toBe(true);
  });

  test('is not any more once the camera is off, or nobody shows it', () => {
    joinAll();
    uplink.budget.setDataSaver(true);
    uplink.pass(30_000);
    expect(uplink.budget.state).toBe('paused');
    for (const name of names) uplink.view(name, { camera: 'hidden' });
    expect(uplink.budget.state).not.toBe('paused');
  });

  test('is sent again soon after somebody has left', () => {
    joinAll();
    uplink.budget.setDataSaver(true);
    uplink.pass(30_000);
    for (const name of names.slice(2)) uplink.leave(name);
    uplink.pass(limits.PAUSE_MIN_MS + 2_000);
    expect([uplink.plan('ben').videoPaused, uplink.plan('cy').videoPaused]).toEqual([false, false]);
  });

  test('takes a shortage that lasts: a moment is not enough', () => {
    uplink.join('ben');
    uplink.pass(10_000);
    uplink.budget.setDataSaver(true);
    for (const name of names.slice(1)) uplink.join(name);
    uplink.pass(limits.PAUSE_AFTER_MS - 500);
    expect(uplink.history).toEqual([]);
    uplink.pass(1_000);
    expect(uplink.history).toMatchObject([{ paused: true }]);
  });
});
