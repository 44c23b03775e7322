import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { AppViewModel } from '../flow/app_view_model.ts';
import { Memory } from '../navigation/memory.ts';
import { FakeCall } from '../testing/fake_call.ts';
import { FakeClient, person } from '../testing/fake_client.ts';
import { FakeMedia } from '../testing/fake_media.ts';
import { FakeParticipant } from '../testing/fake_participant.ts';
import { FakeSurroundings } from '../testing/fake_surroundings.ts';
import { flush } from '../testing/flush.ts';
import { RingEffects } from './ring_effects.ts';
import { TitleBlinker } from './title_blinker.ts';

let client: FakeClient;
let app: AppViewModel;
const page = { title: '' };
let heard: string[];
let vibrations: number[][];

beforeEach(async () => {
  vi.useFakeTimers();
  client = new FakeClient();
  const media = new FakeMedia();
  media.arrive();
  app = new AppViewModel({
    ...new FakeSurroundings().services,
    createClient: () => client,
    media,
    memory: new Memory(null, null),
  });
  page.title = 'Vis-à-vis';
  heard = [];
  vibrations = [];
  const tones = {
    unlock: () => undefined,
    ring: () => heard.push('ring'),
    callWaiting: () => heard.push('call waiting'),
    ringback: () => heard.push('ringback'),
    stop: () => heard.push('silence'),
  };
  new RingEffects(app, tones, new TitleBlinker(page), (pattern) => vibrations.push(pattern));
  void app.join('Ana');
  client.welcome(person('Ben'));
  await flush();
});

afterEach(() => {
  vi.useRealTimers();
});

const ring = (): FakeCall => {
  const call = FakeCall.incoming(new FakeParticipant('ben', 'Ben'));
  client.receive(call);
  return call;
};

it('rings, vibrates and blinks until the call is declined', () => {
  const call = ring();
  expect(heard).toEqual(['silence', 'ring']);
  expect(page.title).toBe('Ben is calling');
  vi.advanceTimersByTime(1000);
  expect(page.title).toBe('Vis-à-vis');
  vi.advanceTimersByTime(1000);
  expect(page.title).toBe('Ben is calling');
  call.decline();
  expect(heard).toEqual(['silence', 'ring', 'silence']);
  expect(page.title).toBe('Vis-à-vis');
  expect(vibrations.at(-1)).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});

it('falls silent at the answer', async () => {
  await app.ringing.answer(ring(), { video: true });
  expect(heard.at(-1)).toBe('silence');
});

it('falls silent when the caller gives up', () => {
  ring().end('cancelled');
  expect(heard.at(-1)).toBe('silence');
});

it('plays the ringback tone only once it rings there', () => {
  app.call([person('Ben')]);
  expect(heard).toEqual([]);
  client.started[0]?.become('ringing');
  expect(heard).toEqual(['silence', 'ringback']);
  client.started[0]?.become('connecting');
  expect(heard).toEqual(['silence', 'ringback', 'silence']);
});

it('is soft during a call, and silent for a caller who was asked into it', async () => {
  app.call([person('Ben')]);
  client.started[0]?.become('connected');
  const call = FakeCall.incoming(new FakeParticipant('cleo', 'Cleo'));
  client.receive(call);
  expect(heard.at(-1)).toBe('call waiting');
  expect(page.title).toBe('Cleo is calling');
  expect(vibrations).toEqual([]);
  await app.ringing.answer(call, { video: true });
  await app.ringing.addToCall();
  expect(heard.at(-1)).toBe('silence');
  expect(page.title).toBe('Vis-à-vis');
});

it('goes on ringing for the other caller', () => {
  const first = ring();
  client.receive(FakeCall.incoming(new FakeParticipant('cleo', 'Cleo')));
  first.end('cancelled');
  expect(heard).toEqual(['silence', 'ring']);
  expect(page.title).toBe('Cleo is calling');
});
