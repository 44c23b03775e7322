// Random and mutated messages on every data channel of a link: nothing throws, nothing grows beyond its limit.
// Loaded beforehand: what is fetched when needed comes in real time.
import '../chat/chat_history.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeFile, FakeSink } from '../../test/support/fake_file.ts';
import { somebody } from '../../test/support/fake_person.ts';
import { LinkPair } from '../../test/support/link_pair.ts';
import { Chat } from '../chat/chat.ts';
import { Files } from './files.ts';
import {
  CHAT_CHARS_MAX,
  CHAT_MESSAGES_MAX,
  CHAT_TEXT_CHARS_MAX,
  FILE_NAME_BYTES_MAX,
  FILE_OFFERS_MAX,
  FILE_TRANSFERS_MAX,
} from '../base/limits.ts';
import { setLogLevel } from '../base/logger.ts';
import { pageTimers } from '../base/timers.ts';

const MESSAGES = 6_000;
const CONTROL_ID = 0;
const CHAT_ID = 1;
const FILES_ID = 2;

// VISAVIS_FUZZ_SEED repeats what failed.
const seeds = process.env['VISAVIS_FUZZ_SEED']?.split(',').map(Number) ?? [
  1,
  2,
  Math.floor(Math.random() * 2 ** 31),
];

type Random = () => number;

/** mulberry32 */
function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SHA = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const TOLD = { id: 'm1', from: 'cleo', name: 'Cleo', text: 'hello', sent_at: 1 };
const TEMPLATES: Record<number, readonly Record<string, unknown>[]> = {
  [CONTROL_ID]: [
    { type: 'media', microphone_muted: true, camera_off: false, sharing: true },
    { type: 'view', camera: 'large', screen: 'hidden' },
    { type: 'reaction', emoji: '👍' },
    { type: 'data', data: 'text' },
    { type: 'alive' },
  ],
  [CHAT_ID]: [
    { type: 'message', seq: 1, id: 'm1', text: 'hello', sent_at: 1, to_all: true },
    { type: 'received', seq: 1 },
    { type: 'hello', present_ms: 100, history: 3 },
    { type: 'history.ask' },
    { type: 'history', messages: [TOLD, { ...TOLD, id: 'm2', from: null }], done: false },
  ],
  [FILES_ID]: [
    { type: 'offer', transfer: 1, name: 'a.txt', size: 100_000, file_type: 'text/plain' },
    { type: 'list', transfers: [1, 2, 3] },
    { type: 'sent', transfer: 1, sha256: SHA },
    { type: 'accept', transfer: 1, offset: 0, until: 100_000, paused: false },
    { type: 'credit', transfer: 1, until: 200_000 },
    { type: 'received', transfer: 1, end: 49_152 },
    { type: 'complete', transfer: 1 },
    { type: 'pause', transfer: 1, as: 'sender', paused: true },
    { type: 'end', transfer: 1, as: 'receiver', reason: 'cancelled' },
  ],
};

class Mutator {
  readonly #random: Random;
  #seq = 1;

  constructor(random: Random) {
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  message(channel: number): string | ArrayBuffer {
    const kind = this.below(10);
    if (kind === 0) return this.#noise();
    if (kind <= 3 && channel === FILES_ID) return this.#piece();
    const message = { ...this.pick(TEMPLATES[channel]!) };
    // Often as it should be, but for its numbers: so that state is reached from which more can go wrong.
    for (const key of Object.keys(message)) {
      if (key === 'seq') message[key] = this.#seq += this.below(3);
      if (key === 'transfer') message[key] = 1 + this.below(40);
      if (key === 'id') message[key] = `m${String(this.below(3_000))}`;
    }
    if (this.below(3) > 0) {
      message[this.pick([...Object.keys(message), 'surplus', '__proto__'])] = this.#value();
    }
    // Whoever jumps ahead is only heard from there on.
    if (Number.isSafeInteger(message['seq'])) {
      this.#seq = Math.max(this.#seq, message['seq'] as number);
    }
    const text = JSON.stringify(message);
    return this.below(20) === 0 ? this.#damage(text) : text;
  }

  #value(): unknown {
    return this.pick<() => unknown>([
      () => null,
      () => -1,
      () => 0.5,
      () => 2 ** 53,
      () => 1e308,
      () => this.below(200_000),
      () => '',
      () => 'x'.repeat(this.below(20_000)),
      () => '\ud800\u202e\u0000<script>',
      () => '../'.repeat(this.below(500)),
      () => [],
      () => Array.from({ length: this.below(600) }, () => TOLD),
      () => Array.from({ length: this.below(600) }, (_, index) => index),
      () => ({ toString: 1, length: -1 }),
      () => true,
      () => this.pick(['sender', 'receiver', 'history', 'offer', 'constructor']),
    ])();
  }

