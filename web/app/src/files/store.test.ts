import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FILES_MEMORY_BYTES_MAX, openStore, type Store } from './store.ts';

const LARGE = 1_000_000_000;

/** A file system that counts what is written, and how often. */
class FakeDisk {
  writes = 0;
  bytes = 0;
  state = 'none';
  readonly entries = new Map<string, unknown>();

  readonly handle = {
    createWritable: () => {
      this.state = 'writing';
      return Promise.resolve({
        write: (piece: Blob) => {
          this.writes += 1;
          this.bytes += piece.size;
          return Promise.resolve();
        },
        close: () => {
          this.state = 'closed';
          return Promise.resolve();
        },
        abort: () => {
          this.state = 'aborted';
          return Promise.resolve();
        },
      });
    },
    remove: () => {
      this.state = 'removed';
      return Promise.resolve();
    },
  };

  readonly directory = {
    getDirectoryHandle: () => Promise.resolve(this.directory),
    getFileHandle: (name: string) => {
      this.entries.set(name, this.handle);
      return Promise.resolve(this.handle);
    },
    removeEntry: (name: string) => {
      this.entries.delete(name);
      return Promise.resolve();
    },
    keys: () => [...this.entries.keys()],
  };

  /** The page may write to it. */
  offer(quota: number): void {
    vi.stubGlobal(
      'FileSystemFileHandle',
      class {
        createWritable(): void {
          // Only its presence counts.
        }
      },
    );
    vi.stubGlobal('navigator', {
      storage: {
        getDirectory: () => Promise.resolve(this.directory),
        estimate: () => Promise.resolve({ quota, usage: 0 }),
      },
    });
  }
}

let disk: FakeDisk;

beforeEach(() => {
  disk = new FakeDisk();
});
afterEach(() => {
  vi.unstubAllGlobals();
});

async function opened(size: number): Promise<Store> {
  const store = await openStore('film.mp4', size);
  if (typeof store === 'string') throw new Error(store);
  return store;
}

it('writes a large file where the person wants it, in large pieces', async () => {
  const picked: unknown[] = [];
  vi.stubGlobal('showSaveFilePicker', (options: unknown) => {
    picked.push(options);
    return Promise.resolve(disk.handle);
  });
  const store = await opened(LARGE);
  expect(picked).toEqual([{ suggestedName: 'film.mp4' }]);
  for (let count = 0; count < 100; count += 1) await store.sink.write(new Uint8Array(49_152));
  await store.sink.close();
  expect(disk).toMatchObject({ bytes: 4_915_200, state: 'closed' });
  expect(disk.writes).toBeLessThan(8);
  expect(store.save).toBeNull();
});

it('takes the empty file away again when nothing comes of it', async () => {
  vi.stubGlobal('showSaveFilePicker', () => Promise.resolve(disk.handle));
  await (await opened(LARGE)).sink.abort();
  expect(disk.state).toBe('removed');
});

it('takes no for an answer', async () => {
  vi.stubGlobal('showSaveFilePicker', () => {
    throw new DOMException('no', 'AbortError');
  });
  expect(await openStore('film.mp4', LARGE)).toBe('cancelled');
});

it("keeps a file in the page's own file system until it is saved", async () => {
  disk.offer(2 * LARGE);
  disk.entries.set('1000-old', null);
  const store = await opened(LARGE);
  expect([...disk.entries.keys()].some((name) => name === '1000-old')).toBe(false);
  expect(disk.entries.size).toBe(1);
  await store.sink.write(new Uint8Array(10));
  await store.sink.close();
  expect(disk).toMatchObject({ bytes: 10, state: 'closed' });
  expect(store.save).not.toBeNull();

  const other = await opened(10);
  await other.sink.abort();
  expect(disk.entries.size).toBe(1);
});

it('asks first whether there is room', async () => {
  disk.offer(LARGE / 2);
  expect(await openStore('film.mp4', LARGE)).toBe('no_room');
});

it('holds a file in memory where there is nothing else, up to a limit', async () => {
  vi.stubGlobal('navigator', {});
  expect(await openStore('film.mp4', FILES_MEMORY_BYTES_MAX + 1)).toBe('too_large');
  expect(typeof (await openStore('film.mp4', FILES_MEMORY_BYTES_MAX))).toBe('object');
});
