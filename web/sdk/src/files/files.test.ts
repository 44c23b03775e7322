import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeFile, FakeSink } from '../../test/support/fake_file.ts';
import { somebody } from '../../test/support/fake_person.ts';
import { LinkPair } from '../../test/support/link_pair.ts';
import { Files } from './files.ts';
import {
  FILE_OFFERS_MAX,
  FILE_TRANSFERS_MAX,
  FILES_BLOCK_BYTES,
  FILES_BUFFERED_HIGH_BYTES,
  FILES_WINDOW_BYTES,
} from '../base/limits.ts';
import type { Transfer } from './transfer.ts';

const FILES_ID = 2;
const MEBIBYTE = 1_048_576;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Ana and Ben, with a link between them that stands. */
class Two {
  readonly pair = new LinkPair();
  readonly ana = new Files();
  readonly ben = new Files();
  readonly anaAsSeen = somebody('Ana');
  readonly benAsSeen = somebody('Ben');
  readonly offered: Transfer[] = [];

  static async connected(): Promise<Two> {
    const two = new Two();
    two.ana.linked(two.benAsSeen, two.pair.impolite.link.files);
    two.ben.linked(two.anaAsSeen, two.pair.polite.link.files);
    two.ben.on('offer', (transfer) => two.offered.push(transfer));
    await two.pass(200);
    return two;
  }

  pass(ms: number): Promise<void> {
    return this.pair.pass(ms);
  }

  /** Ana offers it, and Ben has heard of it. */
  async offer(file: FakeFile, name = 'film.mp4'): Promise<{ out: Transfer; in: Transfer }> {
    const [out] = this.ana.offer(file.asBlob, null, name);
    await this.pass(20);
    return { out: out!, in: this.offered.at(-1)! };
  }

  anasChannel() {
    return this.pair.impolite.connection.channels.get(FILES_ID)!;
  }

  bensChannel() {
    return this.pair.polite.connection.channels.get(FILES_ID)!;
  }

  /** What Ana's side takes a millisecond. */
  slowDown(bytesPerMs: number): void {
    this.anasChannel().bytesPerMs = bytesPerMs;
  }
}

describe('a file that is offered', () => {
  test('comes only when it is accepted, whole and compared', async () => {
    const two = await Two.connected();
    const file = new FakeFile(3 * MEBIBYTE + 17);
    const { out, in: incoming } = await two.offer(file);
    expect(incoming).toMatchObject({
      state: 'offered',
      direction: 'in',
      name: 'film.mp4',
      size: file.size,
      type: 'application/octet-stream',
      peer: two.anaAsSeen,
    });
    expect(file.readMost).toBe(0);

    const sink = new FakeSink(file);
    incoming.accept(sink);
    await two.pass(200);
    expect(sink).toMatchObject({ written: file.size, wrong: 0, state: 'closed' });
    expect(incoming).toMatchObject({ state: 'done', bytes: file.size, error: null });
    expect(out).toMatchObject({ state: 'done', bytes: file.size, error: null });
    expect(() => incoming.accept(sink)).toThrow('not offered any more');
  });

  test('may be empty', async () => {
    const two = await Two.connected();
    const file = new FakeFile(0);
    const { out, in: incoming } = await two.offer(file);
    const sink = new FakeSink(file);
    incoming.accept(sink);
    await two.pass(50);
    expect([out.state, incoming.state, sink.state]).toEqual(['done', 'done', 'closed']);
  });

  test('can be declined', async () => {
    const two = await Two.connected();
    const { out, in: incoming } = await two.offer(new FakeFile(10));
    incoming.decline();
    await two.pass(20);
    expect([out.state, incoming.state]).toEqual(['declined', 'declined']);
  });

  test('can be withdrawn before there is an answer', async () => {
    const two = await Two.connected();
    const { out, in: incoming } = await two.offer(new FakeFile(10));
    out.cancel();
    await two.pass(20);
    expect([out.state, incoming.state]).toEqual(['cancelled', 'cancelled']);
  });

  test('has a name that is good for every file system', async () => {
    const two = await Two.connected();
    const { in: incoming } = await two.offer(new FakeFile(1), '../../etc/cron.d/\u202egpj.exe');
    expect(incoming.name).toBe('_.._etc_cron.d_gpj.exe');
  });

  test('goes to everyone, one transfer each', async () => {
    const two = await Two.connected();
    const other = new LinkPair();
    two.ana.linked(somebody('Cleo'), other.impolite.link.files);
    expect(two.ana.offer(new FakeFile(1).asBlob).map(({ peer }) => peer.name)).toEqual([
      'Ben',
      'Cleo',
    ]);
    expect(two.ana.offer(new FakeFile(1).asBlob, two.benAsSeen)).toHaveLength(1);
  });

  test('needs somebody to go to', () => {
    expect(() => new Files().offer(new FakeFile(1).asBlob)).toThrow(
      expect.objectContaining({ code: 'peer_left' }) as Error,
    );
  });
});

