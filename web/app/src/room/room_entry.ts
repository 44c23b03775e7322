import { type RoomPreview, VisavisError } from '@visavis/client';

import { Observable } from '../base/observable.ts';
import { strings } from '../strings.ts';

/** How often the door is looked through while somebody stands before it. */
export const LOOK_INTERVAL_MS = 10_000;

export interface LookThrough {
  /** Asks the server who is inside. */
  readonly look: (room: string) => Promise<RoomPreview>;
  /** Nobody looks at a page in the background: it need not ask. */
  readonly isVisible: () => boolean;
}

/** Why somebody did not get in, and what to do. */
export interface RoomProblem {
  readonly title: string;
  readonly detail: string;
}

/** One room from outside: who is in it, what its passphrase may be, and why we did not get in. */
export class RoomEntry extends Observable {
  readonly room: string;
  readonly #through: LookThrough;
  #passphrase: string | null;
  #preview: RoomPreview | null = null;
  #unreachable = false;
  #problem: RoomProblem | null = null;
  #asksPassphrase = false;
  #timer: ReturnType<typeof setInterval> | undefined;
  #looks = 0;

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

  get problem(): RoomProblem | null {
    return this.#problem;
  }

  /** The room wants a passphrase and we have none, or another. */
  get asksPassphrase(): boolean {
    return this.#asksPassphrase;
  }

  /** Who is inside, in words. */
  get inWords(): string {
    const { preview: words } = strings.rooms;
    const preview = this.#preview;
    if (preview === null) return this.#unreachable ? words.noAnswer : words.looking;
    const { count, participantsMax, participants } = preview;
    if (count >= participantsMax) return words.full(count, participantsMax);
    if (count === 0) return words.nobody;
    if (participants.length < count) return words.insideCount(count);
    return words.inside(participants.map(({ name }) => name));
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

  /** We did not get in. */
  fail(error: unknown): void {
    const code = error instanceof VisavisError ? error.code : null;
    this.#asksPassphrase = code === 'passphrase_needed' || code === 'passphrase_wrong';
    this.#problem = inWords(error);
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

function inWords(error: unknown): RoomProblem {
  const { other, ...known } = strings.rooms.problem;
  const words: Record<string, RoomProblem | undefined> = known;
  const code = error instanceof VisavisError ? error.code : '';
  return words[code] ?? other(error instanceof Error ? error.message : '');
}
