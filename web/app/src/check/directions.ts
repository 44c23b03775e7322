// Up and down apart, as far as that can be told. What is sent through the relay comes back, so that its rate is that of the slower
// direction; what comes down alone says which one that is.
import type { DownloadStats, LoadStats } from '@visavis/client';

export interface Rate {
  /** In bit/s. */
  readonly bitrate: number;
  readonly orMore: boolean;
}

export interface Directions {
  readonly up: Rate;
  readonly down: Rate;
  /** Null: both carry more than was tried. */
  readonly slower: 'up' | 'down' | null;
}

/** Measured one after the other and by other means, the two differ by less than this where nothing is the matter. */
const MUCH_MORE = 1.5;

/** Null where only the slower direction's rate is known, and not which one that is. */
export function directions(load: LoadStats, download: DownloadStats | null): Directions | null {
  const both: Rate = { bitrate: load.bitrate, orMore: true };
  if (load.capped) return { up: both, down: both, slower: null };
  if (download === null || load.bitrate === 0) return null;
  if (download.bitrate >= load.bitrate * MUCH_MORE) {
    return {
      up: { bitrate: load.bitrate, orMore: false },
      down: { bitrate: download.bitrate, orMore: download.capped },
      slower: 'up',
    };
  }
  // What came back has come down, too.
  const down = Math.max(load.bitrate, download.bitrate);
  return { up: both, down: { bitrate: down, orMore: false }, slower: 'down' };
}
