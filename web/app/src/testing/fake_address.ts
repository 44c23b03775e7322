import type { Address } from '../navigation/address.ts';

/** An address bar with a history, played by a test. */
export class FakeAddress implements Address {
  readonly #steps: URL[];
  readonly #listeners: (() => void)[] = [];
  #at = 0;

  constructor(path = '/') {
    this.#steps = [new URL(path, 'https://meet.example')];
  }

  get url(): URL {
    const url = this.#steps[this.#at];
    if (!url) throw new Error('The history has an entry for every step.');
    return url;
  }

  /** Path and fragment. */
  get shown(): string {
    return this.url.pathname + this.url.hash;
  }

  get steps(): number {
    return this.#steps.length;
  }

  push(link: string): void {
    this.#steps.splice(this.#at + 1);
    this.#steps.push(new URL(link, this.url));
    this.#at += 1;
  }

  replace(link: string): void {
    this.#steps[this.#at] = new URL(link, this.url);
  }

  onMove(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Plays the buttons of the browser. */
  go(steps: number): void {
    this.#at += steps;
    for (const listener of this.#listeners) listener();
  }

  /** Plays typing another fragment. */
  type(link: string): void {
    this.push(link);
    for (const listener of this.#listeners) listener();
  }
}
