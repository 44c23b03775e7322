import { expect, it } from 'vitest';

import { VisavisError } from '@visavis/client';

import { FakeClient } from '../testing/fake_client.ts';
import { askForGrant, type RequestCheck } from './grant.ts';

const STUN = { urls: ['stun:calls.example:443'] };
const TURN = { urls: ['turn:calls.example:443'], username: 'u', credential: 'c' };

/** A server that knows one code, and refuses others for that reason. */
const server =
  (
    refusal: ConstructorParameters<typeof VisavisError>[0],
    asked: (string | null)[] = [],
  ): RequestCheck =>
  (code) => {
    asked.push(code);
    if (code === 'good')
      return Promise.resolve({ iceServers: [STUN, TURN], relay: true, relayBytesMax: 1_000 });
    if (code === null)
      return Promise.resolve({ iceServers: [STUN], relay: false, relayBytesMax: null });
    return Promise.reject(new VisavisError(refusal, ''));
  };

function online(): FakeClient {
  const client = new FakeClient();
  client.welcome();
  return client;
}

it('with a code of the operator, tries the relay with part of what it allows', async () => {
  const grant = await askForGrant('good', online(), server('check_code_invalid'));
  expect(grant).toMatchObject({ access: 'relay', stun: [STUN, TURN], bytesMax: 400 });
  expect(grant.ways.map(({ transport }) => transport)).toEqual(['udp']);
});

it.each([
  ['check_code_invalid', 'code_invalid'],
  ['check_code_expired', 'code_expired'],
] as const)(
  'where the code is no good (%s), goes on with what anybody may use',
  async (code, access) => {
    const asked: (string | null)[] = [];
    const grant = await askForGrant('bad', null, server(code, asked));
    expect(grant).toMatchObject({ access, stun: [STUN], ways: [] });
    expect(asked).toEqual(['bad', null]);
  },
);

it.each([
  ['rate_limited', 'rate_limited'],
  ['check_unavailable', 'unavailable'],
  ['unreachable', 'unreachable'],
] as const)('does not ask again after %s', async (code, access) => {
  const asked: (string | null)[] = [];
  expect(await askForGrant('bad', null, server(code, asked))).toMatchObject({ access, ways: [] });
  expect(asked).toEqual(['bad']);
});

it('says where the server has no relay', async () => {
  const request: RequestCheck = () =>
    Promise.resolve({ iceServers: [STUN], relay: false, relayBytesMax: null });
  expect(await askForGrant('good', null, request)).toMatchObject({ access: 'no_relay', ways: [] });
});

it('of whoever has joined, takes the session instead of a code', async () => {
  const asked: (string | null)[] = [];
  const client = online();
  client.relay = { near: [STUN, TURN], far: [STUN, { ...TURN, username: 'other' }] };
  const grant = await askForGrant(null, client, server('unreachable', asked));
  expect(grant).toMatchObject({ access: 'relay', bytesMax: Infinity });
  expect(grant.ways[0]?.far.username).toBe('other');
  expect(asked).toEqual([]);
  client.relay = null;
  client.iceServers = [STUN];
  expect(await askForGrant(null, client, server('unreachable'))).toMatchObject({
    access: 'no_relay',
    stun: [STUN],
  });
});

it('without any of that, takes what anybody may use', async () => {
  const away = new FakeClient();
  for (const client of [null, away]) {
    const grant = await askForGrant(null, client, server('unreachable'));
    expect(grant).toMatchObject({ access: 'no_code', stun: [STUN], ways: [] });
  }
});
