import { Countdown } from '../base/countdown.ts';
import { Observable } from '../base/observable.ts';

/** Pauses of more people at once are not counted down; the server refuses those calls all the same. */
const PAUSES_MAX = 32;

/** Whom the server lets us call again only after a while, because they did not answer or we call too often. */
export class CallPauses extends Observable {
  readonly #pauses = new Map<string, Countdown>();

  /** Seconds until this person can be called again; 0: now. */
  secondsFor(user: string): number {
    return this.#pauses.get(user)?.seconds ?? 0;
  }

  begin(users: readonly string[], ms: number): void {
    for (const user of users) {
      this.#end(user);
      const oldest = this.#pauses.keys().next();
      if (this.#pauses.size >= PAUSES_MAX && oldest.done !== true) this.#end(oldest.value);
      const pause = new Countdown(() => {
        if (pause.seconds === 0) this.#end(user);
        this.changed();
      });
      this.#pauses.set(user, pause);
      pause.start(ms);
    }
    this.changed();
  }

  dispose(): void {
    for (const user of [...this.#pauses.keys()]) this.#end(user);
  }

  #end(user: string): void {
    this.#pauses.get(user)?.stop();
    this.#pauses.delete(user);
  }
}