describe('what is in memory', () => {
  test('is a block of the file and a moment of what the link carries, however slow it is', async () => {
    const two = await Two.connected();
    two.slowDown(1_000);
    const file = new FakeFile(8 * MEBIBYTE);
    const { out, in: incoming } = await two.offer(file);
    const sink = new FakeSink(file);
    incoming.accept(sink);
    await two.pass(4_000);
    expect(out.state).toBe('active');
    expect(out.rate).toBeGreaterThan(900_000);
    expect(out.rate).toBeLessThan(1_100_000);
    await two.pass(5_000);
    expect(sink).toMatchObject({ written: file.size, wrong: 0, state: 'closed' });
    expect(file.readMost).toBe(FILES_BLOCK_BYTES);
    // What the path does not take is not handed to the channel: an offer or a pause would wait behind it.
    expect(two.anasChannel().bufferedMost).toBeLessThan(FILES_BUFFERED_HIGH_BYTES / 2);
  });

  test('is at most a window of what a slow disk has not taken yet', async () => {
    const two = await Two.connected();
    const file = new FakeFile(16 * MEBIBYTE);
    const { out, in: incoming } = await two.offer(file);
    const sink = new FakeSink(file);
    sink.delayMs = 10;
    incoming.accept(sink);
    let most = 0;
    for (let turn = 0; turn < 200 && incoming.state !== 'done'; turn += 1) {
      await two.pass(50);
      most = Math.max(most, out.bytes - sink.written);
    }
    expect(most).toBeLessThanOrEqual(FILES_WINDOW_BYTES);
    expect(most).toBeGreaterThan(FILES_WINDOW_BYTES / 4);
    expect(sink).toMatchObject({ written: file.size, wrong: 0, state: 'closed' });
  });

  test('several go at the same pace', async () => {
    const two = await Two.connected();
    two.slowDown(1_000);
    const files = [1, 2, 3].map((seed) => new FakeFile(2 * MEBIBYTE, seed));
    const sinks = files.map((file) => new FakeSink(file));
    for (const file of files) await two.offer(file);
    for (const [index, incoming] of two.offered.entries()) incoming.accept(sinks[index]!);
    await two.pass(3_000);
    const bytes = sinks.map(({ written }) => written);
    expect(Math.min(...bytes)).toBeGreaterThan(800_000);
    expect(Math.max(...bytes) - Math.min(...bytes)).toBeLessThanOrEqual(FILES_BUFFERED_HIGH_BYTES);
    await two.pass(6_000);
    for (const sink of sinks) expect(sink).toMatchObject({ wrong: 0, state: 'closed' });
  });
});

describe('pausing', () => {
  test.each(['sender', 'receiver'] as const)(
    'by the %s stops it until they go on',
    async (side) => {
      const two = await Two.connected();
      two.slowDown(1_000);
      const file = new FakeFile(4 * MEBIBYTE);
      const transfers = await two.offer(file);
      const sink = new FakeSink(file);
      transfers.in.accept(sink);
      await two.pass(500);
      const own = side === 'sender' ? transfers.out : transfers.in;
      own.pause();
      await two.pass(2_000);
      expect([transfers.out.state, transfers.in.state]).toEqual(['paused', 'paused']);
      expect(own).toMatchObject({ pausedHere: true, pausedThere: false, rate: 0 });
      const { written } = sink;
      await two.pass(2_000);
      expect(sink.written).toBe(written);
      own.resume();
      await two.pass(5_000);
      expect(sink).toMatchObject({ written: file.size, wrong: 0, state: 'closed' });
    },
  );
});

