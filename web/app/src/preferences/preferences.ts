import { Observable } from '../base/observable.ts';

export interface PreferenceValues {
  /** Calls send and ask for less. */
  readonly dataSaver: boolean;
  /** Single keys do something in a call; WCAG 2.1.4 wants them to be switchable. */
  readonly shortcuts: boolean;
  /** Holding Space talks while muted. */
  readonly pushToTalk: boolean;
  /** The loudness of a muted microphone is measured, for a hint to somebody who talks. */
  readonly mutedHint: boolean;
  /** How a screen is shared: for reading or for films, and whether with the computer's sound. */
  readonly shareMotion: boolean;
  readonly shareSound: boolean;
}

const DEFAULTS: PreferenceValues = {
  dataSaver: false,
  shortcuts: true,
  pushToTalk: true,
  mutedHint: true,
  shareMotion: false,
  shareSound: true,
};

const KEY = 'visavis.app.preferences';

/** Where preferences are kept; `Memory` is one. */
export interface ObjectStore {
  object(key: string): Readonly<Record<string, unknown>>;
  rememberObject(key: string, value: object): void;
}

/** How this person likes calls, kept in this browser. Without a store it lasts as long as the page. */
export class Preferences extends Observable {
  readonly #store: ObjectStore | null;
  #values: PreferenceValues;

  constructor(store: ObjectStore | null = null) {
    super();
    this.#store = store;
    this.#values = checked(store?.object(KEY) ?? {});
  }

  get values(): PreferenceValues {
    return this.#values;
  }

  set(changes: Partial<PreferenceValues>): void {
    this.#values = { ...this.#values, ...changes };
    this.#store?.rememberObject(KEY, this.#values);
    this.changed();
  }
}

/** Takes what is a switch and leaves the rest. */
function checked(stored: Readonly<Record<string, unknown>>): PreferenceValues {
  const known = Object.keys(DEFAULTS) as (keyof PreferenceValues)[];
  return Object.fromEntries(
    known.map((key) => {
      const value = stored[key];
      return [key, typeof value === 'boolean' ? value : DEFAULTS[key]];
    }),
  ) as unknown as PreferenceValues;
}
