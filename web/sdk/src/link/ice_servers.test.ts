import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CallIceServers } from './ice_servers.ts';
import { CREDENTIALS_FRESH_MS, CREDENTIALS_WAIT_MS } from '../base/limits.ts';
import { pageTimers } from '../base/timers.ts';

type Answer = (servers: readonly RTCIceServer[] | null) => void;

const HOUR_MS = 3_600_000;
const stun = { urls: ['stun:calls.example.org'] };
const turn = (lifetimeMs: number, credential = 'first'): RTCIceServer => ({
  urls: ['turn:calls.example.org?transport=udp', 'turn:calls.example.org?transport=tcp'],
  username: `${String(Math.floor((Date.now() + lifetimeMs) / 1000))}:call:participant`,
  credential,
});

let policy: RTCIceTransportPolicy;
let online: boolean;
let asked: Answer[];
let servers: CallIceServers;

beforeEach(() => {
  vi.useFakeTimers();
  policy = 'all';
  online = true;
  asked = [];
  servers = new CallIceServers({
    timers: pageTimers,
    policy: () => policy,
    fallback: () => [stun],
    ask: (onAnswer) => {
      if (online) asked.push(onAnswer);
      return online;
    },
  });
});

afterEach(() => {
  vi.useRealTimers();
});

/** How long a path has to wait for its servers; null when it has not. */
async function waitFor(renewal: Promise<void> | null): Promise<number | null> {
  if (!renewal) return null;
  const start = performance.now();
  const waited = { ms: Infinity };
  void renewal.then(() => (waited.ms = performance.now() - start));
  await vi.advanceTimersByTimeAsync(2 * CREDENTIALS_WAIT_MS);
  return waited.ms;
}

test('the latest of the call are used, and those of the welcome until there are any', () => {
  expect(servers.configuration.iceServers).toEqual([stun]);
  const own = [turn(2 * HOUR_MS)];
  servers.take(own);
  servers.take(undefined); // a message for everybody carries none
  expect(servers.configuration.iceServers).toBe(own);
});

describe('renewal', () => {
  test('is not needed while the credentials are fresh', () => {
    servers.take([turn(9 * HOUR_MS)]);
    vi.setSystemTime(Date.now() + CREDENTIALS_FRESH_MS - 1);
    expect(servers.renew()).toBeNull();
    vi.setSystemTime(Date.now() + 1);
    expect(servers.renew()).not.toBeNull();
  });

  test('comes after half of a short life', () => {
    servers.take([turn(60_000)]);
    vi.setSystemTime(Date.now() + 29_000);
    expect(servers.renew()).toBeNull();
    vi.setSystemTime(Date.now() + 1_000);
    expect(servers.renew()).not.toBeNull();
  });

  test('comes in any case when the clocks of server and browser disagree', () => {
    servers.take([turn(-5 * HOUR_MS)]);
    expect(servers.renew()).not.toBeNull();
    servers.take([turn(2 * HOUR_MS)]);
    vi.setSystemTime(Date.now() - HOUR_MS);
    expect(servers.renew()).not.toBeNull();
  });

  test('is over as soon as the server has answered, and asks once for all links', async () => {
    servers.take([turn(0)]);
    const renewal = servers.renew();
    expect(servers.renew()).toBe(renewal);
    expect(asked).toHaveLength(1);
    const fresh = [turn(2 * HOUR_MS, 'second')];
    asked[0]!(fresh);
    expect(await waitFor(renewal)).toBe(0);
    expect(servers.configuration.iceServers).toBe(fresh);
    expect(servers.renew()).toBeNull();
  });

  test('waits no longer than its limit, and a late answer serves the next path', async () => {
    servers.take([turn(0)]);
    expect(await waitFor(servers.renew())).toBe(CREDENTIALS_WAIT_MS);
    const fresh = [turn(2 * HOUR_MS, 'second')];
    asked[0]!(fresh);
    expect(servers.configuration.iceServers).toBe(fresh);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('keeps what there is when the server has none, or is away', async () => {
    const old = [turn(0)];
    servers.take(old);
    const renewal = servers.renew();
    asked[0]!(null);
    expect(await waitFor(renewal)).toBe(0);
    online = false;
    expect(servers.renew()).toBeNull();
    expect(servers.configuration.iceServers).toBe(old);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is not asked for where nothing expires', () => {
    servers.take([stun, { urls: 'turn:other.example.org', username: 'ana', credential: 'x' }]);
    vi.setSystemTime(Date.now() + 100 * HOUR_MS);
    expect(servers.renew()).toBeNull();
    expect(asked).toEqual([]);
  });
});

test('a policy that allows relayed paths only needs a relay', () => {
  servers.take([stun]);
  expect(servers.isUsable).toBe(true);
  policy = 'relay';
  expect(servers.configuration.iceTransportPolicy).toBe('relay');
  expect(servers.isUsable).toBe(false);
  servers.take([stun, { urls: 'turns:calls.example.org', username: 'x', credential: 'x' }]);
  expect(servers.isUsable).toBe(true);
});
