// What the honest people have in common.
import { emptyPage, type Ledger, type Page, type Phase } from './ledger.ts';
import type { Person } from './person.ts';

export interface WorldOptions {
  port: number;
  tls: boolean;
  /** In the short form everything is done more often, and has longer to succeed. */
  short: boolean;
  /** Attackers come from the honest people's address: whoever shows no token may be refused. */
  sameAddress: boolean;
  /** The server goes and comes back in the middle. */
  mayGo: boolean;
}

export class World {
  readonly options: WorldOptions;
  readonly ledger: Ledger = { before: emptyPage(), during: emptyPage(), after: emptyPage() };
  readonly people: Person[] = [];
  phase: Phase = 'before';
  /** No more is begun. */
  over = false;
  #phaseBegan = performance.now();
  #bytes = new Map<Person, number>();

  constructor(options: WorldOptions) {
    this.options = options;
  }

  get page(): Page {
    return this.ledger[this.phase];
  }
  /** Between two calls. */
  get callInterval(): number {
    return this.options.short ? 400 : 2_000;
  }
  /** How long something may take that is done at once where nobody attacks. */
  get patience(): number {
    return this.options.short ? 10_000 : 5_000;
  }
  begin(phase: Phase): void {
    this.endPhase();
    this.phase = phase;
    this.#phaseBegan = performance.now();
    for (const person of this.people) this.#bytes.set(person, person.receivedBytes);
  }
  endPhase(): void {
    for (const person of this.people) {
      person.countPingsDue();
      const bytes = person.receivedBytes - (this.#bytes.get(person) ?? 0);
      this.page.bytesMost = Math.max(this.page.bytesMost, bytes);
    }
    this.page.seconds = (performance.now() - this.#phaseBegan) / 1000;
  }
  refused(who: string, wish: string, answer: { type: string; code?: string } | null): void {
    const why = answer === null ? 'no answer' : (answer.code ?? answer.type);
    this.page.refused.push(`${who} ${wish}: ${why}`);
  }
  async pause(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
  /** Again and again until the end. */
  async every(milliseconds: number, body: () => Promise<void>): Promise<void> {
    while (!this.over) {
      const began = performance.now();
      await body();
      await this.pause(Math.max(10, milliseconds - (performance.now() - began)));
    }
  }
}
