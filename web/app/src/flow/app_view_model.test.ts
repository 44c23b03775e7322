import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { VisavisError } from '@visavis/client';

import { endedWords } from '../strings/ended.ts';
import { ringWords } from '../strings/ring.ts';
import { strings } from '../strings/strings.ts';
import { endScreen } from '../testing/ended.ts';
import { AppWorld } from '../testing/app_world.ts';
import { FakeCall } from '../testing/fake_call.ts';
import { person } from '../testing/fake_client.ts';
import { FakeParticipant } from '../testing/fake_participant.ts';
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

describe('joining', () => {
  it('asks for a name before it asks the server', async () => {
    await world.app.join('   ');
    expect(world.clients).toEqual([]);
    expect(world.app.joinProblem).toBe(strings.join.nameMissing);
  });

  it('leads from the join screen to the lobby at the welcome, not before', async () => {
    void world.app.join(' Ana ');
    expect(world.app.screen.name).toBe('join');
    expect(world.app.joining).toBe(true);
    world.client.welcome(BEN);
    await flush();
    expect(world.app.screen.name).toBe('lobby');
    expect(world.app.name).toBe('Ana');
  });

  it('says in words that the server is not there, and lets one try again', async () => {
    void world.app.join('Ana');
    world.client.refuse(new VisavisError('unreachable', 'x'));
    await flush();
    expect(world.app.joinProblem).toBe(strings.join.unreachable);
    expect(world.app.joining).toBe(false);
    await world.join();
    expect(world.app.joinProblem).toBeNull();
    expect(world.app.screen.name).toBe('lobby');
  });

  it('comes back by itself after a reload, under the name of this tab', async () => {
    await world.join();
    world.forGood.setItem('visavis.app.name', 'Somebody in another tab');
    const reloaded = world.newPage();
    reloaded.start();
    expect(world.clients).toHaveLength(2);
    world.client.welcome();
    await flush();
    expect(reloaded.screen.name).toBe('lobby');
    expect(reloaded.name).toBe('Ana');
  });

  it('waits for the person on the first visit', () => {
    world.app.start();
    expect(world.clients).toEqual([]);
    expect(world.media.starts).toBe(1);
  });

  it('steps aside when another tab takes over, and comes back when told to', async () => {
    await world.join();
    world.client.become('closed', 'replaced');
    expect(world.app.screen).toEqual({ name: 'closed', why: 'replaced' });
    void world.app.rejoin();
    world.client.welcome();
    await flush();
    expect(world.app.screen.name).toBe('lobby');
    expect(world.clients).toHaveLength(2);
  });

  it('remembers the name it was given in the settings', async () => {
    await world.join();
    await world.app.rename('Ana Bell');
    expect(world.app.name).toBe('Ana Bell');
    expect(world.newPage().name).toBe('Ana Bell');
  });
});

describe('hiding the address', () => {
  it('is off at first, and remembered for every later page once it is on', async () => {
    await world.join(BEN);
    expect(world.app.hidesAddress).toBe(false);
    expect(world.client.iceTransportPolicy).toBe('all');
    const listener = vi.fn();
    world.app.subscribe(listener);
    world.app.setHidesAddress(true);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(world.client.iceTransportPolicy).toBe('relay');

    const later = world.newPage();
    expect(later.hidesAddress).toBe(true);
    void later.join('Ana');
    expect(world.clients).toHaveLength(2);
    expect(world.client.iceTransportPolicy).toBe('relay');
    later.setHidesAddress(false);
    expect(world.client.iceTransportPolicy).toBe('all');
    expect(world.newPage().hidesAddress).toBe(false);
  });

  it('says what to do where the server cannot do it', async () => {
    await world.join(BEN);
    const call = world.callBen();
    call.error = new VisavisError('no_relay', 'in the words of the SDK');
    call.end('error');
    expect(endScreen(world.app)).toMatchObject({ detail: endedWords.noRelay });

    const ring = world.ring();
    ring.acceptAnswer = Promise.reject(new VisavisError('no_relay', 'in the words of the SDK'));
    await world.accept({ video: true });
    expect(world.answerProblem).toBe(ringWords.noRelay);
  });

  it('says so when a call went down with the server', async () => {
    await world.join(BEN);
    const call = world.callBen();
    call.become('connected');
    call.error = new VisavisError('session_lost', 'in the words of the SDK');
    call.end('lost');
    expect(endScreen(world.app)).toMatchObject({ detail: endedWords.serverRestarted });
  });

  it('says so when the server was away for too long', async () => {
    await world.join(BEN);
    const call = world.callBen();
    call.become('connected');
    call.error = new VisavisError('away_too_long', 'in the words of the SDK');
    call.end('lost');
    expect(endScreen(world.app)).toMatchObject({ detail: endedWords.awayTooLong });
  });
});

