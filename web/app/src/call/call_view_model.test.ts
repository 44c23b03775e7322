import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { MENTION_INTERVAL_MS } from '../base/announcer.ts';
import { roomWords, stageWords } from '../strings/stage.ts';
import { callWords } from '../strings/call.ts';
import { FakeCall } from '../testing/fake_call.ts';
import { FakeMedia } from '../testing/fake_media.ts';
import { FakeParticipant, relayedOver } from '../testing/fake_participant.ts';
import { CallViewModel } from './call_view_model.ts';

let ben: FakeParticipant;
let call: FakeCall;
let media: FakeMedia;
let view: CallViewModel;

beforeEach(() => {
  vi.useFakeTimers();
  ben = new FakeParticipant('ben', 'Ben');
  call = new FakeCall('outgoing', 'connecting');
  call.join(ben);
  media = new FakeMedia();
  media.arrive();
  view = new CallViewModel(call, media);
});

afterEach(() => {
  view.dispose();
  vi.useRealTimers();
});

it('says what is going on until media flows, and when it stops flowing', () => {
  expect(view.obstacle).toBe('Connecting to Ben…');
  expect(view.announcement).toBe('Connecting to Ben…');
  call.become('connected');
  expect(view.obstacle).toBeNull();
  expect(view.announcement).toBe('You are in a call with Ben');
  call.become('reconnecting');
  expect(view.obstacle).toBe(callWords.reconnecting);
});

it('counts the time since it was first connected', () => {
  const listener = vi.fn();
  expect(view.clock).toBeNull();
  call.become('connected');
  view.subscribe(listener);
  vi.advanceTimersByTime(61_000);
  expect(view.clock).toBe('1:01');
  expect(listener).toHaveBeenCalledTimes(61);
  call.become('reconnecting');
  vi.advanceTimersByTime(3_600_000);
  expect(view.clock).toBe('1:01:01');
});

describe('the path', () => {
  it('is told while connected, and follows when it moves', () => {
    const listener = vi.fn();
    ben.setPath(relayedOver('tcp'));
    call.become('connected');
    expect(view.path).toEqual({ kind: 'relayed', text: 'Through the server (TCP)' });
    view.subscribe(listener);
    ben.setPath({ kind: 'direct', protocol: 'udp', local: 'host', remote: 'srflx' });
    expect(listener).toHaveBeenCalledTimes(1);
    expect(view.path).toEqual({ kind: 'direct', text: 'Direct connection' });
    call.become('reconnecting');
    expect(view.path).toBeNull();
  });

  it('is not told before it is known', () => {
    ben.setPath(null);
    call.become('connected');
    expect(view.path).toBeNull();
  });

  it.each([
    ['udp', 'Through the server (UDP)'],
    ['tcp', 'Through the server (TCP)'],
    ['tls', 'Through the server (TLS)'],
  ] as const)('over %s is: %s', (protocol, text) => {
    ben.setPath(relayedOver(protocol));
    call.become('connected');
    expect(view.path?.text).toBe(text);
  });

  it('is one for all when people are reached differently', () => {
    const cleo = new FakeParticipant('cleo', 'Cleo');
    call.join(ben, cleo);
    call.become('connected');
    expect(view.path?.text).toBe('Direct connection');
    cleo.setPath(relayedOver('udp'));
    expect(view.path).toEqual({ kind: 'relayed', text: 'Partly through the server' });
    ben.setPath(relayedOver('udp'));
    expect(view.path?.text).toBe('Through the server (UDP)');
    ben.setPath(relayedOver('tls'));
    expect(view.path?.text).toBe('Through the server');
  });
});

it('follows each of the others, as long as they are in the call', () => {
  const cleo = new FakeParticipant('cleo', 'Cleo');
  call.join(ben, cleo);
  expect(view.title).toBe('Ben and Cleo');
  call.join(ben);
  expect(view.title).toBe('Ben');
  const listener = vi.fn();
  view.subscribe(listener);
  cleo.update({ microphoneMuted: true });
  expect(listener).not.toHaveBeenCalled();
  ben.update({ microphoneMuted: true });
  expect(listener).toHaveBeenCalledTimes(1);
});

it('keeps the names when everybody has just left', () => {
  call.join();
  expect(view.title).toBe('Ben');
});

it('stops for good when disposed', () => {
  const listener = vi.fn();
  view.subscribe(listener);
  view.dispose();
  vi.advanceTimersByTime(10_000);
  ben.update({ cameraOff: true });
  call.become('connected');
  expect(listener).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

describe('the switches', () => {
  it('mute and unmute, turn the camera off and on', async () => {
    await view.toggleMicrophone();
    expect(view.microphoneMuted).toBe(true);
    await view.toggleMicrophone();
    expect(view.microphoneMuted).toBe(false);
    await view.toggleCamera();
    expect(media.cameraOff).toBe(true);
    await view.toggleCamera();
    expect(view.cameraOff).toBe(false);
  });

  it('look again for a device that was not there', async () => {
    media.arrive(
      { kind: 'camera', reason: 'no_device', message: '' },
      { kind: 'microphone', reason: 'no_device', message: '' },
    );
    const turnOn = vi.spyOn(media, 'setCameraOff');
    expect(view.microphoneMuted).toBe(true);
    expect(view.cameraOff).toBe(true);
    await view.toggleMicrophone();
    await view.toggleCamera();
    expect(media.starts).toBe(1);
    expect(turnOn).toHaveBeenCalledWith(false);
  });
});

describe('in a room', () => {
  it('one is alone before others come and after they have gone', () => {
    call.join();
    call.become('alone');
    expect(view.alone).toBe(true);
    expect(view.title).toBe(roomWords.call.alone);
    expect(view.obstacle).toBeNull();
    expect(view.announcement).toBe(roomWords.call.announceAlone);
    call.join(ben);
    call.become('connected');
    expect(view.title).toBe('Ben');
  });

  it('who comes, goes and reacts is told', () => {
    const cleo = new FakeParticipant('cleo', 'Cleo');
    call.join(ben, cleo);
    expect(view.news).toBe('Cleo has joined');
    call.join(cleo);
    expect(view.news).toBe('Ben has left');
    vi.advanceTimersByTime(MENTION_INTERVAL_MS);
    call.receiveReaction(cleo, '🎉');
    for (let count = 0; count < 100; count += 1) call.receiveReaction(cleo, 'shouting');
    expect(view.news).toBe(stageWords.reacted('Cleo', '🎉'));
    expect(view.reactionsOf(cleo.id).map(({ emoji }) => emoji)).toEqual(['🎉']);
    expect(view.reactionsOf(null)).toEqual([]);
  });

  it('who is only rung at has not come yet', () => {
    const cleo = new FakeParticipant('cleo', 'Cleo');
    cleo.update({ state: 'invited' });
    call.join(ben, cleo);
    expect(view.news).toBe('');
    cleo.update({ state: 'joined' });
    call.join(ben, cleo);
    expect(view.news).toBe('Cleo has joined');
  });

  it('whoever knocks is let in or not; too late, nothing breaks', async () => {
    const listener = vi.fn();
    view.subscribe(listener);
    call.knockedBy('Dan');
    expect(listener).toHaveBeenCalledTimes(1);
    const [dan] = view.knocks;
    await view.admit(dan!, true);
    expect(call.admissions).toEqual([['knock-Dan', true]]);
    call.answer = Promise.reject(new Error('unknown knock'));
    await view.admit(dan!, false);
    expect(listener).toHaveBeenCalledTimes(2);
  });
});
