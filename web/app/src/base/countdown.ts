const SECOND_MS = 1000;

/** Seconds that pass until something can be done again. Says so at each of them, and when they are over. */
export class Countdown {
  readonly #onTick: () => void;
  #endsAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onTick: () => void) {
    this.#onTick = onTick;
  }

  /** What is left, rounded up; 0 once it is over. */
  get seconds(): number {
    return Math.ceil(this.#leftMs / SECOND_MS);
  }

  start(ms: number): void {
    this.stop();
    this.#endsAt = Date.now() + ms;
    this.#wait();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#endsAt = 0;
  }

  get #leftMs(): number {
    return Math.max(0, this.#endsAt - Date.now());
  }

  #wait(): void {
    const left = this.#leftMs;
    if (left === 0) return;
    this.#timer = setTimeout(
      () => {
        this.#wait();
        this.#onTick();
      },
      left % SECOND_MS || SECOND_MS,
    );
  }
}