describe('calling', () => {
  it('goes from ringing to the call to the end screen and back to the lobby', async () => {
    await world.join(BEN);
    const call = world.callBen();
    expect(call.called).toEqual(['ben']);
    expect(world.app.screen).toMatchObject({ name: 'outgoing', peers: [{ name: 'Ben' }] });
    call.become('ringing');
    expect(world.app.screen.name).toBe('outgoing');
    call.become('connecting');
    expect(world.app.screen.name).toBe('call');
    call.become('connected');
    vi.advanceTimersByTime(65_000);
    call.end('hangup');
    expect(endScreen(world.app)).toMatchObject({ title: 'Ben hung up', clock: '1:05' });
    world.app.backToLobby();
    expect(world.app.screen.name).toBe('lobby');
  });

  it('knows who hung up', async () => {
    await world.join(BEN);
    world.callBen().become('connected');
    world.app.hangUp();
    expect(endScreen(world.app)).toMatchObject({ title: endedWords.youHungUp });
  });

  it.each([
    ['declined', 'Ben declined'],
    ['busy', 'Ben is busy'],
    ['missed', 'Ben did not answer'],
    ['lost', 'Connection lost'],
  ] as const)('says %s in words', async (reason, title) => {
    await world.join(BEN);
    world.callBen().end(reason);
    expect(endScreen(world.app)).toMatchObject({ title, clock: null });
  });

  it('tells what the server said when the call failed', async () => {
    await world.join(BEN);
    const call = world.callBen();
    call.error = new VisavisError('unknown_user', 'Nobody with this id is online.');
    call.end('error');
    expect(endScreen(world.app)).toMatchObject({
      title: 'The call failed',
      detail: 'Nobody with this id is online.',
    });
  });

  it('calls again, the same person', async () => {
    await world.join(BEN);
    world.callBen().end('missed');
    const { screen } = world.app;
    if (screen.name !== 'ended') throw new Error('The call has not ended.');
    world.app.call(screen.summary.peers);
    expect(world.client.started.map((call) => call.called)).toEqual([['ben'], ['ben']]);
    expect(world.app.screen.name).toBe('outgoing');
  });

  it('waits with calls until camera and microphone are ready', async () => {
    void world.app.join('Ana');
    world.client.welcome(BEN);
    await flush();
    world.app.call([BEN]);
    expect(world.client.started).toEqual([]);
    world.media.arrive({ kind: 'camera', reason: 'denied', message: '' });
    world.app.call([BEN]);
    expect(world.client.started).toHaveLength(1);
  });

  it('does not call somebody who is gone', async () => {
    await world.join();
    expect(world.app.obstacleToCall([BEN])).toBe(strings.ended.cannotCallAgain('Ben'));
  });

  it('calls somebody who is in a call, too', async () => {
    await world.join(person('Ben', true));
    expect(world.app.obstacleToCall([BEN])).toBeNull();
  });

  it('says why somebody cannot be called yet, and counts down until they can', async () => {
    await world.join(BEN);
    const call = world.callBen();
    call.fail(
      new VisavisError('rate_limited', 'Ben has not answered. Try again in 30 seconds.', {
        retryAfterMs: 30_000,
      }),
    );
    expect(endScreen(world.app)).toMatchObject({
      title: endedWords.notRung,
      detail: 'Ben has not answered.',
    });
    expect(world.app.obstacleToCall([BEN])).toBe('Try again in 30 seconds.');
    const listener = vi.fn();
    world.app.subscribe(listener);
    vi.advanceTimersByTime(29_000);
    expect(listener).toHaveBeenCalled();
    expect(world.app.obstacleToCall([BEN])).toBe('Try again in 1 second.');
    expect(world.app.lobby?.entries[0]?.obstacle).toBe('Try again in 1 second.');
    vi.advanceTimersByTime(1_000);
    expect(world.app.obstacleToCall([BEN])).toBeNull();
    world.app.call([BEN]);
    expect(world.client.started).toHaveLength(2);
  });

  it('lets one call somebody whom the list has no room for', async () => {
    await world.join();
    world.client.showSome([person('Cleo')], 900);
    expect(world.app.obstacleToCall([BEN])).toBeNull();
  });

  it('finds its call still ringing after a reload', async () => {
    await world.join(BEN);
    const call = new FakeCall('outgoing', 'ringing');
    call.join(new FakeParticipant('ben', 'Ben'));
    world.client.receive(call);
    expect(world.app.screen).toMatchObject({ name: 'outgoing', peers: [{ name: 'Ben' }] });
  });
});

