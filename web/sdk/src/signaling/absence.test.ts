import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Absence } from './absence.ts';

const HOUR_MS = 3_600_000;

let absence: Absence;

beforeEach(() => {
  vi.useFakeTimers();
  absence = new Absence();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number): void => void vi.advanceTimersByTime(ms);
/** The computer sleeps: only the wall clock goes on. */
const sleep = (ms: number): void => void vi.setSystemTime(Date.now() + ms);

function heard(): void {
  absence.asked();
  absence.answered();
}

test('before the first answer nobody was away', () => {
  pass(HOUR_MS);
  absence.begin();
  absence.asked();
  expect(absence.answered()).toEqual({ awayMs: 0, asleepMs: 0 });
});

test('away is the time since the last answer, however often we asked in vain', () => {
  heard();
  for (let attempt = 0; attempt < 6; attempt += 1) {
    pass(10_000);
    absence.begin();
    absence.asked();
  }
  expect(absence.answered()).toEqual({ awayMs: 60_000, asleepMs: 10_000 });
  absence.asked();
  pass(50);
  expect(absence.answered()).toEqual({ awayMs: 50, asleepMs: 50 });
});

test('a computer that slept was away for as long', () => {
  heard();
  pass(100);
  sleep(HOUR_MS);
  absence.begin();
  absence.asked();
  expect(absence.answered()).toEqual({ awayMs: HOUR_MS + 100, asleepMs: HOUR_MS + 100 });
});

test('an answer that waited for us while we slept proves nothing', () => {
  heard();
  absence.asked();
  sleep(HOUR_MS);
  absence.answered();
  absence.begin();
  absence.asked();
  expect(absence.answered()).toEqual({ awayMs: HOUR_MS, asleepMs: HOUR_MS });
});

test('a second answer to what was asked twice proves no more than the first', () => {
  heard();
  absence.asked();
  pass(500);
  absence.asked();
  absence.answered();
  pass(500);
  expect(absence.answered().awayMs).toBe(1_000);
});
