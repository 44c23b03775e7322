/** How long a reaction floats; the animation takes as long. */
export const REACTION_SHOWN_MS = 4000;
/** Of everybody together; the oldest make room. */
export const REACTIONS_MAX = 24;

/** An emoji that floats over somebody's picture. */
export interface Reaction {
  readonly number: number;
  /** A participant's id; null for our own. */
  readonly from: string | null;
  readonly emoji: string;
}

/** The reactions of the last moments. */
export class Reactions {
  readonly #onChange: () => void;
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #list: readonly Reaction[] = [];
  #next = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get list(): readonly Reaction[] {
    return this.#list;
  }

  add(from: string | null, emoji: string): void {
    const reaction: Reaction = { number: this.#next++, from, emoji };
    this.#list = [...this.#list, reaction].slice(-REACTIONS_MAX);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#list = this.#list.filter((one) => one !== reaction);
      this.#onChange();
    }, REACTION_SHOWN_MS);
    this.#timers.add(timer);
    this.#onChange();
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#list = [];
  }
}
