import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ControlChannel } from './control_channel.ts';
import { SELF_STATE } from './control_message.ts';
import { InboundQueue } from '../base/inbound_queue.ts';
import {
  CONTROL_CHARS_MAX,
  DATA_BUFFERED_BYTES_MAX,
  DATA_MESSAGE_BYTES_MAX,
  DATA_RATE,
  REACTIONS_TAKEN_MAX,
  STATE_INTERVAL_MS,
} from '../base/limits.ts';
import { Slices } from '../base/slices.ts';
import { pageTimers } from '../base/timers.ts';

class FakeRtcDataChannel {
  onbufferedamountlow: () => void = () => undefined;
  readyState = 'open';
  bufferedAmount = 0;
  binaryType = '';
  readonly sent: unknown[] = [];
  onopen: () => void = () => undefined;
  onmessage: (event: { data: unknown }) => void = () => undefined;
  onerror: (event: unknown) => void = () => undefined;
  send(data: unknown): void {
    this.sent.push(typeof data === 'string' ? (JSON.parse(data) as unknown) : data);
  }
}

afterEach(() => {
  vi.useRealTimers();
});

let channel: FakeRtcDataChannel;
let control: ControlChannel;
let options: unknown;
let heard: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  channel = new FakeRtcDataChannel();
  const inbound = new InboundQueue(new Slices((callback) => void setTimeout(callback)));
  control = new ControlChannel(pageTimers, { inbound });
  control.channel.attach({
    createDataChannel: (label: string, init: RTCDataChannelInit) => {
      options = { label, ...init };
      return channel;
    },
  } as unknown as RTCPeerConnection);
  heard = [];
  control.on('data', (data) => heard.push(data));
  control.on('media', (state) => heard.push(state));
  control.on('bye', () => heard.push('bye'));
  control.on('alive', () => heard.push('alive'));
});

test('is negotiated by agreement, so that it needs no offer of its own', () => {
  expect(options).toEqual({ label: 'visavis', negotiated: true, id: 0 });
  expect(channel.binaryType).toBe('arraybuffer');
});

describe('what is told about our devices', () => {
  test('is told when it opens, and once per change', () => {
    channel.readyState = 'connecting';
    control.setSelfState({ ...SELF_STATE, microphoneMuted: true });
    expect(channel.sent).toEqual([]);
    channel.readyState = 'open';
    channel.onopen();
    control.setSelfState({ ...SELF_STATE, microphoneMuted: true });
    control.setSelfState({ ...SELF_STATE, cameraOff: true });
    control.setSelfState({ ...SELF_STATE, cameraOff: true, handRaised: true });
    vi.advanceTimersByTime(STATE_INTERVAL_MS);
    const media = {
      type: 'media',
      microphone_muted: false,
      camera_off: false,
      sharing: false,
      hand_raised: false,
      video_paused: false,
    };
    expect(channel.sent).toEqual([
      { ...media, microphone_muted: true },
      { ...media, camera_off: true, hand_raised: true },
    ]);
  });

  test('is told to every later connection, too', () => {
    control.setSelfState({ ...SELF_STATE, microphoneMuted: true });
    control.setView({ camera: 'large', screen: 'hidden' });
    channel.sent.length = 0;
    channel.onopen();
    expect(channel.sent).toMatchObject([
      { type: 'media', microphone_muted: true },
      { type: 'view', camera: 'large', screen: 'hidden' },
    ]);
  });

  test('arrives, from older clients, too', () => {
    channel.onmessage({ data: '{"type":"media","microphone_muted":true,"camera_off":false}' });
    channel.onmessage({ data: '{"type":"bye"}' });
    channel.onmessage({ data: '{"type":"alive","more":1}' });
    expect(heard).toEqual([{ ...SELF_STATE, microphoneMuted: true }, 'bye', 'alive']);
  });
});

test('how pictures are shown, and reactions, arrive', () => {
  control.on('view', (view) => heard.push(view));
  control.on('reaction', (emoji) => heard.push(emoji));
  channel.onmessage({ data: '{"type":"view","camera":"large","screen":"hidden"}' });
  channel.onmessage({ data: '{"type":"reaction","emoji":"👍"}' });
  expect(heard).toEqual([{ camera: 'large', screen: 'hidden' }, '👍']);
  control.sendReaction('🎉');
  expect(channel.sent).toEqual([{ type: 'reaction', emoji: '🎉' }]);
});

