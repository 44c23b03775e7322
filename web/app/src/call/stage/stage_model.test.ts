import { beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeCall } from '../../testing/fake_call.ts';
import { FakeParticipant } from '../../testing/fake_participant.ts';
import { StageModel } from './stage_model.ts';
import { cameraKey, type Place, screenKey, SELF_KEY } from './stage_plan.ts';

const BEN = 'participant-ben';
const CLEO = 'participant-cleo';

let ben: FakeParticipant;
let cleo: FakeParticipant;
let call: FakeCall;
let stage: StageModel;

const placeOf = (key: string): Place | undefined =>
  stage.plan().find((placed) => placed.key === key)?.place;

beforeEach(() => {
  ben = new FakeParticipant('ben', 'Ben');
  cleo = new FakeParticipant('cleo', 'Cleo');
  call = FakeCall.connected(ben, cleo);
  stage = new StageModel(call);
  stage.resize({ width: 1200, height: 800 });
});

it('pins one picture, another instead of it, and none', () => {
  stage.togglePin(cameraKey(BEN));
  expect(placeOf(cameraKey(BEN))).toBe('main');
  stage.togglePin(cameraKey(CLEO));
  expect(placeOf(cameraKey(CLEO))).toBe('main');
  expect(placeOf(cameraKey(BEN))).toBe('strip');
  stage.togglePin(cameraKey(CLEO));
  expect(placeOf(cameraKey(CLEO))).toBe('tile');
});

it('forgets the pin of whoever leaves, so that nobody comes back pinned', () => {
  const dan = new FakeParticipant('dan', 'Dan');
  call.join(ben, cleo, dan);
  stage.togglePin(cameraKey(CLEO));
  call.join(ben, dan);
  call.join(ben, dan, cleo);
  expect(stage.pinned).toBeNull();
});

it('shows a screen as soon as it is shared', () => {
  ben.update({ sharing: true });
  expect(placeOf(screenKey(BEN))).toBe('main');
});

describe('who speaks', () => {
  it('is framed among several', () => {
    call.speak(cleo);
    expect(stage.isSpeaking(cleo)).toBe(true);
    expect(stage.isSpeaking(ben)).toBe(false);
    call.join(cleo);
    expect(stage.isSpeaking(cleo)).toBe(false);
  });

  it('is large in that layout, and views hear of the change', () => {
    const listener = vi.fn();
    stage.setLayout('speaker');
    stage.subscribe(listener);
    call.speak(cleo);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(placeOf(cameraKey(CLEO))).toBe('main');
  });
});

describe('among two', () => {
  beforeEach(() => {
    call.join(ben);
  });

  it('the pictures can be swapped and the small one moved', () => {
    stage.swap();
    expect(placeOf(SELF_KEY)).toBe('full');
    expect(stage.moveBy('ArrowUp')).toBe(true);
    expect(stage.corner).toBe('top-right');
    expect(stage.moveBy('Enter')).toBe(false);
  });

  it('they are not swapped any more after a third was there', () => {
    stage.swap();
    call.join(ben, cleo);
    call.join(ben);
    expect(placeOf(SELF_KEY)).toBe('float');
  });
});

it('leaves the call alone once disposed', () => {
  const listener = vi.fn();
  stage.subscribe(listener);
  stage.dispose();
  call.speak(cleo);
  call.join(ben);
  expect(listener).not.toHaveBeenCalled();
});
