import { expect, it } from 'vitest';

import { Memory } from '../navigation/memory.ts';
import { FakeMedia } from '../testing/fake_media.ts';
import { MemoryStorage } from '../testing/memory_storage.ts';
import { rememberMedia } from './remember_media.ts';

function opened(storage: MemoryStorage): FakeMedia {
  const media = new FakeMedia();
  rememberMedia(media, new Memory(storage, null));
  return media;
}

it('has the devices of the last time again', async () => {
  const storage = new MemoryStorage();
  const before = opened(storage);
  await before.selectCamera('front');
  await before.setQuality({ height: 360 });
  before.setJoining({ muted: true });
  const after = opened(storage);
  expect(after.preferences).toMatchObject({ camera: 'front', microphone: null, joinMuted: true });
  expect(after.quality).toEqual({ height: 360, frameRate: 30 });
});

it('begins anew where the storage holds something else', () => {
  const storage = new MemoryStorage();
  storage.setItem('visavis.app.media', '{"camera":{"x":1},"quality":{"height":5}}');
  expect(opened(storage).preferences).toEqual(new FakeMedia().preferences);
});
