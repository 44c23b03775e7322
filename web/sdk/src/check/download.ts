// How much comes down to this page, measured by loading a file of it again: what everybody may load anyway, so that it takes no
// leave of the server, and no more of it than a page costs.
import * as limits from './check_limits.ts';
import { type CheckOptions, pause, platformOf } from './check_platform.ts';
import { type Arrival, loadStats } from './path_stats.ts';

/** A file of this page. Compressed on its way, so that what is read of it is more than what came. */
export interface DownloadSource {
  readonly url: string;
  /** What comes for each byte that is read. */
  readonly compression: number;
}

export interface DownloadStats {
  /** In bit/s, of what arrived, without headers. */
  readonly bitrate: number;
  /** No more was tried: more may come down. */
  readonly capped: boolean;
}

/** The largest file that this page came with; null where the browser tells of none. @param origin Of the page. */
export function downloadSource(
  entries: readonly PerformanceEntry[],
  origin: string,
): DownloadSource | null {
  const files = (entries as readonly Partial<PerformanceResourceTiming>[]).flatMap((entry) => {
    const { name = '', encodedBodySize: came = 0, decodedBodySize: read = 0 } = entry;
    if (!name.startsWith(`${origin}/`) || came < limits.DOWNLOAD_FILE_BYTES_MIN || read < came)
      return [];
    return [{ url: name, came, compression: came / read }];
  });
  const [largest] = files.sort((one, other) => other.came - one.came);
  return largest ? { url: largest.url, compression: largest.compression } : null;
}

/** Never rejects; null where nothing came. */
export async function measureDownload(
  { url, compression }: DownloadSource,
  options: CheckOptions & { readonly fetch?: typeof fetch } = {},
): Promise<DownloadStats | null> {
  const { fetch: send = fetch, signal } = options;
  const platform = platformOf(options);
  const arrivals: Arrival[] = [];
  const enough = new AbortController();
  const stop = (): void => {
    enough.abort();
  };
  signal?.addEventListener('abort', stop);
  if (signal?.aborted === true) stop();
  const began = performance.now();
  let left = limits.DOWNLOAD_BYTES_MAX;
  const take = (bytes: number): void => {
    arrivals.push({ at: performance.now(), bytes });
    left -= bytes;
    if (left <= 0) stop();
  };
  const loadAgainAndAgain = async (): Promise<void> => {
    while (!enough.signal.aborted) {
      const response = await send(url, { cache: 'no-store', signal: enough.signal });
      const reader = response.ok ? response.body?.getReader() : undefined;
      if (!reader) return;
      for (let part = await reader.read(); !part.done; part = await reader.read())
        take(part.value.byteLength * compression);
    }
  };
  const late = pause(platform, limits.DOWNLOAD_MS, enough.signal).then(stop);
  const loading = Array.from({ length: limits.DOWNLOADS_AT_ONCE }, () =>
    loadAgainAndAgain().catch(() => undefined),
  );
  await Promise.race([late, Promise.all(loading)]);
  stop();
  signal?.removeEventListener('abort', stop);
  if (arrivals.length === 0) return null;
  const until = performance.now();
  const settled = began + limits.DOWNLOAD_SETTLE_MS;
  const limit = limits.LOAD_BITS_PER_S_MAX;
  const { bitrate, capped } = loadStats(arrivals, {
    from: settled < until ? settled : began,
    until,
    limit,
    bytesSent: 0,
  });
  return { bitrate: Math.min(bitrate, limit), capped };
}
