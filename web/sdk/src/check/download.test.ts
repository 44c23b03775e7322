import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakePage } from '../../test/support/fake_platform.ts';
import {
  DOWNLOAD_BYTES_MAX,
  DOWNLOAD_MS,
  DOWNLOADS_AT_ONCE,
  LOAD_BITS_PER_S_MAX,
} from './check_limits.ts';
import { downloadSource, type DownloadStats, measureDownload } from './download.ts';

const ORIGIN = 'https://calls.example';
const SOURCE = { url: `${ORIGIN}/assets/index.js`, compression: 0.25 };

const entry = (name: string, encodedBodySize?: number, decodedBodySize?: number) =>
  ({ name, encodedBodySize, decodedBodySize }) as unknown as PerformanceEntry;

describe('what is loaded again', () => {
  it('is the largest file of the page', () => {
    const entries = [
      entry(`${ORIGIN}/assets/small.js`, 20_000, 60_000),
      entry(`${ORIGIN}/assets/index.js`, 40_000, 160_000),
      entry('https://elsewhere.example/large.js', 90_000, 90_000),
    ];
    expect(downloadSource(entries, ORIGIN)).toEqual(SOURCE);
  });

  it.each([
    ['is not told', entry(`${ORIGIN}/assets/index.js`)],
    ['is hidden', entry(`${ORIGIN}/assets/index.js`, 0, 0)],
    ['is of next to nothing', entry(`${ORIGIN}/icon.svg`, 300, 300)],
    ['makes no sense', entry(`${ORIGIN}/assets/index.js`, 40_000, 0)],
  ])('is nothing where its size %s', (_, odd) => {
    expect(downloadSource([odd], ORIGIN)).toBeNull();
  });
});

describe('what comes down', () => {
  let page: FakePage;
  beforeEach(() => {
    vi.useFakeTimers();
    const none = (): never => {
      throw new Error('There is none.');
    };
    page = new FakePage({ createWebSocket: none, createPeerConnection: none });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const PART = 4_000;
  const PART_MS = 20;
  /** A file of ten parts, each of which takes PART_MS on a line that carries so many bit/s for each connection. */
  function line(asked: RequestInit[] = [], parts = 10): typeof fetch {
    return (_, init = {}) => {
      asked.push(init);
      let left = parts;
      const body = new ReadableStream<Uint8Array>({
        pull: async (controller) => {
          await new Promise((resolve) => setTimeout(resolve, PART_MS));
          left -= 1;
          if (init.signal?.aborted === true) controller.error(new Error('aborted'));
          else if (left < 0) controller.close();
          else controller.enqueue(new Uint8Array(PART));
        },
      });
      return Promise.resolve(new Response(body));
    };
  }
  async function measured(
    fetch: typeof globalThis.fetch,
    {
      compression = SOURCE.compression,
      signal,
    }: { compression?: number; signal?: AbortSignal } = {},
  ): Promise<DownloadStats | null> {
    const source = { ...SOURCE, compression };
    const measuring = measureDownload(source, { fetch, platform: page, ...(signal && { signal }) });
    await vi.advanceTimersByTimeAsync(DOWNLOAD_MS);
    return measuring;
  }

  it('is counted as it came, not as it reads', async () => {
    const asked: RequestInit[] = [];
    const stats = await measured(line(asked));
    // Ten of eleven parts of the time: then it asks again.
    const bitrate = ((PART * SOURCE.compression * 8 * 1_000) / PART_MS) * DOWNLOADS_AT_ONCE;
    expect(stats?.bitrate).toBeGreaterThan(bitrate * 0.8);
    expect(stats?.bitrate).toBeLessThanOrEqual(bitrate);
    expect(stats?.capped).toBe(false);
    expect(asked.every(({ cache, signal }) => cache === 'no-store' && signal?.aborted)).toBe(true);
  });

  it('is no more than is needed', async () => {
    const asked: RequestInit[] = [];
    const stats = await measured(line(asked, 1_000), { compression: 10 });
    expect(stats).toEqual({ bitrate: LOAD_BITS_PER_S_MAX, capped: true });
    expect(asked.length).toBe(DOWNLOADS_AT_ONCE);
    // In one more round of parts than would have been enough, at most.
    expect(DOWNLOAD_BYTES_MAX / (PART * 10 * DOWNLOADS_AT_ONCE)).toBeLessThan(
      DOWNLOAD_MS / PART_MS,
    );
  });

  it.each([
    ['nothing answers', () => Promise.reject(new TypeError('Failed to fetch'))],
    ['the file is gone', () => Promise.resolve(new Response('', { status: 404 }))],
    ['nothing comes', () => new Promise<Response>(() => undefined)],
  ])('is not known where %s', async (_, fetch) => {
    expect(await measured(fetch)).toBeNull();
  });

  it('ends with the check', async () => {
    const run = new AbortController();
    const asked: RequestInit[] = [];
    const measuring = measured(line(asked), { signal: run.signal });
    run.abort();
    await measuring;
    expect(asked.length).toBe(DOWNLOADS_AT_ONCE);
    expect(asked[0]?.signal?.aborted).toBe(true);
  });
});
