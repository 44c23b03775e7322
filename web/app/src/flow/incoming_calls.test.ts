import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { VisavisError } from '@visavis/client';

import { ringWords } from '../strings/ring.ts';
import { AppWorld } from '../testing/app_world.ts';
import type { FakeCall } from '../testing/fake_call.ts';
import { person } from '../testing/fake_client.ts';
import { flush } from '../testing/flush.ts';

const BEN = person('Ben');

let world: AppWorld;

beforeEach(() => {
  vi.useFakeTimers();
  world = new AppWorld();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('being called during a call', () => {
  let current: FakeCall;

  beforeEach(async () => {
    await world.join(BEN, person('Cleo'));
    current = world.callBen();
    current.become('connected');
  });

  it('shows the call and leaves the one that is under way alone', () => {
    const second = world.ring('Cleo');
    expect(world.app.ringing.all).toEqual([second]);
    expect(world.app.screen).toMatchObject({ name: 'call', call: current });
    second.decline();
    expect(world.app.ringing.all).toEqual([]);
    expect(current.state).toBe('connected');
  });

  it('asks before it ends the current call', async () => {
    const second = world.ring('Cleo');
    await world.app.ringing.answer(second, { video: true });
    expect(world.app.ringing.question).toEqual({ call: second, video: true });
    expect(second.accepted).toEqual([]);
    world.app.ringing.dropQuestion();
    expect(world.app.ringing.question).toBeNull();
    expect(current.state).toBe('connected');

    await world.app.ringing.answer(second, { video: false });
    await world.app.ringing.endAndAccept();
    expect(current.endReason).toBe('hangup');
    expect(second.accepted).toEqual([false]);
    expect(world.app.screen).toMatchObject({ name: 'call', call: second });
  });

  it('asks the caller into the current call, whose ring goes on until they come', async () => {
    const second = world.ring('Cleo');
    await world.app.ringing.answer(second, { video: true });
    await world.app.ringing.addToCall();
    expect(current.invited).toEqual(['cleo']);
    expect(world.app.ringing.isAdded(second)).toBe(true);
    expect(world.app.ringing.all).toEqual([second]);
    second.end('cancelled');
    expect(world.app.ringing.all).toEqual([]);
    expect(world.app.ringing.notice).toBeNull();
    expect(world.app.screen).toMatchObject({ name: 'call', call: current });
  });

  it('says so where the caller cannot be asked in', async () => {
    const second = world.ring('Cleo');
    current.answer = Promise.reject(new VisavisError('call_full', 'x'));
    await world.app.ringing.answer(second, { video: true });
    await world.app.ringing.addToCall();
    expect(world.answerProblem).toBe(ringWords.addFailed.call_full);
    expect(world.app.ringing.isAdded(second)).toBe(false);
  });

  it('needs no question any more once the current call is over', async () => {
    const second = world.ring('Cleo');
    await world.app.ringing.answer(second, { video: true });
    current.end('hangup');
    expect(world.app.ringing.question).toBeNull();
    await world.app.ringing.answer(second, { video: true });
    expect(second.accepted).toEqual([true]);
  });

  it('takes the question away with the call it is about', async () => {
    const second = world.ring('Cleo');
    await world.app.ringing.answer(second, { video: true });
    second.end('cancelled');
    expect(world.app.ringing.question).toBeNull();
  });

  it('keeps several calls apart', async () => {
    const [second, third] = [world.ring('Cleo'), world.ring('Dan')];
    await world.app.ringing.answer(third, { video: true });
    await world.app.ringing.endAndAccept();
    expect(third.accepted).toEqual([true]);
    expect(second.accepted).toEqual([]);
    expect(world.app.ringing.all).toEqual([second]);
    expect(world.app.screen).toMatchObject({ name: 'call', call: third });
  });
});

it('blocks who calls', async () => {
  await world.join(BEN);
  world.ring();
  world.app.block({ user: 'ben', name: 'Ben' });
  await flush();
  expect(world.client.blocked.has('ben')).toBe(true);
  expect(world.app.lobby?.blocked.list).toEqual([{ user: 'ben', name: 'Ben' }]);
});
