import { afterEach, beforeEach, expect, it } from 'vitest';

import { VisavisError } from '@visavis/client';

import { LobbyViewModel } from '../../people/lobby_view_model.ts';
import { roomWords } from '../../strings/stage.ts';
import { strings } from '../../strings/strings.ts';
import { FakeCall } from '../../testing/fake_call.ts';
import { FakeClient, person } from '../../testing/fake_client.ts';
import { FakeMedia } from '../../testing/fake_media.ts';
import { FakeParticipant } from '../../testing/fake_participant.ts';
import { flush } from '../../testing/flush.ts';
import { InviteModel } from './invite_model.ts';

const DAN = person('Dan');

let call: FakeCall;
let invite: InviteModel;
let lobby: LobbyViewModel;

beforeEach(() => {
  const client = new FakeClient();
  const media = new FakeMedia();
  media.arrive();
  client.welcome(person('Ben'), person('Cleo', true), DAN);
  call = FakeCall.connected(new FakeParticipant('ben', 'Ben'));
  lobby = new LobbyViewModel(client, media);
  invite = new InviteModel(call, lobby);
});

afterEach(() => {
  lobby.dispose();
});

it('offers who is online and not in the call, also those in another', () => {
  const offered = invite.entries.map(({ person: { name }, obstacle }) => [name, obstacle]);
  expect(offered).toEqual([
    ['Cleo', null],
    ['Dan', null],
  ]);
});

it('invites once, however often it is pressed', async () => {
  void invite.invite(DAN);
  void invite.invite(DAN);
  expect(invite.isAsking(DAN)).toBe(true);
  await flush();
  expect(call.invited).toEqual(['dan']);
  expect(invite.isAsking(DAN)).toBe(false);
});

it.each([
  ['call_full', roomWords.people.failed.call_full],
  ['unknown_user', roomWords.people.failed.unknown_user],
  ['rate_limited', roomWords.people.failed.other],
] as const)('says in words what went wrong: %s', async (code, words) => {
  call.answer = Promise.reject(new VisavisError(code, 'x'));
  await invite.invite(DAN);
  expect(invite.problem).toBe(words);
  call.answer = Promise.resolve();
  await invite.invite(DAN);
  expect(invite.problem).toBeNull();
});

it('counts down until somebody can be invited again', async () => {
  call.answer = Promise.reject(
    new VisavisError('rate_limited', 'Dan has not answered. Try again in 30 seconds.', {
      retryAfterMs: 30_000,
    }),
  );
  await invite.invite(DAN);
  expect(invite.problem).toBe('Dan has not answered.');
  const dan = invite.entries.find(({ person: { user } }) => user === 'dan');
  expect(dan?.obstacle).toBe(strings.people.pause(30));
});

it('turns the call into a room with a name that is hard to guess', async () => {
  const opening = invite.openRoom();
  expect(invite.opening).toBe(true);
  await opening;
  expect(invite.opening).toBe(false);
  expect(call.room?.name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  expect(call.room?.name.length).toBeGreaterThan(8);
});
