import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  DESCRIPTIONS_MAX,
  FRESH_CONNECTIONS_MAX,
  FRESH_CONNECTIONS_PER_MINUTE,
  REFUSED_SIGNALS_MAX,
} from '../base/limits.ts';
import { parseLinkSignal } from './link_signal.ts';
import { SignalGuard } from './signal_guard.ts';

let guard: SignalGuard;
let told: string[];

beforeEach(() => {
  vi.useFakeTimers();
  guard = new SignalGuard();
  told = [];
  guard.onFlood = () => told.push('flood');
});
afterEach(() => {
  vi.useRealTimers();
});

function times(count: number, act: () => boolean): number {
  return Array.from({ length: count }, act).filter(Boolean).length;
}

test('lets twelve new connections begin, and twelve more a minute', () => {
  expect(times(20, () => guard.mayBegin())).toBe(FRESH_CONNECTIONS_MAX);
  vi.advanceTimersByTime(60_000);
  expect(times(20, () => guard.mayBegin())).toBe(FRESH_CONNECTIONS_PER_MINUTE);
  expect(told).toEqual([]);
});

test('tells of refusals, and of somebody who goes on with it, once', () => {
  let refusals = 0;
  guard.onRefusal = () => (refusals += 1);
  times(995, () => guard.mayBegin());
  expect([refusals, told]).toEqual([REFUSED_SIGNALS_MAX, ['flood']]);
  expect(guard.mayDescribe()).toBe(false);
});

test('counts descriptions apart', () => {
  expect(times(995, () => guard.mayDescribe())).toBe(DESCRIPTIONS_MAX);
  expect(told).toEqual(['flood']);
});

test('leaves us what we need, whatever they do', () => {
  times(995, () => guard.mayBegin());
  expect(times(20, () => guard.mayBeginOurselves())).toBe(FRESH_CONNECTIONS_MAX);
});

const description = (sdp: string) => ({
  link: 'a',
  generation: 1,
  description: { type: 'offer', sdp },
});
const lines = (line: string, count: number): string => `v=0\r\n${`${line}\r\n`.repeat(count)}`;

test.each([
  ['media lines', 'm=audio 9 UDP/TLS/RTP/SAVPF 111', 5, 6],
  ['candidates', 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host', 128, 129],
  ['lines', 'a=rtpmap:111 opus/48000/2', 2_400, 2_600],
])('a description with too many %s does not reach the browser', (_, line, fits, tooMany) => {
  expect(parseLinkSignal(description(lines(line, fits)))).not.toBeNull();
  expect(parseLinkSignal(description(lines(line, tooMany)))).toBeNull();
});

test('a candidate longer than any is no candidate', () => {
  const candidate = (chars: number) => ({
    link: 'a',
    generation: 1,
    candidate: { candidate: 'x'.repeat(chars) },
  });
  expect(parseLinkSignal(candidate(200))).not.toBeNull();
  expect(parseLinkSignal(candidate(10_000))).toBeNull();
});
