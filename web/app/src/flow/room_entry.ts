import { type RoomPreview, VisavisError } from '@visavis/client';

import { Countdown } from '../base/countdown.ts';
import { Observable } from '../base/observable.ts';

/** How often the door is looked through while somebody stands before it. */
export const LOOK_INTERVAL_MS = 10_000;

export interface LookThrough {
  /** Asks the server who is inside. */
  readonly look: (room: string) => Promise<RoomPreview>;
  /** Nobody looks at a page in the background: it need not ask. */
  readonly isVisible: () => boolean;
}

/** One room from outside: who is in it, what its passphrase may be, and why we did not get in. */
export class RoomEntry extends Observable {
  readonly room: string;
  readonly #through: LookThrough;
  #passphrase: string | null;
  #preview: RoomPreview | null = null;
  #unreachable = false;
  #problem: Error | null = null;
  #asksPassphrase = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #looks = 0;
  readonly #pause = new Countdown(() => {
    this.changed();
  });

  constructor(room: string, passphrase: string | null, through: LookThrough) {
    super();
    this.room = room;
    this.#passphrase = passphrase;
    this.#through = through;
  }

  get passphrase(): string | null {
    return this.#passphrase;
  }

  /** Null before the first answer. */
  get preview(): RoomPreview | null {
    return this.#preview;
  }

  /** Why we did not get in. */
  get problem(): Error | null {
    return this.#problem;
  }

  /** The room wants a passphrase and we have none, or another. */
  get asksPassphrase(): boolean {
    return this.#asksPassphrase;
  }

  /** Seconds until the server lets us try again. */
  get pauseSeconds(): number {
    return this.#pause.seconds;
  }

  /** The server did not answer when it was asked last. */
  get unreachable(): boolean {
    return this.#unreachable;
  }

  /** Nobody new comes in; hosts do. */
  get locked(): boolean {
    return this.#preview?.locked === true;
  }

  /** We will have to knock. */
  get mustKnock(): boolean {
    return this.#preview?.knock === true;
  }

  setPassphrase(passphrase: string | null): void {
    if (passphrase === this.#passphrase) return;
    this.#passphrase = passphrase;
    this.#problem = null;
    this.#asksPassphrase = false;
    this.changed();
  }

  /** Looks at once and then again and again, until `stopLooking`. */
  startLooking(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      if (this.#through.isVisible()) void this.#look();
    }, LOOK_INTERVAL_MS);
    void this.#look();
  }

  stopLooking(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#looks += 1; // an answer that is still on its way is none of ours
  }

  /** Nobody stands before this door any more. */
  leave(): void {
    this.stopLooking();
    this.#pause.stop();
  }

  /** We did not get in. */
  fail(error: unknown): void {
    const code = error instanceof VisavisError ? error.code : null;
    this.#asksPassphrase = code === 'passphrase_needed' || code === 'passphrase_wrong';
    this.#problem = error instanceof Error ? error : new Error(String(error));
    const waitMs = error instanceof VisavisError ? error.retryAfterMs : null;
    if (waitMs !== null) this.#pause.start(waitMs);
    this.changed();
  }

  forgetProblem(): void {
    this.#problem = null;
    this.changed();
  }

  async #look(): Promise<void> {
    const number = ++this.#looks;
    try {
      const preview = await this.#through.look(this.room);
      if (number !== this.#looks) return;
      this.#preview = preview;
      this.#unreachable = false;
    } catch {
      if (number !== this.#looks) return;
      this.#unreachable = true;
    }
    this.changed();
  }
}
