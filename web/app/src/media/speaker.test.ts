import { expect, it } from 'vitest';

import { FakeMedia } from '../testing/fake_media.ts';
import { followSpeaker } from './speaker.ts';

class Sink {
  readonly ids: string[] = [];
  fails = false;

  setSinkId(id: string): Promise<void> {
    this.ids.push(id);
    return this.fails ? Promise.reject(new Error('gone')) : Promise.resolve();
  }

  get asElement(): HTMLMediaElement {
    return this as unknown as HTMLMediaElement;
  }
}

it('plays at the chosen speaker from the start, and goes where it is changed to', () => {
  const media = new FakeMedia();
  media.selectSpeaker('headset');
  const sink = new Sink();
  followSpeaker(sink.asElement, media);
  media.selectSpeaker('desk');
  media.selectSpeaker(null);
  expect(sink.ids).toEqual(['headset', 'desk', '']);
});

it('leaves a sink alone that is where it should be, and after its end', () => {
  const media = new FakeMedia();
  const sink = new Sink();
  const end = followSpeaker(sink.asElement, media);
  media.setMicrophoneMuted(true);
  end();
  media.selectSpeaker('desk');
  expect(sink.ids).toEqual([]);
});

it('tries the next choice after one that failed, and bears browsers without choice', () => {
  const media = new FakeMedia();
  const sink = new Sink();
  sink.fails = true;
  followSpeaker(sink.asElement, media);
  media.selectSpeaker('gone');
  media.selectSpeaker('desk');
  expect(sink.ids).toEqual(['gone', 'desk']);
  followSpeaker({} as HTMLMediaElement, media);
  media.selectSpeaker(null);
});
