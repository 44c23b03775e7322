import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakeCall } from '../../testing/fake_call.ts';
import { FakeParticipant } from '../../testing/fake_participant.ts';
import { StageModel } from './stage_model.ts';
import { ViewWishes, WISHES_SETTLE_MS } from './view_wishes.ts';

let ben: FakeParticipant;
let call: FakeCall;
let stage: StageModel;
let wishes: ViewWishes;

beforeEach(() => {
  vi.useFakeTimers();
  ben = new FakeParticipant('ben', 'Ben');
  call = FakeCall.connected(ben);
  stage = new StageModel(call);
  stage.resize({ width: 1200, height: 800 });
  wishes = new ViewWishes(call);
});

afterEach(() => {
  vi.useRealTimers();
});

function settle(): void {
  wishes.follow(stage.plan());
  vi.advanceTimersByTime(WISHES_SETTLE_MS);
}

it('asks for a large picture where it is large, and says so once', () => {
  settle();
  settle();
  expect(call.wishes).toEqual([['participant-ben', { camera: 'large', screen: 'large' }]]);
});

it('waits until pictures stop jumping about', () => {
  for (let turn = 0; turn < 5; turn++) {
    stage.resize({ width: 300 + turn * 100, height: 800 });
    wishes.follow(stage.plan());
    vi.advanceTimersByTime(WISHES_SETTLE_MS / 10);
  }
  expect(call.wishes).toEqual([]);
  vi.advanceTimersByTime(WISHES_SETTLE_MS);
  expect(call.wishes).toHaveLength(1);
});

it('asks for small pictures beside a shared screen, which is large', () => {
  ben.update({ sharing: true });
  settle();
  expect(call.wishes.at(-1)).toEqual(['participant-ben', { camera: 'small', screen: 'large' }]);
});

it('tells whoever comes back anew', () => {
  settle();
  call.join();
  settle();
  call.join(ben);
  settle();
  expect(call.wishes).toHaveLength(2);
});

it('says nothing after the call', () => {
  wishes.follow(stage.plan());
  wishes.dispose();
  vi.advanceTimersByTime(WISHES_SETTLE_MS * 2);
  expect(call.wishes).toEqual([]);
});