  #piece(): ArrayBuffer {
    const bytes = new Uint8Array(this.below(60_000));
    if (bytes.length >= 12) {
      const header = new DataView(bytes.buffer);
      header.setUint32(0, 1 + this.below(40));
      const offset = this.pick([0, 0, this.below(100_000), 2 ** 52]);
      header.setBigUint64(4, BigInt(offset));
    }
    return bytes.buffer;
  }

  #noise(): string | ArrayBuffer {
    const length = this.below(200);
    if (this.below(2) === 0) return new Uint8Array(length).map(() => this.below(256)).buffer;
    return String.fromCharCode(...Array.from({ length }, () => this.below(0x10000)));
  }

  #damage(text: string): string {
    const at = this.below(text.length);
    return this.pick([text.slice(0, at), text.slice(at), text + text, text.repeat(at % 5)]);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  setLogLevel('silent');
  vi.useRealTimers();
});

test.each(seeds)('survives what nobody should send, seed %i', async (seed) => {
  const errors: unknown[] = [];
  setLogLevel('error', (_level, _source, ...what) => errors.push(what));
  const mutator = new Mutator(randomFrom(seed));
  const pair = new LinkPair();
  const { link } = pair.polite;
  const ana = somebody('Ana');
  const chat = new Chat(pageTimers);
  const files = new Files();
  chat.setSharesHistory(true);
  chat.linked(ana, link.chat);
  files.linked(ana, link.files);
  const sinks: FakeSink[] = [];
  files.on('offer', (transfer) => {
    const sink = new FakeSink(new FakeFile(transfer.size));
    sinks.push(sink);
    if (mutator.below(4) > 0) transfer.accept(sink);
  });
  await pair.pass(200);

  for (let count = 0; count < MESSAGES; count += 1) {
    const id = mutator.pick([CONTROL_ID, CHAT_ID, CHAT_ID, FILES_ID, FILES_ID, FILES_ID]);
    const data = mutator.message(id);
    expect(() => pair.polite.connection.channels.get(id)!.onmessage?.({ data })).not.toThrow();
    if (mutator.below(50) === 0) {
      if (!files.transfers.some(({ direction }) => direction === 'out') || mutator.below(4) === 0) {
        const open = files.transfers.filter(({ hasEnded }) => !hasEnded);
        if (open.length < FILE_OFFERS_MAX) files.offer(new FakeFile(300_000).asBlob, null, 'b.bin');
      }
      await pair.pass(mutator.below(2_000));
    }
  }
  await pair.pass(5_000);

  expect(errors).toEqual([]);
  expect(link.state).toBe('connected');
  expect(chat.messages.length).toBeGreaterThan(10);
  expect(chat.messages.length).toBeLessThanOrEqual(CHAT_MESSAGES_MAX);
  expect(chat.messages.every(({ text }) => text.length <= CHAT_TEXT_CHARS_MAX)).toBe(true);
  const chars = chat.messages.reduce((sum, { text }) => sum + text.length, 0);
  expect(chars).toBeLessThanOrEqual(CHAT_CHARS_MAX);
  expect(chat.messages.every(({ from }) => from !== 'self')).toBe(true);
  expect(sinks.length).toBeGreaterThan(5);
  expect(files.transfers.length).toBeLessThanOrEqual(FILE_TRANSFERS_MAX);
  const incoming = files.transfers.filter(({ direction }) => direction === 'in');
  const alive = incoming.filter(({ hasEnded }) => !hasEnded);
  expect(alive.length).toBeLessThanOrEqual(FILE_OFFERS_MAX);
  for (const { name, bytes, size } of incoming) {
    expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(FILE_NAME_BYTES_MAX);
    expect(bytes).toBeLessThanOrEqual(size);
  }
});
