import { beforeEach, expect, it, vi } from 'vitest';

import { VisavisError } from '../base/errors.ts';
import { PENDING_REQUESTS_MAX } from '../base/limits.ts';
import { PendingRequests } from './pending_requests.ts';
import type { ServerMessage } from '../base/protocol.ts';

let pending: PendingRequests;
const refused = vi.fn<(error: VisavisError) => void>();

beforeEach(() => {
  pending = new PendingRequests();
  refused.mockClear();
});

const errorTo = (id: number): ServerMessage => ({
  type: 'error',
  id,
  code: 'unknown_call',
  message: 'Gone.',
});
const answerTo = (id: number): ServerMessage => ({
  type: 'call.relay',
  id,
  call: 'c',
  ice_servers: [],
});

it('hands an answer to whoever asked, once', () => {
  const onAnswer = vi.fn();
  const id = pending.add(onAnswer);
  expect(pending.settle(answerTo(id))).toBe(true);
  expect(pending.settle(answerTo(id))).toBe(false);
  expect(onAnswer).toHaveBeenCalledExactlyOnceWith(answerTo(id));
});

it('tells of a refusal, of a request and of what is answered only then', () => {
  const onAnswer = vi.fn();
  pending.settle(errorTo(pending.addOptional(refused)));
  pending.settle(errorTo(pending.add(onAnswer)));
  for (const told of [refused, onAnswer]) {
    expect(told).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'unknown_call' }));
  }
});

it('keeps nobody who sent something before what is answered, and everybody who sent something after it', () => {
  const before = pending.addOptional(refused);
  const asked = pending.add(vi.fn());
  const after = pending.addOptional(refused);
  pending.settle(answerTo(asked));
  expect(pending.settle(errorTo(before))).toBe(false);
  expect(refused).not.toHaveBeenCalled();
  expect(pending.settle(errorTo(after))).toBe(true);
  expect(refused).toHaveBeenCalledOnce();
});

it('does not take more requests than it may, and forgets the oldest of what need not be answered', () => {
  for (let count = 0; count < PENDING_REQUESTS_MAX; count += 1) pending.add(vi.fn());
  expect(() => pending.add(vi.fn())).toThrow(expect.objectContaining({ code: 'queue_full' }));

  const oldest = pending.addOptional(refused);
  for (let count = 1; count < PENDING_REQUESTS_MAX; count += 1) pending.addOptional(vi.fn());
  const newest = pending.addOptional(refused);
  expect(pending.settle(errorTo(oldest))).toBe(false);
  expect(pending.settle(errorTo(newest))).toBe(true);
});

it('fails everybody when the session is lost', () => {
  const onAnswer = vi.fn();
  pending.add(onAnswer);
  pending.addOptional(refused);
  const lost = new VisavisError('session_lost', 'Lost.');
  pending.failAll(lost);
  for (const told of [refused, onAnswer]) expect(told).toHaveBeenCalledExactlyOnceWith(lost);
});
