import { beforeEach, expect, it } from 'vitest';

import { FakeMedia } from '../testing/fake_media.ts';
import { ToastQueue } from '../toasts/toast_queue.ts';
import { tellOfDevices } from './device_notices.ts';

let media: FakeMedia;
let queue: ToastQueue;
let end: () => void;

beforeEach(() => {
  media = new FakeMedia();
  queue = new ToastQueue();
  end = tellOfDevices(media, (toast) => {
    queue.show(toast);
  });
});

const texts = (): string[] => queue.shown.map((toast) => toast.text);

it('offers a device that was plugged in', () => {
  media.list({ microphones: [{ id: 'm', label: 'Headset' }] });
  media.notice({ kind: 'found', device: 'microphone', label: 'Headset' });
  expect(texts()).toEqual(['A microphone was plugged in: “Headset”.']);
  queue.act(queue.shown[0]?.id ?? 0);
  expect(media.preferences.microphone).toBe('m');
  expect(texts()).toEqual([]);
});

it('offers nothing that is gone again already', () => {
  media.notice({ kind: 'found', device: 'camera', label: 'Webcam' });
  expect(queue.shown[0]?.action).toBeUndefined();
});

it('tells of each kind only what happened last', () => {
  media.notice({ kind: 'lost', device: 'microphone', label: 'Headset' });
  media.notice({ kind: 'lost', device: 'camera', label: 'Webcam' });
  media.notice({ kind: 'switched', device: 'microphone', label: 'Built-in' });
  expect(texts()).toEqual(['The camera “Webcam” is gone.', 'The microphone is now “Built-in”.']);
});

it('is silent once ended', () => {
  end();
  media.notice({ kind: 'lost', device: 'camera', label: 'Webcam' });
  expect(texts()).toEqual([]);
});
