import { beforeEach, describe, expect, test } from 'vitest';
import { FakeMediaSource } from '../../test/support/fake_media.ts';
import { LocalMedia } from './local_media.ts';

let source: FakeMediaSource;
let media: LocalMedia;

beforeEach(() => {
  source = new FakeMediaSource();
  media = new LocalMedia(source);
});

const kinds = (): string[] =>
  media.stream
    .getTracks()
    .map(({ kind }) => kind)
    .sort();

describe('starting', () => {
  test('asks for both at once, and for nothing again', async () => {
    const { stream } = media;
    expect(media.ready).toBe(false);
    await media.start();
    await media.start();
    expect(source.asked).toEqual(['audio+video']);
    expect(kinds()).toEqual(['audio', 'video']);
    expect(media).toMatchObject({
      ready: true,
      hasMicrophone: true,
      hasCamera: true,
      problems: [],
    });
    expect(media.stream).toBe(stream);
  });

  test('twice at the same time asks once', async () => {
    await Promise.all([media.start(), media.start()]);
    expect(source.asked).toEqual(['audio+video']);
  });

  test('without a camera goes on with the microphone, and says why', async () => {
    source.devices.video = 'NotFoundError';
    await media.start();
    expect(source.asked).toEqual(['audio+video', 'audio', 'video']);
    expect(kinds()).toEqual(['audio']);
    expect(media.hasCamera).toBe(false);
    expect(media.problems).toMatchObject([{ kind: 'camera', reason: 'no_device' }]);
  });

  test('with neither is ready all the same', async () => {
    source.devices = { audio: 'NotAllowedError', video: 'NotReadableError' };
    await media.start();
    expect(media.ready).toBe(true);
    expect(media.problems.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['microphone', 'denied'],
      ['camera', 'in_use'],
    ]);
  });

  test('again asks only for what is missing, and forgets a problem that is over', async () => {
    source.devices.video = 'NotReadableError';
    await media.start();
    source.devices.video = true;
    source.asked.length = 0;
    await media.start();
    expect(source.asked).toEqual(['video']);
    expect(media.problems).toEqual([]);
  });

  test('can be for the microphone alone', async () => {
    await media.start({ video: false });
    expect(source.asked).toEqual(['audio']);
    await media.setCameraOff(false);
    expect(kinds()).toEqual(['audio', 'video']);
  });

  test.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'no_device'],
    ['NotReadableError', 'in_use'],
    ['AbortError', 'in_use'],
    ['OverconstrainedError', 'overconstrained'],
    ['SomethingElse', 'unknown'],
  ])('%s means %s', async (name, reason) => {
    source.devices.audio = name;
    await media.start({ video: false });
    expect(media.problems.map((problem) => problem.reason)).toEqual([reason]);
    expect(media.problems[0]?.message).toMatch(/microphone/);
  });

  test.each([
    [false, 'insecure_context'],
    [true, 'unsupported'],
  ])('without getUserMedia, in a secure context: %s, means %s', async (secure, reason) => {
    media = new LocalMedia({
      mediaDevices: undefined,
      isSecureContext: secure,
      canSelectSpeaker: false,
      createStream: () => source.createStream(),
    });
    await media.start();
    expect(media.problems.map((problem) => problem.reason)).toEqual([reason, reason]);
  });
});

describe('the microphone', () => {
  test('is muted without being let go, also before it is there', async () => {
    media.setMicrophoneMuted(true);
    await media.start();
    const track = source.given[0]!;
    expect(track.enabled).toBe(false);
    media.setMicrophoneMuted(false);
    expect([track.enabled, track.readyState]).toEqual([true, 'live']);
  });

  test('that is unplugged is told', async () => {
    await media.start();
    let changes = 0;
    media.on('change', () => (changes += 1));
    source.given[0]?.unplug();
    expect(changes).toBe(1);
    expect(media.hasMicrophone).toBe(false);
    expect(media.problems).toMatchObject([{ kind: 'microphone', reason: 'no_device' }]);
  });
});

describe('the camera', () => {
  test('is let go when it is turned off, and is another track when it is on again', async () => {
    await media.start();
    const before = media.track('video');
    await media.setCameraOff(true);
    expect(before?.readyState).toBe('ended');
    expect(kinds()).toEqual(['audio']);
    expect([media.cameraOff, media.hasCamera]).toEqual([true, true]);
    await media.setCameraOff(false);
    expect(media.track('video')).not.toBe(before);
    expect(media.cameraOff).toBe(false);
    expect(source.asked).toEqual(['audio+video', 'video']);
  });

  test('that somebody else took meanwhile stays off, and says why', async () => {
    await media.start();
    await media.setCameraOff(true);
    source.devices.video = 'NotReadableError';
    await media.setCameraOff(false);
    expect(media.cameraOff).toBe(true);
    expect(media.problems).toMatchObject([{ kind: 'camera', reason: 'in_use' }]);
  });

  test('ends in the state of the last click, however quick', async () => {
    await media.start();
    await Promise.all([
      media.setCameraOff(true),
      media.setCameraOff(false),
      media.setCameraOff(true),
    ]);
    expect(kinds()).toEqual(['audio']);
    expect(media.cameraOff).toBe(true);
    expect(source.given.filter(({ readyState }) => readyState === 'live')).toHaveLength(1);
  });
});

test('a device that is granted after stop() is let go at once', async () => {
  let grant: () => void = () => undefined;
  source.whileAsking = () => new Promise((resolve) => (grant = resolve));
  const started = media.start();
  media.stop();
  grant();
  await started;
  expect(kinds()).toEqual([]);
  expect(source.given.every(({ readyState }) => readyState === 'ended')).toBe(true);
});

test('stop lets all devices go, and start takes them again', async () => {
  await media.start();
  media.stop();
  expect(source.given.every(({ readyState }) => readyState === 'ended')).toBe(true);
  expect([media.ready, media.hasCamera, kinds().length]).toEqual([false, false, 0]);
  await media.start();
  expect(kinds()).toEqual(['audio', 'video']);
});
