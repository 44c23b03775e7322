import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { VisavisError } from '@visavis/client';

import { hostWords } from '../../strings/hosts.ts';
import { FakeCall } from '../../testing/fake_call.ts';
import { FakeParticipant } from '../../testing/fake_participant.ts';
import { HostModel } from './host_model.ts';

const BEN = new FakeParticipant('ben', 'Ben');
const CLEO = new FakeParticipant('cleo', 'Cleo');

let call: FakeCall;
let model: HostModel;

beforeEach(() => {
  call = FakeCall.connected(BEN, CLEO);
  call.name('blue-lamp');
  model = new HostModel(call);
});

afterEach(() => {
  model.dispose();
});

it('offers nothing in a call without a room, nor to a guest', () => {
  expect(model.hosted).toBe(false);
  call.rule({ hosts: ['ben'] });
  expect(model.hosted).toBe(true);
  expect(model.hosts(BEN)).toBe(true);
  expect([model.isHost, model.mayRemove(CLEO), model.mayName()]).toEqual([false, false, false]);
});

it('lets a named host remove guests, and the creator remove hosts, too, and name them', () => {
  call.rule({ hosts: ['ben', 'self'] });
  expect([model.mayRemove(BEN), model.mayRemove(CLEO), model.mayName()]).toEqual([
    false,
    true,
    false,
  ]);
  call.rule({ hosts: ['self', 'ben'] });
  expect([model.mayRemove(BEN), model.mayRemove(CLEO), model.mayName()]).toEqual([
    true,
    true,
    true,
  ]);
});

it('asks before it removes somebody', async () => {
  call.rule({ hosts: ['self'] });
  model.askToRemove(BEN);
  expect(model.leaving?.name).toBe('Ben');
  model.dropQuestion();
  await model.remove();
  expect(call.ruled).toEqual([]);
  model.askToRemove(BEN);
  await model.remove();
  expect(call.ruled).toEqual([['remove', BEN.id]]);
  expect(model.leaving).toBeNull();
});

it('asks no more about somebody who has left by themselves', () => {
  call.rule({ hosts: ['self'] });
  model.askToRemove(BEN);
  call.join(CLEO);
  expect(model.leaving).toBeNull();
});

it('changes the rules, one at a time, and says what went wrong', async () => {
  call.rule({ hosts: ['self'] });
  const listener = vi.fn();
  model.subscribe(listener);
  const locking = model.setLocked(true);
  void model.setKnock(true);
  expect(model.working).toBe(true);
  await locking;
  await model.setKnock(true);
  await model.setHost(CLEO, true);
  expect(call.ruled).toEqual([
    ['lock', true],
    ['knock', true],
    ['host', 'cleo', true],
  ]);
  expect(listener).toHaveBeenCalled();
  call.answer = Promise.reject(new VisavisError('not_host', 'x'));
  await model.setLocked(false);
  expect(model.problem).toBe(hostWords.failed.not_host);
});

it('follows what other hosts do', () => {
  call.rule({ hosts: ['ben'], locked: true, knock: true });
  expect([model.locked, model.knock]).toEqual([true, true]);
});
