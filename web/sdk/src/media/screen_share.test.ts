import { beforeEach, describe, expect, test } from 'vitest';
import { FakeMediaSource, FakeTrack } from '../../test/support/fake_media.ts';
import { LocalMedia } from './local_media.ts';
import { NO_TRACKS } from './slots.ts';

let source: FakeMediaSource;
let media: LocalMedia;
let picture: FakeTrack;
let sound: FakeTrack;
let changes: number;

beforeEach(() => {
  source = new FakeMediaSource();
  media = new LocalMedia(source);
  picture = new FakeTrack('video');
  sound = new FakeTrack('audio');
  source.screen = [picture, sound];
  changes = 0;
  media.on('change', () => (changes += 1));
});

describe('sharing', () => {
  test('puts the screen and its sound beside microphone and camera', async () => {
    await media.start();
    changes = 0;
    expect(await media.shareScreen()).toBeNull();
    expect(changes).toBe(1);
    expect(media).toMatchObject({ sharing: true, sharesSound: true, shareContent: 'text' });
    expect(media.tracks).toMatchObject({ screen: picture, screen_audio: sound });
    expect([media.tracks.audio, media.tracks.video]).not.toContain(null);
    expect(media.screen.getTracks()).toEqual([picture, sound]);
    expect(picture.contentHint).toBe('text');
  });

  test('without sound asks for none', async () => {
    source.screen = [picture];
    await media.shareScreen({ sound: false, content: 'motion' });
    expect(source.askedForScreen).toMatchObject([{ audio: false }]);
    expect(media).toMatchObject({ sharing: true, sharesSound: false, shareContent: 'motion' });
    expect(picture.contentHint).toBe('motion');
  });

  test('another kind of content is told to the track that is sent', async () => {
    await media.shareScreen();
    changes = 0;
    media.setShareContent('motion');
    media.setShareContent('motion');
    expect([picture.contentHint, changes]).toEqual(['motion', 1]);
  });

  test('something else takes the place of what is shown, once it is chosen', async () => {
    await media.shareScreen();
    const other = new FakeTrack('video');
    source.screen = [other];
    source.whileAsking = () => {
      expect(picture.readyState).toBe('live');
      return Promise.resolve();
    };
    await media.shareScreen();
    expect(media.tracks).toMatchObject({ screen: other, screen_audio: null });
    expect([picture.readyState, sound.readyState]).toEqual(['ended', 'ended']);
  });

  test('twice at once asks the person once', async () => {
    await Promise.all([media.shareScreen(), media.shareScreen()]);
    expect(source.askedForScreen).toHaveLength(1);
  });
});

describe('ending', () => {
  beforeEach(async () => {
    await media.shareScreen();
    changes = 0;
  });

  test('by the button lets picture and sound go', () => {
    media.stopSharing();
    media.stopSharing();
    expect([picture.readyState, sound.readyState, changes]).toEqual(['ended', 'ended', 1]);
    expect(media.tracks).toEqual(NO_TRACKS);
    expect(media.sharing).toBe(false);
  });

  test("by the browser's own bar ends the sound, too", () => {
    picture.unplug();
    expect([media.sharing, media.sharesSound, changes]).toEqual([false, false, 1]);
    expect(sound.readyState).toBe('ended');
  });

  test('of the sound alone leaves the picture', () => {
    sound.unplug();
    expect([media.sharing, media.sharesSound]).toEqual([true, false]);
  });

  test('comes with stop()', () => {
    media.stop();
    expect(media.sharing).toBe(false);
    expect(picture.readyState).toBe('ended');
  });
});

describe('not sharing', () => {
  test.each([
    ['NotAllowedError', 'cancelled'],
    ['NotFoundError', 'no_device'],
    ['NotReadableError', 'in_use'],
    ['InvalidStateError', 'unknown'],
  ])('%s means %s', async (name, reason) => {
    source.screen = name;
    expect(await media.shareScreen()).toMatchObject({ kind: 'screen', reason });
    expect([media.sharing, media.problems]).toEqual([false, []]);
  });

  test('a screen that is chosen after stop() is let go at once', async () => {
    let choose: () => void = () => undefined;
    source.whileAsking = () => new Promise((resolve) => (choose = resolve));
    const shared = media.shareScreen();
    media.stopSharing();
    choose();
    expect(await shared).toMatchObject({ reason: 'cancelled' });
    expect([picture.readyState, media.sharing]).toEqual(['ended', false]);
  });

  test('where the browser cannot', async () => {
    delete source.mediaDevices?.getDisplayMedia;
    expect(media.canShareScreen).toBe(false);
    expect(await media.shareScreen()).toMatchObject({ reason: 'unsupported' });
  });
});
