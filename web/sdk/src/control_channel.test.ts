import { beforeEach, describe, expect, test } from 'vitest';
import { ControlChannel } from './control_channel.ts';
import { SELF_STATE } from './control_message.ts';
import { DATA_BUFFERED_BYTES_MAX, DATA_MESSAGE_BYTES_MAX } from './limits.ts';

class FakeRtcDataChannel {
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

let channel: FakeRtcDataChannel;
let control: ControlChannel;
let options: unknown;
let heard: unknown[];

beforeEach(() => {
  channel = new FakeRtcDataChannel();
  control = new ControlChannel();
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
    control.setSelfState({ ...SELF_STATE, cameraOff: true, handRaised: true });
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
