import {
  INBOUND_FRAME_MS,
  INBOUND_SLICE_MS,
  STORM_LASTS_MS,
  STORM_MESSAGES,
  STORM_MESSAGES_PER_S,
} from './limits.ts';
import { TokenBucket } from './token_bucket.ts';

/** Runs a callback soon, in a task of its own: the browser may draw and answer input before it. */
export type Soon = (callback: () => void) => void;

/** Something that has work waiting. */
export interface Sliced {
  /** Works until `performance.now()` has come to `until`, or nothing is left. Returns whether something is. */
  work(until: number): boolean;
}

/**
 * Shares the page's thread among the participants of a call: each works for INBOUND_SLICE_MS at most, then it is the
 * next one's turn, each turn in a task of its own. Where nothing waits, a message is handled at once, until its
 * participant has had that much of the current INBOUND_FRAME_MS.
 */
export class Slices {
  readonly #soon: Soon;
  readonly #waiting = new Set<Sliced>();
  readonly #spent = new Map<Sliced, number>();
  readonly #usual = new TokenBucket(STORM_MESSAGES, STORM_MESSAGES_PER_S);
  #stormUntil = -Infinity;
  #frameAt = -Infinity;
  #planned = false;

  constructor(soon: Soon) {
    this.#soon = soon;
  }

  /** A message has come that nobody had asked for. */
  note(): void {
    if (!this.#usual.take()) this.#stormUntil = performance.now() + STORM_LASTS_MS;
  }

  /**
   * Far more messages come than people cause. The browser's own threads are busy with them then, and whatever waits for
   * those threads would hold the page up.
   */
  get isStormy(): boolean {
    return performance.now() < this.#stormUntil;
  }

  /** Runs `task` at once if that participant has time left. Returns whether it ran. */
  tryNow(who: Sliced, task: () => void): boolean {
    if (this.#waiting.has(who)) return false;
    const start = performance.now();
    if (start - this.#frameAt >= INBOUND_FRAME_MS) {
      this.#frameAt = start;
      this.#spent.clear();
    }
    const spent = this.#spent.get(who) ?? 0;
    if (spent >= INBOUND_SLICE_MS) return false;
    try {
      task();
    } finally {
      this.#spent.set(who, spent + performance.now() - start);
    }
    return true;
  }

  /** Has `work` called, again and again while it says that something is left. */
  add(who: Sliced): void {
    this.#waiting.add(who);
    this.#plan();
  }

  /** Nothing is to be done for them any more. */
  remove(who: Sliced): void {
    this.#waiting.delete(who);
    this.#spent.delete(who);
  }

  #plan(): void {
    if (this.#planned || this.#waiting.size === 0) return;
    this.#planned = true;
    this.#soon(() => {
      this.#planned = false;
      this.#turn();
    });
  }

  #turn(): void {
    const [next] = this.#waiting;
    if (!next) return;
    this.#waiting.delete(next);
    try {
      // To the end of the line: a set keeps the order in which its members were added.
      if (next.work(performance.now() + INBOUND_SLICE_MS)) this.#waiting.add(next);
    } finally {
      this.#plan();
    }
  }
}
