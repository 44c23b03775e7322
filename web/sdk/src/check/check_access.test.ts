import { expect, it } from 'vitest';

import { VisavisError } from '../base/errors.ts';
import { requestCheck } from './check_access.ts';

interface Asked {
  url: string;
  body: unknown;
}

/** A server that answers so. */
function server(status: number, answer: string, asked: Asked[] = []): typeof fetch {
  return (url, init) => {
    asked.push({ url: url as string, body: JSON.parse(init?.body as string) });
    return Promise.resolve(new Response(answer, { status }));
  };
}

const origin = 'https://calls.example';
const error = (code: string): string => JSON.stringify({ error: { code, message: 'No.' } });

it('asks with the code, and reads what may be used', async () => {
  const asked: Asked[] = [];
  const turn = { urls: ['turn:calls.example:443'], username: 'u', credential: 'c' };
  const answer = {
    ice_servers: [{ urls: 'stun:calls.example:443' }, turn],
    relay: true,
    expires_in_ms: 1_000,
    relay_bytes_max: 67_108_864,
  };
  const fetch = server(200, JSON.stringify(answer), asked);
  expect(await requestCheck('v1.abc', { origin, fetch })).toEqual({
    iceServers: [{ urls: ['stun:calls.example:443'] }, turn],
    relay: true,
    relayBytesMax: 67_108_864,
  });
  expect(asked).toEqual([{ url: 'https://calls.example/api/check', body: { code: 'v1.abc' } }]);
});

it('asks without a code for what anybody may use', async () => {
  const asked: Asked[] = [];
  const fetch = server(200, '{"ice_servers":[],"relay":false}', asked);
  const access = await requestCheck(null, { origin, fetch });
  expect(access).toEqual({ iceServers: [], relay: false, relayBytesMax: null });
  expect(asked[0]?.body).toEqual({});
});

it.each([
  [403, error('check_code_invalid'), 'check_code_invalid'],
  [403, error('check_code_expired'), 'check_code_expired'],
  [429, error('rate_limited'), 'rate_limited'],
  [429, 'Slow down', 'rate_limited'],
  [404, error('not_found'), 'check_unavailable'],
  [405, error('method_not_allowed'), 'check_unavailable'],
  [502, '<html>Bad gateway</html>', 'check_unavailable'],
  [200, '<html>Log in to this Wi-Fi</html>', 'check_unavailable'],
  [200, '{"relay":true}', 'check_unavailable'],
])('%i %s is %s', async (status, answer, code) => {
  const asking = requestCheck('v1.abc', { origin, fetch: server(status, answer) });
  await expect(asking).rejects.toMatchObject({ code });
});

it('says that nothing answers', async () => {
  const fetch = (): Promise<Response> => Promise.reject(new TypeError('Failed to fetch'));
  const asking = requestCheck(null, { origin, fetch });
  await expect(asking).rejects.toBeInstanceOf(VisavisError);
  await expect(asking).rejects.toMatchObject({ code: 'unreachable' });
});

it('believes nothing that is no ICE server', async () => {
  const servers = [
    null,
    7,
    {},
    { urls: [7] },
    { urls: ['stun:a', 7] },
    { urls: 'turn:b', username: 1 },
  ];
  const fetch = server(
    200,
    JSON.stringify({ ice_servers: servers, relay: 'yes', relay_bytes_max: -1 }),
  );
  expect(await requestCheck(null, { origin, fetch })).toEqual({
    iceServers: [{ urls: ['stun:a'] }, { urls: ['turn:b'] }],
    relay: false,
    relayBytesMax: null,
  });
});
