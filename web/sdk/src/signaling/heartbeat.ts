import type { Timers } from '../base/timers.ts';

export interface HeartbeatPace {
  /** Between pings. */
  intervalMs: number;
  /** Silence after a ping that means the socket is dead. */
  timeoutMs: number;
}

/** Pings, and notices when nothing comes back (PROTOCOL.md section 4). */
export class Heartbeat {
  readonly #timers: Timers;
  readonly #ping: () => void;
  readonly #onSilence: () => void;
  #pace: HeartbeatPace;
  #cancelBeat: (() => void) | null = null;
  #cancelDeadline: (() => void) | null = null;

  constructor(options: {
    timers: Timers;
    pace: HeartbeatPace;
    ping: () => void;
    onSilence: () => void;
  }) {
    this.#timers = options.timers;
    this.#pace = options.pace;
    this.#ping = options.ping;
    this.#onSilence = options.onSilence;
  }

  get running(): boolean {
    return this.#cancelBeat !== null;
  }

  start(): void {
    this.stop();
    this.#beatLater();
  }

  stop(): void {
    this.#cancelBeat?.();
    this.#cancelBeat = null;
    this.heard();
  }

  /** A new pace begins with a ping: what was silent long enough for the old one need not be for this one. */
  setPace(pace: HeartbeatPace): void {
    const changed =
      pace.intervalMs !== this.#pace.intervalMs || pace.timeoutMs !== this.#pace.timeoutMs;
    this.#pace = pace;
    if (changed && this.running) this.probe(pace.timeoutMs);
  }

  /** Anything that arrives proves that the socket lives. */
  heard(): void {
    this.#cancelDeadline?.();
    this.#cancelDeadline = null;
  }

  /** Pings now, and waits no longer than `timeoutMs`. */
  probe(timeoutMs: number): void {
    if (!this.running) return;
    this.heard();
    this.#cancelBeat?.();
    this.#beat(timeoutMs);
  }

  #beatLater(): void {
    this.#cancelBeat = this.#timers.set(() => {
      this.#beat(this.#pace.timeoutMs);
    }, this.#pace.intervalMs);
  }

  #beat(timeoutMs: number): void {
    this.#beatLater();
    // The deadline belongs to the oldest unanswered ping.
    this.#cancelDeadline ??= this.#timers.set(() => {
      this.stop();
      this.#onSilence();
    }, timeoutMs);
    this.#ping();
  }
}
