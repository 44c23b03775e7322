import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakePage } from '../../test/support/fake_platform.ts';
import { FakeSocket } from '../../test/support/fake_socket.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../base/limits.ts';
import { SIGNALING_WATCH_MS } from './check_limits.ts';
import { checkSignaling, type SignalingCheck } from './check_signaling.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Outcome {
  seen: SignalingCheck | null;
  readonly asked: unknown[];
  readonly socket: FakeSocket;
}

/** Checks a server that answers so: null is silence. */
function check(answer: object | null, signal?: AbortSignal): Outcome {
  const asked: unknown[] = [];
  const socket = new FakeSocket('', '');
  socket.server.onmessage = (text) => {
    asked.push(JSON.parse(text));
    if (answer) socket.server.send(answer);
  };
  const page = new FakePage({
    createWebSocket: () => socket.asWebSocket,
    createPeerConnection: () => {
      throw new Error('There is none.');
    },
  });
  const outcome: Outcome = { seen: null, asked, socket };
  void checkSignaling({ platform: page, ...(signal && { signal }) }).then((seen) => {
    outcome.seen = seen;
  });
  return outcome;
}

const state = { type: 'room.state', id: 1 };

it('asks thrice for what nobody has to be known for, and watches', async () => {
  const outcome = check(state);
  outcome.socket.server.open();
  await vi.advanceTimersByTimeAsync(SIGNALING_WATCH_MS - 100);
  expect(outcome.seen).toBeNull();
  await vi.advanceTimersByTimeAsync(200);
  expect(outcome.seen).toEqual({
    openedMs: FakeSocket.LATENCY_MS,
    roundTripsMs: Array(3).fill(2 * FakeSocket.LATENCY_MS),
    brokenAfterMs: null,
  });
  expect(outcome.asked).toHaveLength(3);
  expect(outcome.asked[0]).toMatchObject({ type: 'room.look', id: 1 });
});

it('takes a refusal for an answer', async () => {
  const outcome = check({ type: 'error', code: 'rate_limited', message: '' });
  outcome.socket.server.open();
  await vi.advanceTimersByTimeAsync(SIGNALING_WATCH_MS + 100);
  expect(outcome.seen?.roundTripsMs).toHaveLength(3);
});

it('tells of a WebSocket that does not open', async () => {
  const outcome = check(state);
  await vi.advanceTimersByTimeAsync(HANDSHAKE_TIMEOUT_MS + 10);
  expect(outcome.seen).toEqual({ openedMs: null, roundTripsMs: [], brokenAfterMs: null });
  const refused = check(state);
  refused.socket.finish(1006);
  await vi.advanceTimersByTimeAsync(0);
  expect(refused.seen?.openedMs).toBeNull();
});

it('tells of one over which nothing comes back', async () => {
  const outcome = check(null);
  outcome.socket.server.open();
  await vi.advanceTimersByTimeAsync(SIGNALING_WATCH_MS + 100);
  expect(outcome.seen).toMatchObject({ roundTripsMs: [], brokenAfterMs: null });
});

it('tells of one that is cut', async () => {
  const outcome = check(state);
  outcome.socket.server.open();
  await vi.advanceTimersByTimeAsync(FakeSocket.LATENCY_MS + 5_000);
  outcome.socket.finish(1006);
  await vi.advanceTimersByTimeAsync(0);
  expect(outcome.seen?.brokenAfterMs).toBe(5_000);
});

it('is given up with what is known', async () => {
  const given = new AbortController();
  const outcome = check(state, given.signal);
  outcome.socket.server.open();
  await vi.advanceTimersByTimeAsync(100);
  given.abort();
  await vi.advanceTimersByTimeAsync(0);
  expect(outcome.seen?.roundTripsMs).toHaveLength(3);
  expect(outcome.socket.readyState).toBeGreaterThanOrEqual(2);
});
