/** The subscriptions of one owner, ended together. */
export class Subscriptions {
  readonly #endings: (() => void)[] = [];

  add(...endings: (() => void)[]): void {
    this.#endings.push(...endings);
  }

  end(): void {
    for (const ending of this.#endings.splice(0)) ending();
  }
}
