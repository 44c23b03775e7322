import { beforeEach, expect, it } from 'vitest';

import { Preferences } from '../../preferences/preferences.ts';
import { controls } from '../../strings/controls.ts';
import { FakeCall } from '../../testing/fake_call.ts';
import { FakeMedia } from '../../testing/fake_media.ts';
import { FakeParticipant } from '../../testing/fake_participant.ts';
import { ControlsViewModel } from './controls_view_model.ts';

let call: FakeCall;
let media: FakeMedia;
let preferences: Preferences;
let said: string[];
let model: ControlsViewModel;

beforeEach(() => {
  call = FakeCall.connected(new FakeParticipant('ben', 'Ben'));
  media = new FakeMedia();
  media.arrive();
  preferences = new Preferences();
  said = [];
  model = new ControlsViewModel(call, media, preferences, ({ text }) => said.push(text));
});

it('shares the screen as it is preferred, and stops', async () => {
  preferences.set({ shareMotion: true, shareSound: false });
  await model.toggleShare();
  expect(media).toMatchObject({ sharing: true, shareContent: 'motion', sharesSound: false });
  await model.toggleShare();
  expect(model.sharing).toBe(false);
  expect(said).toEqual([]);
});

it('shares no longer than the call lasts', async () => {
  await model.toggleShare();
  call.end('hangup');
  expect(media.sharing).toBe(false);
});

it('asks only once at a time which screen', async () => {
  const answer = Promise.withResolvers<null>();
  let asked = 0;
  media.shareScreen = () => {
    asked += 1;
    return answer.promise;
  };
  const first = model.toggleShare();
  await model.toggleShare();
  expect(asked).toBe(1);
  answer.resolve(null);
  await first;
  void model.toggleShare();
  expect(asked).toBe(2);
});

it('says why a screen could not be shared, but nothing to whoever chose none', async () => {
  media.shareProblem = { kind: 'screen', reason: 'cancelled', message: '' };
  await model.toggleShare();
  expect(said).toEqual([]);
  media.shareProblem = { kind: 'screen', reason: 'denied', message: '' };
  await model.toggleShare();
  media.shareProblem = { kind: 'screen', reason: 'in_use', message: '' };
  await model.toggleShare();
  expect(said).toEqual([controls.shareFailed.denied, controls.shareFailed.other]);
});

it('shares nothing where the browser cannot', async () => {
  media.canShareScreen = false;
  await model.toggleShare();
  expect(media.sharing).toBe(false);
});

it('changes what is kept of a screen while it is shared, and remembers it', async () => {
  model.setShareContent('motion');
  expect(media.shareContent).toBe('text');
  await model.toggleShare();
  expect(media.shareContent).toBe('motion');
  model.setShareContent('text');
  expect(media.shareContent).toBe('text');
  expect(preferences.values.shareMotion).toBe(false);
});

it('raises the hand and lowers it, and says so', () => {
  let changes = 0;
  model.subscribe(() => (changes += 1));
  model.toggleHand();
  expect(call.handRaised).toBe(true);
  model.toggleHand();
  expect(call.handRaised).toBe(false);
  expect(changes).toBe(2);
});

it('listens for speech only while muted, in a call that stands, with leave', () => {
  expect(model.listensForSpeech).toBe(false);
  media.setMicrophoneMuted(true);
  expect(model.listensForSpeech).toBe(true);
  call.become('reconnecting');
  expect(model.listensForSpeech).toBe(false);
  call.become('connected');
  preferences.set({ mutedHint: false });
  expect(model.listensForSpeech).toBe(false);
  preferences.set({ mutedHint: true });
  media.hasMicrophone = false;
  expect(model.listensForSpeech).toBe(false);
});

it('mutes again whoever talks by a held key when the call leaves the screen', () => {
  media.setMicrophoneMuted(true);
  model.talk.press();
  expect(media.microphoneMuted).toBe(false);
  model.dispose();
  expect(media.microphoneMuted).toBe(true);
});

it('says when others see no picture any more, and when they see it again, each once', () => {
  call.sendsAs('reduced');
  expect(said).toEqual([]);
  call.sendsAs('paused');
  call.sendsAs('paused');
  call.sendsAs('reduced');
  call.sendsAs('good');
  expect(said).toEqual([controls.videoPaused, controls.videoBack]);
});
