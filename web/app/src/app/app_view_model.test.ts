import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type Call, VisavisError } from '@visavis/client';

import type { Public } from '../base/public.ts';
import { answerProblemInWords } from '../ring/answer_words.ts';
import { endedWords } from '../strings/ended.ts';
import { ringWords } from '../strings/ring.ts';
import { strings } from '../strings.ts';
import { endScreen } from '../testing/ended.ts';
import { FakeCall } from '../testing/fake_call.ts';
import { FakeClient, person } from '../testing/fake_client.ts';
import { FakeMedia } from '../testing/fake_media.ts';
import { FakeParticipant } from '../testing/fake_participant.ts';
import { FakeSurroundings } from '../testing/fake_surroundings.ts';
import { flush } from '../testing/flush.ts';
import { MemoryStorage } from '../testing/memory_storage.ts';
import { AppViewModel } from './app_view_model.ts';
import { Memory } from './memory.ts';

class World {
  readonly clients: FakeClient[] = [];
  readonly media = new FakeMedia();
  readonly forGood = new MemoryStorage();
  readonly forTab = new MemoryStorage();
  readonly surroundings = new FakeSurroundings();
  readonly app = this.newPage();

  newPage(): AppViewModel {
    return new AppViewModel({
      ...this.surroundings.services,
      createClient: ({ name, iceTransportPolicy = 'all' }) => {
        const client = new FakeClient(name);
        client.iceTransportPolicy = iceTransportPolicy;
        this.clients.push(client);
        return client;
      },
      media: this.media,
      memory: new Memory(this.forGood, this.forTab),
    });
  }

  get client(): FakeClient {
    const client = this.clients.at(-1);
    if (!client) throw new Error('Nobody has joined yet.');
    return client;
  }

  /** The call that has rung for the longest. */
  get incoming(): Public<Call> | null {
    return this.app.ringing.all[0] ?? null;
  }

  async accept(how: { video: boolean }): Promise<void> {
    if (this.incoming) await this.app.ringing.answer(this.incoming, how);
  }

  get answerProblem(): string | null {
    const { problem } = this.app.ringing;
    return problem && answerProblemInWords(problem);
  }

  async join(...people: Parameters<FakeClient['welcome']>): Promise<void> {
    this.media.arrive();
    void this.app.join('Ana');
    this.client.welcome(...people);
    await flush();
  }

  /** Calls Ben and returns the call. */
  callBen(): FakeCall {
    this.app.call([BEN]);
    const call = this.client.started.at(-1);
    if (!call) throw new Error('No call was started.');
    return call;
  }

  /** Ben calls, or somebody else. */
  ring(name = 'Ben'): FakeCall {
    const call = FakeCall.incoming(new FakeParticipant(name.toLowerCase(), name));
    this.client.receive(call);
    return call;
  }
}

const BEN = person('Ben');

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
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
