import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InboundQueue, type Lane, type Receiver } from './inbound_queue.ts';
import {
  INBOUND_FRAME_MS,
  INBOUND_QUEUE_BYTES_MAX,
  INBOUND_QUEUE_MESSAGES_MAX,
  INBOUND_RATES,
  INBOUND_SLICE_MS,
  PARTICIPANT_RATE,
} from './limits.ts';
import { Slices } from './slices.ts';

/** Tasks that wait for the browser to come to them. */
class Tasks {
  readonly waiting: (() => void)[] = [];
  readonly soon = (callback: () => void): void => void this.waiting.push(callback);

  /** Runs one. Returns how long it took, in virtual time. */
  run(): number {
    const start = performance.now();
    this.waiting.shift()?.();
    return performance.now() - start;
  }

  runAll(): void {
    while (this.waiting.length > 0) this.run();
  }
}

let tasks: Tasks;
let slices: Slices;
let queue: InboundQueue;
let floods: number;

beforeEach(() => {
  vi.useFakeTimers();
  tasks = new Tasks();
  slices = new Slices(tasks.soon);
  queue = newQueue();
  floods = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

function newQueue(): InboundQueue {
  const made = new InboundQueue(slices);
  made.onFlood = () => (floods += 1);
  return made;
}

/** Takes what comes, and needs so long for each. */
class Reader implements Receiver {
  readonly taken: (string | ArrayBuffer)[] = [];
  lostCount = 0;
  readonly #costMs: number;

  constructor(costMs = 0) {
    this.#costMs = costMs;
  }
  take(data: string | ArrayBuffer): void {
    this.taken.push(data);
    vi.advanceTimersByTime(this.#costMs);
  }
  lost(): void {
    this.lostCount += 1;
  }
}

function send(count: number, lane: Lane, reader: Reader, to = queue): void {
  for (let index = 0; index < count; index += 1) to.accept(lane, String(index), reader);
}

describe('a queue', () => {
  test('hands a message on at once while there is time', () => {
    const reader = new Reader();
    queue.accept('chat', 'hello', reader);
    expect([reader.taken, tasks.waiting.length]).toEqual([['hello'], 0]);
  });

  test('keeps the order, and never works longer than its slice', () => {
    const reader = new Reader(1);
    send(50, 'control', reader);
    expect(reader.taken).toHaveLength(INBOUND_SLICE_MS);
    while (tasks.waiting.length > 0) expect(tasks.run()).toBeLessThanOrEqual(INBOUND_SLICE_MS);
    expect(reader.taken).toEqual(Array.from({ length: 50 }, (_, index) => String(index)));
  });

  test('takes turns with the others, who do not wait for it to be empty', () => {
    const [flooder, honest] = [new Reader(1), new Reader(1)];
    const other = newQueue();
    send(100, 'control', flooder);
    send(5, 'chat', honest, other);
    for (let turns = 0; turns < 4; turns += 1) tasks.run();
    expect(honest.taken).toHaveLength(5);
    expect(flooder.taken.length).toBeLessThan(20);
    tasks.runAll();
    expect(flooder.taken).toHaveLength(100);
  });

  test('hands on at once again in the next frame', () => {
    const reader = new Reader(INBOUND_SLICE_MS);
    send(2, 'control', reader);
    tasks.runAll();
    vi.advanceTimersByTime(INBOUND_FRAME_MS);
    queue.accept('control', 'later', reader);
    expect(reader.taken).toEqual(['0', '1', 'later']);
  });

  test('drops what does not fit from its end, with a count, and says so to whom it was for', () => {
    const [busy, reader] = [new Reader(INBOUND_SLICE_MS), new Reader()];
    queue.accept('files', 'x', busy);
    queue.expect('files', INBOUND_QUEUE_MESSAGES_MAX + 10, INBOUND_QUEUE_BYTES_MAX);
    send(INBOUND_QUEUE_MESSAGES_MAX + 7, 'files', reader);
    expect([queue.length, queue.dropped, reader.lostCount, floods]).toEqual([
      INBOUND_QUEUE_MESSAGES_MAX,
      7,
      7,
      0,
    ]);
    tasks.runAll();
    expect(reader.taken.at(-1)).toBe(String(INBOUND_QUEUE_MESSAGES_MAX - 1));
  });

  test('goes on after a reader that throws', () => {
    const reader = new Reader();
    const broken: Receiver = {
      take: () => {
        throw new Error('broken');
      },
      lost: () => undefined,
    };
    queue.accept('chat', 'x', broken);
    queue.accept('chat', 'y', reader);
    expect(reader.taken).toEqual(['y']);
  });
});

test('a storm is told of while it lasts, and what was asked for is none', () => {
  queue.expect('files', 5_000, 5_000_000);
  send(5_000, 'files', new Reader());
  expect(queue.isStormy).toBe(false);
  send(300, 'control', new Reader());
  expect([queue.isStormy, newQueue().isStormy]).toEqual([true, true]);
  vi.advanceTimersByTime(2_000);
  expect(queue.isStormy).toBe(false);
});

describe('somebody who sends too much', () => {
  test.each(['control', 'chat', 'files'] as const)('over %s is told of once', (lane) => {
    const reader = new Reader();
    const { messages } = INBOUND_RATES[lane];
    send(messages, lane, reader);
    expect(floods).toBe(0);
    send(59_000, lane, reader);
    tasks.runAll();
    expect([floods, queue.length, reader.taken.length]).toEqual([1, 0, messages]);
  });

  test('is found out by bytes, too', () => {
    const { bytes } = INBOUND_RATES.control;
    const large = new ArrayBuffer(65_536);
    for (let count = 0; count < bytes / large.byteLength; count += 1) {
      queue.accept('control', large, new Reader());
    }
    expect(floods).toBe(0);
    queue.accept('control', large, new Reader());
    expect(floods).toBe(1);
  });

  test('over all channels together is found out, where each for itself is below its rate', () => {
    for (const lane of ['control', 'chat', 'files'] as const) {
      send(INBOUND_RATES[lane].messages, lane, new Reader());
    }
    expect(floods).toBe(1);
    expect(PARTICIPANT_RATE.messages).toBeGreaterThan(INBOUND_RATES.control.messages);
  });

  test('has no more as somebody new than has grown since', () => {
    send(10_000, 'control', new Reader());
    const reader = new Reader();
    queue.reopen();
    vi.advanceTimersByTime(1_000);
    send(10_000, 'control', reader);
    expect(reader.taken).toHaveLength(INBOUND_RATES.control.messagesPerSecond);
    expect(floods).toBe(2);
  });

  test('is nobody who sends what was asked for', () => {
    const reader = new Reader();
    queue.expect('files', 50_000, 50_000_000);
    send(50_000, 'files', reader);
    expect(floods).toBe(0);
    send(INBOUND_RATES.files.messages + 1, 'files', reader);
    expect(floods).toBe(1);
  });

  test('is nobody whose messages a path without packets has kept back for half a minute', () => {
    // As our own side sends, at its very most: data, reactions, states; signs of life only while nothing waits. States wait
    // behind what has not left, so that a path without packets holds few of them.
    const burst = 100 + 8 + 2;
    const perSecond = 50 + 4 + 40 + 2;
    const statesInFlight = 200;
    send(burst, 'control', new Reader());
    vi.advanceTimersByTime(30_000);
    send(30 * (50 + 4) + statesInFlight, 'control', new Reader());
    for (let second = 0; second < 60; second += 1) {
      vi.advanceTimersByTime(1_000);
      send(perSecond, 'control', new Reader());
    }
    expect(floods).toBe(0);
  });
});

test('whatever comes in whatever order: no slice is long, nothing is out of order, nothing is beyond the limits', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const random = randomFrom(seed);
    const people = [0, 1, 2].map(() => {
      const person = newQueue();
      return { queue: person, readers: [new Reader(0.1), new Reader(0.7)] as const, sent: 0 };
    });
    for (let step = 0; step < 2_000; step += 1) {
      const person = people[Math.floor(random() * people.length)]!;
      const action = random();
      if (action < 0.7) {
        const index = random() < 0.5 ? 0 : 1;
        person.queue.accept(
          index === 0 ? 'chat' : 'control',
          String(person.sent),
          person.readers[index],
        );
        person.sent += 1;
      } else if (action < 0.95) {
        expect(tasks.run()).toBeLessThan(INBOUND_SLICE_MS + 1);
      } else {
        vi.advanceTimersByTime(random() * 100);
      }
      expect(person.queue.length).toBeLessThanOrEqual(INBOUND_QUEUE_MESSAGES_MAX);
    }
    tasks.runAll();
    for (const { queue: left, readers } of people) {
      expect(left.length).toBe(0);
      for (const { taken } of readers) {
        const numbers = taken.map(Number);
        expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
      }
    }
  }
});

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
