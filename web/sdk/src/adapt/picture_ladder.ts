import {
  BITRATE_SETTLE_MS,
  BITRATE_STEP,
  RUNG_UP_AFTER_MS,
  RUNG_UP_FACTOR,
} from './uplink_limits.ts';

/** What a picture can be at a bitrate. */
export interface Rung {
  /** The least it takes, in bit/s. */
  readonly from: number;
  /** Of the shorter side, in pixels. */
  readonly height: number;
  readonly frameRate: number;
}

// From the best down; the last one takes whatever there is.
export const CAMERA_RUNGS: readonly Rung[] = [
  { from: 1_800_000, height: 1080, frameRate: 60 },
  { from: 700_000, height: 720, frameRate: 60 },
  { from: 450_000, height: 540, frameRate: 30 },
  { from: 220_000, height: 360, frameRate: 24 },
  { from: 120_000, height: 270, frameRate: 15 },
  { from: 0, height: 180, frameRate: 12 },
];

export const SCREEN_RUNGS: Readonly<Record<'text' | 'motion', readonly Rung[]>> = {
  // Letters are unreadable below their size, and nobody minds a slow scroll.
  text: [
    { from: 1_000_000, height: 1440, frameRate: 15 },
    { from: 600_000, height: 1440, frameRate: 10 },
    { from: 300_000, height: 1440, frameRate: 5 },
    { from: 0, height: 1080, frameRate: 3 },
  ],
  motion: [
    { from: 1_200_000, height: 1080, frameRate: 30 },
    { from: 600_000, height: 720, frameRate: 30 },
    { from: 300_000, height: 540, frameRate: 24 },
    { from: 0, height: 360, frameRate: 15 },
  ],
};

/** Follows a bitrate: a large change at once, a small one when it lasts, since each costs a setParameters. */
export class SteadyBitrate {
  #current = 0;
  #differsSince: number | null = null;

  follow(bitrate: number, now: number): number {
    const far = Math.abs(bitrate - this.#current) > this.#current * BITRATE_STEP;
    if (bitrate === this.#current) {
      this.#differsSince = null;
      return bitrate;
    }
    this.#differsSince ??= now;
    if (far || now - this.#differsSince >= BITRATE_SETTLE_MS) {
      this.#current = bitrate;
      this.#differsSince = null;
    }
    return this.#current;
  }
}

/** Steps down at once, and up only when that has been affordable for a while. */
export class PictureLadder {
  #rungs: readonly Rung[] = [];
  #current = 0;
  #betterSince: number | null = null;

  /** The next rung is picked as if there had been none. */
  reset(): void {
    this.#rungs = [];
  }

  pick(rungs: readonly Rung[], bitrate: number, now: number): Rung {
    if (rungs !== this.#rungs) {
      this.#rungs = rungs;
      this.#current = indexAt(rungs, bitrate);
      this.#betterSince = null;
    }
    const affordable = indexAt(rungs, bitrate);
    const better = indexAt(rungs, bitrate / RUNG_UP_FACTOR);
    if (affordable > this.#current) this.#current = affordable;
    if (better >= this.#current) {
      this.#betterSince = null;
    } else {
      this.#betterSince ??= now;
      if (now - this.#betterSince >= RUNG_UP_AFTER_MS) {
        this.#current = better;
        this.#betterSince = null;
      }
    }
    return rungs[this.#current] ?? { from: 0, height: 180, frameRate: 12 };
  }
}

function indexAt(rungs: readonly Rung[], bitrate: number): number {
  const index = rungs.findIndex(({ from }) => bitrate >= from);
  return index === -1 ? rungs.length - 1 : index;
}