describe('being called', () => {
  it('rings over the lobby, and accepts only when told to', async () => {
    await world.join(BEN);
    const call = world.ring();
    expect(world.incoming).toBe(call);
    expect(world.app.screen.name).toBe('lobby');
    expect(call.accepted).toEqual([]);
    await world.accept({ video: true });
    expect(call.accepted).toEqual([true]);
    expect(world.incoming).toBeNull();
  });

  it('rings until the answer has arrived', async () => {
    await world.join(BEN);
    const call = world.ring();
    const answer = Promise.withResolvers<void>();
    call.acceptAnswer = answer.promise;
    void world.accept({ video: true });
    await flush();
    call.become('connecting');
    expect(world.app.ringing.answering).toBe(true);
    expect(world.incoming).toBe(call);
    answer.resolve();
    await flush();
    expect(world.app.screen.name).toBe('call');
    expect(world.incoming).toBeNull();
  });

  it('goes on ringing when accepting failed, and says so', async () => {
    await world.join(BEN);
    const call = world.ring();
    call.acceptAnswer = Promise.reject(new VisavisError('not_in_call', 'x'));
    await world.accept({ video: true });
    expect(world.incoming).toBe(call);
    expect(world.answerProblem).toBe(ringWords.failed);
    expect(world.app.ringing.answering).toBe(false);
  });

  it('waits for the microphone before it answers', async () => {
    void world.app.join('Ana');
    world.client.welcome(BEN);
    await flush();
    const call = world.ring();
    void world.accept({ video: true });
    await flush();
    expect(call.accepted).toEqual([]);
    world.media.arrive();
    await flush();
    expect(call.accepted).toEqual([true]);
  });

  it('turns the camera off for an audio answer, and on again after the call', async () => {
    await world.join(BEN);
    const call = world.ring();
    await world.accept({ video: false });
    expect(call.accepted).toEqual([false]);
    expect(world.media.cameraOff).toBe(true);
    call.become('connected');
    call.end('hangup');
    expect(world.media.cameraOff).toBe(false);
  });

  it('leaves the camera off after an audio call if it was off before', async () => {
    await world.join(BEN);
    await world.media.setCameraOff(true);
    const call = world.ring();
    await world.accept({ video: false });
    call.end('hangup');
    expect(world.media.cameraOff).toBe(true);
  });

  it('declines without a screen of its own', async () => {
    await world.join(BEN);
    const call = world.ring();
    world.incoming?.decline();
    expect(call.declined).toBe(true);
    expect(world.incoming).toBeNull();
    expect(world.app.screen.name).toBe('lobby');
    expect(world.app.ringing.notice).toBeNull();
  });

  it('leaves word of a missed call, with the way to call back', async () => {
    await world.join(BEN);
    world.ring().end('missed');
    expect(world.app.ringing.notice?.reason).toBe('missed');
    if (world.app.ringing.notice) world.app.call([world.app.ringing.notice.caller]);
    expect(world.client.started[0]?.called).toEqual(['ben']);
    expect(world.app.ringing.notice).toBeNull();
  });

  it('rings over the end screen of the call before', async () => {
    await world.join(BEN);
    world.callBen().end('declined');
    const call = world.ring();
    expect(world.app.screen.name).toBe('ended');
    expect(world.incoming).toBe(call);
    await world.accept({ video: true });
    call.become('connected');
    expect(world.app.screen).toMatchObject({ name: 'call' });
  });
});