describe('data', () => {
  test('of an app goes both ways, as text or bytes', () => {
    const bytes = new Uint8Array([1, 2, 3]).buffer;
    control.send('text');
    control.send(bytes);
    expect(channel.sent).toEqual([{ type: 'data', data: 'text' }, bytes]);
    channel.onmessage({ data: '{"type":"data","data":"text"}' });
    channel.onmessage({ data: bytes });
    expect(heard).toEqual(['text', bytes]);
  });

  test('that is too large is refused on both sides', () => {
    const large = new ArrayBuffer(DATA_MESSAGE_BYTES_MAX + 1);
    const tooLarge: unknown = expect.objectContaining({ code: 'too_large' });
    expect(() => control.send(large)).toThrow(tooLarge);
    expect(() => control.send('é'.repeat(DATA_MESSAGE_BYTES_MAX / 2))).toThrow(tooLarge);
    channel.onmessage({ data: large });
    channel.onmessage({ data: JSON.stringify({ type: 'data', data: 'x'.repeat(70_000) }) });
    expect(heard).toEqual([]);
    control.send(new ArrayBuffer(DATA_MESSAGE_BYTES_MAX));
    expect(channel.sent).toHaveLength(1);
  });

  test('is refused while too much waits, and without a channel', () => {
    channel.bufferedAmount = DATA_BUFFERED_BYTES_MAX - 10;
    expect(() => control.send(new ArrayBuffer(11))).toThrow(
      expect.objectContaining({ code: 'buffer_full' }),
    );
    control.send(new ArrayBuffer(10));
    channel.readyState = 'closing';
    expect(() => control.send('x')).toThrow(expect.objectContaining({ code: 'no_channel' }));
  });
});

describe('more than anybody needs', () => {
  const media = (muted: boolean): string =>
    JSON.stringify({ type: 'media', microphone_muted: muted, camera_off: false });

  test('of states is taken as the latest of them', () => {
    for (let count = 0; count < 1_000; count += 1) channel.onmessage({ data: media(false) });
    channel.onmessage({ data: media(true) });
    expect(heard).toEqual([SELF_STATE]);
    vi.advanceTimersByTime(STATE_INTERVAL_MS);
    expect(heard).toEqual([SELF_STATE, { ...SELF_STATE, microphoneMuted: true }]);
    control.stop();
    channel.onmessage({ data: media(false) });
    channel.onmessage({ data: media(true) });
    control.stop();
    vi.advanceTimersByTime(STATE_INTERVAL_MS);
    expect(heard).toHaveLength(3);
  });

  test('of states does not pile up while nothing leaves: the latest is told then', () => {
    control.setSelfState(SELF_STATE);
    channel.sent.length = 0;
    channel.bufferedAmount = 1;
    for (let count = 0; count < 1_000; count += 1) {
      control.setSelfState({ ...SELF_STATE, handRaised: count % 2 === 0 });
      control.setView({ camera: 'large', screen: count % 2 === 0 ? 'small' : 'hidden' });
      vi.advanceTimersByTime(STATE_INTERVAL_MS);
    }
    expect(channel.sent).toEqual([]);
    channel.bufferedAmount = 0;
    channel.onbufferedamountlow();
    vi.advanceTimersByTime(STATE_INTERVAL_MS);
    expect(channel.sent).toHaveLength(2);
    expect(channel.sent).toContainEqual(
      expect.objectContaining({ type: 'media', hand_raised: false }),
    );
    expect(channel.sent).toContainEqual(
      expect.objectContaining({ type: 'view', screen: 'hidden' }),
    );
  });

  test('of reactions is dropped', () => {
    control.on('reaction', (emoji) => heard.push(emoji));
    for (let count = 0; count < 1_000; count += 1) {
      channel.onmessage({ data: '{"type":"reaction","emoji":"👍"}' });
    }
    expect(heard).toHaveLength(REACTIONS_TAKEN_MAX);
  });

  test('of data is refused here, with a word, before the other side has to', () => {
    for (let count = 0; count < DATA_RATE.messages; count += 1) control.send('x');
    const limited: unknown = expect.objectContaining({ code: 'rate_limited' });
    expect(() => {
      control.send('x');
    }).toThrow(limited);
    vi.advanceTimersByTime(1_000);
    for (let count = 0; count < DATA_RATE.messagesPerSecond; count += 1) control.send('x');
    expect(() => {
      control.send('x');
    }).toThrow(limited);
    vi.advanceTimersByTime(60_000);
    const large = new ArrayBuffer(DATA_MESSAGE_BYTES_MAX);
    for (let bytes = 0; bytes < DATA_RATE.bytes; bytes += large.byteLength) control.send(large);
    expect(() => {
      control.send(large);
    }).toThrow(limited);
  });

  test('of anything but data is not even read', () => {
    const padding = 'x'.repeat(CONTROL_CHARS_MAX);
    channel.onmessage({ data: JSON.stringify({ type: 'alive', padding }) });
    expect(heard).toEqual([]);
    channel.onmessage({ data: JSON.stringify({ type: 'data', data: padding }) });
    expect(heard).toEqual([padding]);
  });
});

test('messages that make no sense are dropped', () => {
  for (const data of [
    '{',
    'null',
    '[]',
    '{"type":"media"}',
    '{"type":"media","microphone_muted":1,"camera_off":true}',
    '{"type":"data","data":5}',
    '{"type":"constructor"}',
    '{"type":"view","camera":"huge","screen":"small"}',
    '{"type":"reaction","emoji":""}',
    JSON.stringify({ type: 'reaction', emoji: 'x'.repeat(33) }),
    new Blob(),
  ]) {
    channel.onmessage({ data });
  }
  expect(heard).toEqual([]);
});
