import { beforeEach, expect, it } from 'vitest';

import { FakeMedia } from '../testing/fake_media.ts';
import { choose, deviceChoices, SYSTEM_CHOICE } from './device_choices.ts';

let media: FakeMedia;

beforeEach(() => {
  media = new FakeMedia();
  media.list({
    cameras: [
      { id: 'a', label: 'Webcam' },
      { id: 'b', label: 'Webcam' },
    ],
    microphones: [{ id: 'm', label: 'Headset' }],
  });
});

const selected = (kind: 'camera' | 'microphone' | 'speaker'): string[] =>
  deviceChoices(media, kind).flatMap((choice) => (choice.selected ? [choice.value] : []));

it('offers the system’s choice first, then the devices, told apart', () => {
  expect(deviceChoices(media, 'camera').map(({ value }) => value)).toEqual([
    SYSTEM_CHOICE,
    'a',
    'b',
  ]);
  const labels = deviceChoices(media, 'camera').map(({ label }) => label);
  expect(labels.slice(1)).toEqual(['Webcam', 'Webcam (2)']);
});

it('has exactly one choice selected, before and after choosing', () => {
  expect(selected('camera')).toEqual([SYSTEM_CHOICE]);
  choose(media, 'camera', 'b');
  expect(selected('camera')).toEqual(['b']);
  expect(selected('microphone')).toEqual([SYSTEM_CHOICE]);
  choose(media, 'camera', SYSTEM_CHOICE);
  expect(media.preferences.camera).toBeNull();
});

it('keeps a chosen device in the list that is not plugged in', () => {
  choose(media, 'microphone', 'm');
  media.list({ microphones: [] });
  expect(selected('microphone')).toEqual(['m']);
  media.list({ microphones: [{ id: 'm', label: 'Headset' }] });
  expect(deviceChoices(media, 'microphone').at(-1)).toEqual({
    value: 'm',
    label: 'Headset',
    selected: true,
  });
});

it('chooses each kind for itself', () => {
  choose(media, 'microphone', 'm');
  choose(media, 'speaker', 's');
  expect(media.preferences).toMatchObject({ camera: null, microphone: 'm', speaker: 's' });
});
