import { expect, it } from 'vitest';

import { relayWays, stunUrls } from './relay_ways.ts';

const login = { username: '1795651200:call:one', credential: 'secret' };
const STUN = { urls: ['stun:calls.example:443'] };
const TURN = {
  urls: [
    'turn:calls.example:443?transport=udp',
    'turn:calls.example:443?transport=tcp',
    'turns:calls.example:443?transport=tcp',
  ],
  ...login,
};

it('takes each URL of the relay for a way of its own', () => {
  const ways = relayWays([STUN, TURN]);
  expect(ways.map(({ transport }) => transport)).toEqual(['udp', 'tcp', 'tls']);
  expect(ways[1]?.near).toEqual({ urls: ['turn:calls.example:443?transport=tcp'], ...login });
  expect(ways[1]?.far).toEqual(ways[1]?.near);
});

it('gives each end of a path its own credentials', () => {
  const other = { ...TURN, username: '1795651200:call:other' };
  const [way] = relayWays([TURN], [STUN, other]);
  expect(way?.near.username).toBe(login.username);
  expect(way?.far.username).toBe(other.username);
});

it.each([
  ['without a transport, it is UDP', { urls: 'turn:calls.example', ...login }, ['udp']],
  ['without credentials, there is no way', { urls: 'turn:calls.example' }, []],
  ['STUN is none', STUN, []],
  [
    'a long list has an end',
    { urls: Array.from({ length: 99 }, (_, port) => `turn:calls.example:${port}`), ...login },
    Array<string>(8).fill('udp'),
  ],
])('%s', (_, server, transports) => {
  expect(relayWays([server]).map(({ transport }) => transport)).toEqual(transports);
});

it('leaves out what only one end may use', () => {
  expect(relayWays([TURN], [STUN])).toEqual([]);
});

it('finds the STUN servers, each once', () => {
  expect(
    stunUrls([STUN, TURN, { urls: 'stun:calls.example:443' }, { urls: 'stun:other' }]),
  ).toEqual(['stun:calls.example:443', 'stun:other']);
});