describe('ending', () => {
  test.each(['sender', 'receiver'] as const)('by the %s leaves nothing behind', async (side) => {
    const two = await Two.connected();
    two.slowDown(1_000);
    const file = new FakeFile(4 * MEBIBYTE);
    const transfers = await two.offer(file);
    const sink = new FakeSink(file);
    transfers.in.accept(sink);
    await two.pass(500);
    (side === 'sender' ? transfers.out : transfers.in).cancel();
    await two.pass(2_000);
    expect([transfers.out.state, transfers.in.state]).toEqual(['cancelled', 'cancelled']);
    expect(sink.state).toBe('aborted');
  });

  test.each<[string, string, (file: FakeFile, sink: FakeSink) => void]>([
    [
      'a file that cannot be read any more',
      'read_failed',
      (file) => (file.failure = new Error('moved')),
    ],
    ['a full disk', 'write_failed', (_file, sink) => (sink.failure = new Error('full'))],
  ])('%s fails on both sides', async (_what, code, happen) => {
    const two = await Two.connected();
    const file = new FakeFile(4 * MEBIBYTE);
    const transfers = await two.offer(file);
    const sink = new FakeSink(file);
    happen(file, sink);
    transfers.in.accept(sink);
    await two.pass(50);
    for (const transfer of [transfers.out, transfers.in]) {
      expect(transfer).toMatchObject({ state: 'failed', error: { code } });
    }
    expect(sink.state).toBe('aborted');
  });

  test('a bit that changed on the way is noticed, and what arrived is discarded', async () => {
    const two = await Two.connected();
    const file = new FakeFile(MEBIBYTE);
    const transfers = await two.offer(file);
    const sink = new FakeSink(file);
    let pieces = 0;
    two.anasChannel().tamper = (data) => {
      if (!(data instanceof ArrayBuffer) || ++pieces !== 3) return data;
      new Uint8Array(data)[1_000]! ^= 1;
      return data;
    };
    transfers.in.accept(sink);
    await two.pass(100);
    for (const transfer of [transfers.out, transfers.in]) {
      expect(transfer).toMatchObject({ state: 'failed', error: { code: 'digest_mismatch' } });
    }
    expect(sink.wrong).toBe(1);
    expect(sink.state).toBe('aborted');
  });

  test('of the call, or of the other side, ends what is under way', async () => {
    const two = await Two.connected();
    two.slowDown(100);
    const file = new FakeFile(MEBIBYTE);
    const transfers = await two.offer(file);
    const sink = new FakeSink(file);
    transfers.in.accept(sink);
    await two.pass(100);
    two.benAsSeen.update({ state: 'left' });
    two.ana.unlinked(two.benAsSeen);
    two.ben.close();
    await two.pass(10);
    for (const transfer of [transfers.out, transfers.in]) {
      expect(transfer).toMatchObject({ state: 'failed', error: { code: 'peer_left' } });
    }
    expect(sink.state).toBe('aborted');
  });
});

