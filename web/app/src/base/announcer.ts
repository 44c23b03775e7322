/** Screen readers read the whole of what is announced: what others cause comes no faster than this. */
export const MENTION_INTERVAL_MS = 2_000;

/** What a live region says: the last that happened. */
export class Announcer {
  readonly #onChange: () => void;
  #text = '';
  #waiting: string | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get text(): string {
    return this.#text;
  }

  /** At once. */
  say(text: string): void {
    this.#waiting = null;
    this.#set(text);
  }

  /** At most once in MENTION_INTERVAL_MS, and then the latest. */
  mention(text: string): void {
    if (this.#timer === null) this.#set(text);
    else this.#waiting = text;
  }

  clear(): void {
    this.dispose();
    this.#text = '';
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = this.#waiting = null;
  }

  #set(text: string): void {
    this.#text = text;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting !== null) this.#set(waiting);
    }, MENTION_INTERVAL_MS);
    this.#onChange();
  }
}
