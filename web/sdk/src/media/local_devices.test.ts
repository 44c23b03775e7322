// Which devices LocalMedia uses: choosing them, and following them as they come and go.
import { beforeEach, describe, expect, test } from 'vitest';
import { device, FakeMediaSource, type FakeTrack } from '../../test/support/fake_media.ts';
import { LocalMedia, type DeviceNotice } from './local_media.ts';
import { MEDIA_PREFERENCES } from './media_preferences.ts';

const usb = device('audioinput', 'usb');
const headset = [device('audioinput', 'hs-in', 'hs'), device('audiooutput', 'hs-out', 'hs')];

let source: FakeMediaSource;
let media: LocalMedia;
let notices: DeviceNotice[];

beforeEach(() => {
  source = new FakeMediaSource();
  media = new LocalMedia(source);
  notices = [];
  media.on('notice', (notice) => notices.push(notice));
});

const used = (kind: 'audio' | 'video'): string | undefined =>
  media.track(kind)?.getSettings().deviceId;
const live = (): FakeTrack[] => source.given.filter(({ readyState }) => readyState === 'live');
/** Everything that was begun is done: the fakes' promises are all resolved. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const told = (): string[] =>
  notices.map(({ kind, device: which, label }) => `${kind} ${which}: ${label}`);

describe('the list', () => {
  test('is empty until there is leave to use a device of the kind', async () => {
    expect(media.devices).toEqual({ cameras: [], microphones: [], speakers: [] });
    await media.start({ video: false });
    expect(media.devices).toEqual({
      cameras: [],
      microphones: [{ id: 'mic', label: 'the mic' }],
      speakers: [{ id: 'speaker', label: 'the speaker' }],
    });
    await media.setCameraOff(false);
    expect(media.devices.cameras).toEqual([{ id: 'cam', label: 'the cam' }]);
    expect(notices).toEqual([]);
  });

  test("leaves out Chromium's names for the system's choice, unless there is nothing else", async () => {
    source.plugged.unshift(device('audioinput', 'default'), device('audiooutput', 'default'));
    source.plugged = source.plugged.filter(({ deviceId }) => deviceId !== 'speaker');
    await media.start();
    expect(media.devices.microphones.map(({ id }) => id)).toEqual(['mic']);
    expect(media.devices.speakers.map(({ id }) => id)).toEqual(['default']);
  });

  test('may take its time: what was asked for is in use and told before', async () => {
    const { promise: inFront, resolve: comeToFront } = Promise.withResolvers<void>();
    source.whileListing = () => inFront;
    const told: string[] = [];
    media.on('change', () =>
      told.push(
        media.stream
          .getTracks()
          .map(({ kind }) => kind)
          .join(),
      ),
    );
    const started = media.start();
    await settle();
    expect(media.ready).toBe(true);
    expect(told.at(-1)).toBe('audio,video');
    void media.setCameraOff(true);
    expect(told.at(-1)).toBe('audio');
    void media.setCameraOff(false);
    await settle();
    expect(told.at(-1)).toBe('audio,video');
    expect(media.devices.cameras).toEqual([]);
    comeToFront();
    await started;
    expect(media.devices.cameras).toHaveLength(1);
  });

  test('tells when it changes, and only then', async () => {
    await media.start();
    let changes = 0;
    media.on('devices', () => (changes += 1));
    source.plug();
    await settle();
    expect(changes).toBe(0);
    source.plug(usb);
    await settle();
    expect(changes).toBe(1);
  });
});

describe('choosing', () => {
  beforeEach(async () => {
    source.plugged.push(usb, device('videoinput', 'cam2'));
    await media.start();
  });

  test('a microphone takes its place, muted as the one before', async () => {
    media.setMicrophoneMuted(true);
    await media.selectMicrophone('usb');
    expect(used('audio')).toBe('usb');
    expect(media.track('audio')?.enabled).toBe(false);
    expect(media.selected.microphone).toBe('usb');
    expect(live()).toHaveLength(2);
  });

  test('never leaves calls without a track in between', async () => {
    const seen: (string | undefined)[] = [];
    media.on('change', () => seen.push(used('video')));
    await media.selectCamera('cam2');
    expect(seen).not.toContain(undefined);
    expect(used('video')).toBe('cam2');
  });

  test('the one in use already opens nothing', async () => {
    source.asked.length = 0;
    await media.selectCamera('cam');
    expect(source.asked).toEqual([]);
  });

  test('nothing goes back to the choice of the system', async () => {
    await media.selectMicrophone('usb');
    await media.selectMicrophone(null);
    expect([used('audio'), media.selected.microphone]).toEqual(['mic', null]);
  });

  test('quickly ends with the last one', async () => {
    void media.selectCamera('cam2');
    void media.selectCamera('cam');
    await media.selectCamera('cam2');
    expect(used('video')).toBe('cam2');
    expect(live().filter(({ kind }) => kind === 'video')).toHaveLength(1);
  });

  test('a camera while it is off is for when it is on', async () => {
    await media.setCameraOff(true);
    await media.selectCamera('cam2');
    expect(media.track('video')).toBeNull();
    await media.setCameraOff(false);
    expect(used('video')).toBe('cam2');
  });

  test('and turning the camera off at once leaves it off', async () => {
    const switching = media.selectCamera('cam2');
    await media.setCameraOff(true);
    await switching;
    expect(media.track('video')).toBeNull();
    expect(live().map(({ kind }) => kind)).toEqual(['audio']);
    expect(media.problems).toEqual([]);
  });

  test('one that cannot be opened goes on with another, and says why', async () => {
    source.whileAsking = () => {
      source.devices.audio = 'NotReadableError';
      source.whileAsking = () => {
        source.devices.audio = true;
        return Promise.resolve();
      };
      return Promise.resolve();
    };
    await media.selectMicrophone('usb');
    expect(used('audio')).toBe('mic');
    expect(media.problems).toMatchObject([{ kind: 'microphone', reason: 'in_use' }]);
  });

  test('a speaker is remembered and told', () => {
    let changes = 0;
    media.on('change', () => (changes += 1));
    media.selectSpeaker('speaker');
    expect(media.selected.speaker).toBe('speaker');
    expect(changes).toBe(1);
  });
});

describe('unplugging', () => {
  test('the microphone in use takes another one, and tells', async () => {
    source.plugged.unshift(usb);
    await media.start();
    media.setMicrophoneMuted(true);
    source.unplug('usb');
    await settle();
    expect(used('audio')).toBe('mic');
    expect(media.track('audio')?.enabled).toBe(false);
    expect(media.problems).toEqual([]);
    expect(told()).toEqual(['lost microphone: the usb', 'switched microphone: the mic']);
  });

  test('the chosen microphone leaves the wish: back again, it is taken again', async () => {
    source.plugged.push(usb);
    await media.start();
    await media.selectMicrophone('usb');
    source.unplug('usb');
    await settle();
    expect([used('audio'), media.selected.microphone]).toEqual(['mic', null]);
    expect(media.preferences.microphone).toBe('usb');
    notices.length = 0;
    source.plug(usb);
    await settle();
    expect([used('audio'), media.selected.microphone]).toEqual(['usb', 'usb']);
    expect(told()).toEqual(['switched microphone: the usb']);
  });

  test('the only microphone is a problem until it is back', async () => {
    await media.start();
    source.unplug('mic');
    await settle();
    expect(media.hasMicrophone).toBe(false);
    expect(media.problems).toMatchObject([{ kind: 'microphone', reason: 'no_device' }]);
    source.plug(device('audioinput', 'mic'));
    await settle();
    expect(used('audio')).toBe('mic');
    expect(media.problems).toEqual([]);
  });

  test('the camera turns it off, though there is another one; it comes back with its device', async () => {
    source.plugged.push(device('videoinput', 'cam2'));
    await media.start();
    source.unplug('cam');
    await settle();
    expect(media.track('video')).toBeNull();
    expect([media.cameraOff, media.hasCamera, media.problems.length]).toEqual([true, true, 0]);
    source.plug(device('videoinput', 'cam'));
    await settle();
    expect([used('video'), media.cameraOff]).toEqual(['cam', false]);
  });

  test('a camera that the person turned off meanwhile stays off when it is back', async () => {
    await media.start();
    source.unplug('cam');
    await settle();
    await media.setCameraOff(true);
    source.plug(device('videoinput', 'cam'));
    await settle();
    expect(media.track('video')).toBeNull();
  });

  test('what the person took away in the browser is not asked for again', async () => {
    await media.start();
    source.asked.length = 0;
    source.given[0]?.unplug();
    await settle();
    expect(source.asked).toEqual([]);
    expect(media.hasMicrophone).toBe(false);
  });

  test('the chosen speaker is told, and so is its return', async () => {
    source.plugged.push(device('audiooutput', 'loud'));
    await media.start();
    media.selectSpeaker('loud');
    source.unplug('loud');
    await settle();
    expect(media.selected.speaker).toBeNull();
    source.plug(device('audiooutput', 'loud'));
    await settle();
    expect(media.selected.speaker).toBe('loud');
    expect(told()).toEqual(['lost speaker: the loud', 'switched speaker: the loud']);
  });
});

describe('plugging in', () => {
  test('a headset is told once, and nothing is switched', async () => {
    await media.start();
    source.plug(...headset);
    await settle();
    expect(told()).toEqual(['found microphone: the hs-in']);
    expect(used('audio')).toBe('mic');
  });

  test('the remembered headset is taken', async () => {
    media.restore({ microphone: 'hs-in', speaker: 'hs-out' });
    await media.start();
    expect(used('audio')).toBe('mic');
    source.plug(...headset);
    await settle();
    expect([used('audio'), media.selected.speaker]).toEqual(['hs-in', 'hs-out']);
    expect(told()).toEqual(['switched speaker: the hs-out', 'switched microphone: the hs-in']);
  });

  test('the first camera of a computer is told', async () => {
    source.plugged = source.plugged.filter(({ kind }) => kind !== 'videoinput');
    await media.start();
    expect(media.problems).toMatchObject([{ kind: 'camera', reason: 'no_device' }]);
    source.plug(device('videoinput', 'cam'));
    await settle();
    await media.start();
    expect(used('video')).toBe('cam');
  });
});

describe('processing', () => {
  test('changes in place where the browser does so', async () => {
    await media.start();
    const track = media.track('audio');
    await media.setProcessing({ noiseSuppression: false });
    expect(media.track('audio')).toBe(track);
    expect(track?.getSettings()).toMatchObject({ noiseSuppression: false, echoCancellation: true });
  });

  test('opens the microphone anew where it does not', async () => {
    source.stubborn = true;
    await media.start();
    const track = media.track('audio');
    await media.setProcessing({ noiseSuppression: false });
    expect(media.track('audio')).not.toBe(track);
    expect(media.track('audio')?.getSettings()).toMatchObject({ noiseSuppression: false });
    expect(live()).toHaveLength(2);
  });
});

describe('quality', () => {
  test('asks the camera that is on for it, and every one after', async () => {
    await media.start();
    await media.setQuality({ height: 360, frameRate: 15 });
    expect(media.track('video')?.getSettings()).toMatchObject({ height: 360, frameRate: 15 });
    await media.setCameraOff(true);
    await media.setCameraOff(false);
    expect(media.track('video')?.getSettings()).toMatchObject({ height: 360, frameRate: 15 });
  });
});

describe('preferences', () => {
  test('are told at every choice, and restore it elsewhere', async () => {
    let stored = '';
    media.on('preferences', (preferences) => (stored = JSON.stringify(preferences)));
    media.selectSpeaker('speaker');
    void media.selectMicrophone('usb');
    void media.setProcessing({ autoGainControl: false });
    void media.setQuality({ height: 1080 });
    media.setJoining({ muted: true, withoutCamera: true });

    source.plugged.push(usb);
    const next = new LocalMedia(source);
    next.restore(JSON.parse(stored));
    await next.start();
    expect(next.preferences).toEqual(media.preferences);
    expect([next.microphoneMuted, next.cameraOff, next.hasCamera]).toEqual([true, true, true]);
    expect(source.asked).toEqual(['audio']);
    expect(next.track('audio')?.getSettings()).toMatchObject({
      deviceId: 'usb',
      autoGainControl: false,
    });
    await next.setCameraOff(false);
    expect(next.track('video')?.getSettings().height).toBe(1080);
  });

  test.each([
    null,
    'text',
    [],
    { camera: 5, microphone: '', speaker: 'x'.repeat(1000) },
    { processing: 'no', quality: { height: 4320, frameRate: '30' }, joinMuted: 'yes' },
    { quality: null, processing: { echoCancellation: 0 } },
  ])('that make no sense are as if nothing had been chosen: %j', (stored) => {
    media.restore(stored);
    expect(media.preferences).toEqual(MEDIA_PREFERENCES);
    expect([media.microphoneMuted, media.cameraOff]).toEqual([false, false]);
  });

  test('of a device that is gone ask for any other', async () => {
    media.restore({ microphone: 'gone', camera: 'gone' });
    await media.start();
    expect([used('audio'), used('video')]).toEqual(['mic', 'cam']);
    expect(media.problems).toEqual([]);
    expect(media.selected).toMatchObject({ microphone: null, camera: null });
  });
});
