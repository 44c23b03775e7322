/** How long a reaction floats; the animation takes as long. */
export const REACTION_SHOWN_MS = 4000;
/** Of one person, and of everybody together; the oldest make room. */
export const REACTIONS_EACH_MAX = 8;
export const REACTIONS_MAX = 24;

/** An emoji that floats over somebody's picture. */
export interface Reaction {
  readonly number: number;
  /** A participant's id; null for our own. */
  readonly from: string | null;
  readonly emoji: string;
}

interface Shown extends Reaction {
  readonly until: number;
}

// What emojis are made of: pictures, skin tones, flags, joiners, and the digits of keycaps.
const EMOJI = /^[\p{Extended_Pictographic}\p{Emoji_Component}]+$/u;

/** Whether it is a picture: others may send anything as a reaction, words too. */
export function isEmoji(text: string): boolean {
  return EMOJI.test(text);
}

/** The reactions of the last moments. */
export class Reactions {
  readonly #onChange: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #list: readonly Shown[] = [];
  #next = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get list(): readonly Reaction[] {
    return this.#list;
  }

  add(from: string | null, emoji: string): void {
    const until = performance.now() + REACTION_SHOWN_MS;
    const list = [...this.#list, { number: this.#next++, from, emoji, until }];
    const theirs = list.filter((one) => one.from === from);
    const surplus = theirs.length > REACTIONS_EACH_MAX ? theirs[0] : null;
    this.#list = list.filter((one) => one !== surplus).slice(-REACTIONS_MAX);
    this.#expireLater();
    this.#onChange();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#list = [];
  }

  /** One timer for all, however many there are. */
  #expireLater(): void {
    const first = this.#list[0];
    if (this.#timer !== null || !first) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        const now = performance.now();
        this.#list = this.#list.filter(({ until }) => until > now);
        this.#expireLater();
        this.#onChange();
      },
      Math.max(0, first.until - performance.now()),
    );
  }
}