describe('when the link was away', () => {
  async function underWay() {
    const two = await Two.connected();
    two.slowDown(1_000);
    const file = new FakeFile(6 * MEBIBYTE);
    const transfers = await two.offer(file);
    const sink = new FakeSink(file);
    transfers.in.accept(sink);
    await two.pass(2_000);
    expect(sink.written).toBeGreaterThan(MEBIBYTE);
    return { two, file, sink, ...transfers };
  }

  test('it goes on over the same connection', async () => {
    const { two, sink, file } = await underWay();
    two.pair.ice.cut();
    await two.pass(3_000);
    const { written } = sink;
    two.pair.ice.mend();
    await two.pass(12_000);
    expect(written).toBeLessThan(file.size);
    expect(sink).toMatchObject({ written: file.size, wrong: 0, state: 'closed' });
  });

  test('it goes on over another connection from where it was, both ways', async () => {
    const { two, sink, file, out } = await underWay();
    const back = new FakeFile(MEBIBYTE, 7);
    const sinkBack = new FakeSink(back);
    two.ana.on('offer', (transfer) => {
      transfer.accept(sinkBack);
    });
    two.bensChannel().bytesPerMs = 100;
    two.ben.offer(back.asBlob, null, 'back.bin');
    await two.pass(500);
    expect(sinkBack.written).toBeGreaterThan(0);

    const before = two.pair.impolite.connection;
    two.pair.impolite.configuration = {
      ...two.pair.impolite.configuration,
      iceTransportPolicy: 'relay',
    };
    two.pair.impolite.link.reconfigure();
    expect(out.state).toBe('interrupted');
    await two.pass(20_000);
    expect(two.pair.impolite.connection).not.toBe(before);
    expect(sink).toMatchObject({ written: file.size, wrong: 0, state: 'closed' });
    expect(sinkBack).toMatchObject({ written: back.size, wrong: 0, state: 'closed' });
  });

  test('what was cancelled meanwhile is cancelled there, too', async () => {
    const two = await Two.connected();
    const first = await two.offer(new FakeFile(MEBIBYTE));
    const second = await two.offer(new FakeFile(MEBIBYTE));
    const sink = new FakeSink(new FakeFile(MEBIBYTE));
    two.ana.unlinked(two.benAsSeen);
    two.ben.unlinked(two.anaAsSeen);
    first.out.cancel();
    second.in.accept(sink);
    second.in.cancel();
    await two.pass(100);
    two.ben.linked(two.anaAsSeen, two.pair.polite.link.files);
    two.ana.linked(two.benAsSeen, two.pair.impolite.link.files);
    await two.pass(100);
    expect([first.in.state, second.out.state]).toEqual(['cancelled', 'cancelled']);
  });

  test('what was accepted meanwhile comes', async () => {
    const two = await Two.connected();
    const file = new FakeFile(MEBIBYTE);
    const { in: incoming, out } = await two.offer(file);
    two.ana.unlinked(two.benAsSeen);
    two.ben.unlinked(two.anaAsSeen);
    const sink = new FakeSink(file);
    incoming.accept(sink);
    out.pause();
    expect(incoming.state).toBe('interrupted');
    two.ben.linked(two.anaAsSeen, two.pair.polite.link.files);
    two.ana.linked(two.benAsSeen, two.pair.impolite.link.files);
    await two.pass(100);
    expect([out.state, incoming.state]).toEqual(['paused', 'paused']);
    out.resume();
    await two.pass(200);
    expect(sink).toMatchObject({ written: file.size, wrong: 0, state: 'closed' });
  });

  test('whoever leaves while there is no link ends it', async () => {
    const two = await Two.connected();
    const { out } = await two.offer(new FakeFile(MEBIBYTE));
    two.ana.unlinked(two.benAsSeen);
    expect(out.hasEnded).toBe(false);
    two.benAsSeen.update({ state: 'left' });
    expect(out).toMatchObject({ state: 'failed', error: { code: 'peer_left' } });
  });
});

describe('limits', () => {
  test('so many at once, no more', async () => {
    const two = await Two.connected();
    for (let count = 0; count < FILE_OFFERS_MAX; count += 1) {
      two.ana.offer(new FakeFile(1).asBlob, null, 'a.bin');
    }
    expect(() => two.ana.offer(new FakeFile(1).asBlob)).toThrow(
      expect.objectContaining({ code: 'queue_full' }) as Error,
    );
    await two.pass(20);
    expect(two.offered).toHaveLength(FILE_OFFERS_MAX);
    two.offered[0]!.decline();
    await two.pass(20);
    expect(two.ana.offer(new FakeFile(1).asBlob)).toHaveLength(1);
  });

  test('ended transfers are forgotten, others never', async () => {
    const two = await Two.connected();
    const { in: kept } = await two.offer(new FakeFile(1), 'kept.bin');
    for (let count = 0; count < FILE_TRANSFERS_MAX + 20; count += 1) {
      const [out] = two.ana.offer(new FakeFile(1).asBlob, null, 'a.bin');
      await two.pass(1_000);
      out!.cancel();
    }
    await two.pass(20);
    expect(two.ben.transfers).toHaveLength(FILE_TRANSFERS_MAX);
    expect(two.ben.transfers[0]).toBe(kept);
  });
});
