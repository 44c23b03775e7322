const BLINK_INTERVAL_MS = 1000;

/** Alternates the title of a page between its own and a message, so that its tab is noticed. */
export class TitleBlinker {
  readonly #page: { title: string };
  #own = '';
  #message: string | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(page: { title: string }) {
    this.#page = page;
  }

  start(message: string): void {
    if (this.#message === message) return;
    this.stop();
    this.#own = this.#page.title;
    this.#message = message;
    this.#page.title = message;
    this.#timer = setInterval(() => {
      this.#page.title = this.#page.title === message ? this.#own : message;
    }, BLINK_INTERVAL_MS);
  }

  stop(): void {
    if (this.#message === null) return;
    clearInterval(this.#timer);
    this.#message = null;
    this.#page.title = this.#own;
  }
}
