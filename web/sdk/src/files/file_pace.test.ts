import { expect, test } from 'vitest';

import { FilePace } from './file_pace.ts';
import {
  FILES_CHUNK_BYTES,
  FILES_PACE_DELAY_MS,
  FILES_PACE_PIECE_MIN_BYTES,
} from '../base/limits.ts';

const STEP_MS = 1;
// Four times what is aimed at: pieces of which four are under way, and what had been sent when the queue was seen.
const QUEUE_MS_MAX = 4 * FILES_PACE_DELAY_MS;

/** A path with one queue, in virtual time: of so many bytes in a millisecond, so many milliseconds long, both ways together. */
class Path {
  readonly pace = new FilePace();
  bytesPerMs: number;
  lengthMs: number;
  /** What others send over it all the time, in bytes in a millisecond; it waits in the same queue. */
  others = 0;
  /** A file that has an end. */
  left = Infinity;
  now = 0;
  sent = 0;
  arrived = 0;
  queueMost = 0;
  #queue = 0;
  #leaves: { end: number; at: number }[] = [];

  constructor(bytesPerMs: number, lengthMs: number) {
    this.bytesPerMs = bytesPerMs;
    this.lengthMs = lengthMs;
  }

  get queuedMs(): number {
    return this.#queue / this.bytesPerMs;
  }

  /** Lets time pass, and tells what arrived meanwhile, in bytes in a millisecond. */
  pass(ms: number): number {
    const before = this.arrived;
    this.queueMost = 0;
    for (const until = this.now + ms; this.now < until; this.now += STEP_MS) this.#step();
    return (this.arrived - before) / ms;
  }

  #step(): void {
    this.#queue = Math.max(0, this.#queue + (this.others - this.bytesPerMs) * STEP_MS);
    for (let next = this.#leaves[0]; next && next.at <= this.now; next = this.#leaves[0]) {
      this.#leaves.shift();
      this.arrived = next.end;
      this.pace.received(1, next.end, this.now);
    }
    while (this.left > 0 && this.pace.isOpen) this.#send(Math.min(this.left, this.pace.pieceBytes));
    this.queueMost = Math.max(this.queueMost, this.queuedMs);
  }

  #send(bytes: number): void {
    this.left -= bytes;
    this.sent += bytes;
    this.#queue += bytes;
    this.pace.sent(1, this.sent, bytes, this.now);
    this.#leaves.push({ end: this.sent, at: this.now + this.queuedMs + this.lengthMs });
  }
}

const MEGABIT = 125; // of a second, in bytes in a millisecond

test('a fast link is full within a moment', () => {
  const lan = new Path(800 * MEGABIT, 2);
  lan.pass(100);
  expect(lan.pass(200)).toBeGreaterThan(0.8 * lan.bytesPerMs);
  expect(lan.pace.pieceBytes).toBe(FILES_CHUNK_BYTES);
});

test('a long path is full within seconds', () => {
  const path = new Path(20 * MEGABIT, 150);
  path.pass(4_000);
  expect(path.pass(4_000)).toBeGreaterThan(0.7 * path.bytesPerMs);
});

test('on a narrow link nothing waits long, and the file has most of it', () => {
  const path = new Path(1.5 * MEGABIT, 40);
  path.pass(3_000);
  expect(path.pass(30_000)).toBeGreaterThan(0.75 * path.bytesPerMs);
  expect(path.queueMost).toBeLessThan(QUEUE_MS_MAX);
});

test('at the beginning the queue is short, too', () => {
  const path = new Path(1.5 * MEGABIT, 40);
  path.pass(3_000);
  expect(path.queueMost).toBeLessThan(350);
});

test('what others send goes first, and the file has what they leave', () => {
  const path = new Path(1.5 * MEGABIT, 40);
  path.pass(5_000);
  path.others = 1 * MEGABIT;
  path.pass(3_000);
  expect(path.pass(20_000)).toBeGreaterThan(0.3 * MEGABIT);
  expect(path.queueMost).toBeLessThan(QUEUE_MS_MAX);
});

test('where others leave nothing, one small piece is under way', () => {
  const path = new Path(1.5 * MEGABIT, 40);
  path.pass(5_000);
  path.others = 1.6 * MEGABIT;
  path.pass(5_000);
  expect(path.pace.pieceBytes).toBe(FILES_PACE_PIECE_MIN_BYTES);
  path.others = 0;
  path.pass(5_000);
  expect(path.pass(5_000)).toBeGreaterThan(0.7 * path.bytesPerMs);
});

test('a queue of its own does not hide itself, however long it goes on', () => {
  const path = new Path(1.5 * MEGABIT, 40);
  path.pass(5_000);
  let most = 0;
  for (let minute = 0; minute < 10; minute += 1) {
    path.pass(60_000);
    most = Math.max(most, path.queueMost);
  }
  expect(most).toBeLessThan(QUEUE_MS_MAX);
});

test('a path that has become longer is used again after a minute', () => {
  const path = new Path(8 * MEGABIT, 20);
  path.pass(5_000);
  path.lengthMs = 300;
  path.pass(75_000);
  expect(path.pass(20_000)).toBeGreaterThan(0.5 * path.bytesPerMs);
});

test('one slow answer is no queue', () => {
  const path = new Path(80 * MEGABIT, 10);
  path.pass(1_000);
  const before = path.pass(1_000);
  path.lengthMs = 90;
  path.pass(20);
  path.lengthMs = 10;
  path.pass(200);
  expect(path.pass(1_000)).toBeGreaterThan(0.8 * before);
});

test('a small file does not make the window larger than it was used', () => {
  const path = new Path(80 * MEGABIT, 50);
  path.left = 1_000;
  path.pass(1_000);
  const { pieceBytes } = path.pace;
  path.left = 1_000;
  path.pass(1_000);
  expect(path.pace.pieceBytes).toBe(pieceBytes);
});

test('what is forgotten, or told twice, or was never sent, does not count', () => {
  const pace = new FilePace();
  const fill = (): void => {
    while (pace.isOpen) pace.sent(7, 1_000, pace.pieceBytes, 0);
  };
  fill();
  pace.received(8, 1_000, 10);
  pace.received(7, 999, 10);
  expect(pace).toHaveProperty('isOpen', false);
  pace.forget(7);
  pace.received(7, 1_000, 10);
  expect(pace).toHaveProperty('isOpen', true);
  fill();
  pace.reset();
  expect(pace).toHaveProperty('isOpen', true);
});
