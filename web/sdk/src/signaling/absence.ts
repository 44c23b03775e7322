/** How long the server and we have not heard each other, in milliseconds. */
export interface Away {
  readonly awayMs: number;
  /** The longest part of it in which this page did nothing: the computer slept, or the browser held the page. */
  readonly asleepMs: number;
}

/**
 * Knows since when the server has not been heard, by the wall clock: others may stand still while a computer sleeps. An
 * answer proves what was true when it was asked for, not when it is read: it may have waited for us while we slept.
 */
export class Absence {
  #heardAt: number | null = null;
  // When the oldest question left that has not been answered.
  #askedAt: number | null = null;
  #awakeAt = Date.now();
  #asleepMs = 0;

  /** Another socket: what was asked over the last one is not answered any more. */
  begin(): void {
    this.#askedAt = null;
    this.#noteAwake();
  }

  asked(): void {
    this.#noteAwake();
    this.#askedAt ??= Date.now();
  }

  /** Returns what there was before this answer: nothing before the first. */
  answered(): Away {
    this.#noteAwake();
    const now = Date.now();
    const away = {
      awayMs: now - (this.#heardAt ?? now),
      asleepMs: this.#heardAt === null ? 0 : this.#asleepMs,
    };
    if (this.#askedAt !== null) {
      this.#heardAt = this.#askedAt;
      this.#askedAt = null;
      this.#asleepMs = now - this.#heardAt;
    }
    return away;
  }

  #noteAwake(): void {
    const now = Date.now();
    this.#asleepMs = Math.max(this.#asleepMs, now - this.#awakeAt);
    this.#awakeAt = now;
  }
}
