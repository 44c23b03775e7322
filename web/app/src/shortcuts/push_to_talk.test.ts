import { beforeEach, expect, it } from 'vitest';

import { PushToTalk } from './push_to_talk.ts';

let talker: {
  microphoneMuted: boolean;
  hasMicrophone: boolean;
  setMicrophoneMuted(muted: boolean): void;
};
let push: PushToTalk;
let changes: number;

beforeEach(() => {
  changes = 0;
  talker = {
    microphoneMuted: true,
    hasMicrophone: true,
    setMicrophoneMuted(muted) {
      this.microphoneMuted = muted;
      push.onMicrophone();
    },
  };
  push = new PushToTalk(talker, () => (changes += 1));
});

it('is heard while the key is held, and muted again after it', () => {
  expect(push.press()).toBe(true);
  expect(push.talking).toBe(true);
  expect(talker.microphoneMuted).toBe(false);
  push.release();
  expect(push.talking).toBe(false);
  expect(talker.microphoneMuted).toBe(true);
  expect(changes).toBe(2);
});

it('takes the repetition of a held key for the same press', () => {
  push.press();
  expect(push.press()).toBe(true);
  expect(changes).toBe(1);
});

it('means nothing to somebody who is heard anyway, and does not mute them', () => {
  talker.microphoneMuted = false;
  expect(push.press()).toBe(false);
  push.release();
  expect(talker.microphoneMuted).toBe(false);
});

it('means nothing without a microphone', () => {
  talker.hasMicrophone = false;
  expect(push.press()).toBe(false);
});

it('ends with a mute from elsewhere', () => {
  push.press();
  talker.setMicrophoneMuted(true);
  expect(push.talking).toBe(false);
  talker.setMicrophoneMuted(false);
  push.release();
  expect(talker.microphoneMuted).toBe(false);
});

it('lets somebody stay unmuted who asks for it while holding the key', () => {
  push.press();
  push.keep();
  push.release();
  expect(talker.microphoneMuted).toBe(false);
  expect(push.talking).toBe(false);
});
