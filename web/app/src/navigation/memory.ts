const NAME_KEY = 'visavis.app.name';
const JOINED_KEY = 'visavis.app.joined';
const ROOM_KEY = 'visavis.app.room';
const HIDE_ADDRESS_KEY = 'visavis.app.hide_address';

/** Longer is not ours: a handful of switches and device ids. */
const STORED_CHARS_MAX = 8_192;

/**
 * What the page remembers: the last name and the settings for good, and for this tab that somebody had joined, so that a
 * reload leads back to where they were. Storage may be forbidden; then nothing is remembered.
 */
export class Memory {
  readonly #forGood: Storage | null;
  readonly #forTab: Storage | null;

  constructor(forGood: Storage | null, forTab: Storage | null) {
    this.#forGood = forGood;
    this.#forTab = forTab;
  }

  static ofBrowser(): Memory {
    return new Memory(
      storageOrNull(() => localStorage),
      storageOrNull(() => sessionStorage),
    );
  }

  /** The name of this tab, else the last one used in this browser. */
  get name(): string {
    return this.#forTab?.getItem(NAME_KEY) ?? this.#forGood?.getItem(NAME_KEY) ?? '';
  }

  get joined(): boolean {
    return this.#forTab?.getItem(JOINED_KEY) === 'true';
  }

  /** The room that this tab was in last, unless the person left it. */
  get room(): string | null {
    return this.#forTab?.getItem(ROOM_KEY) ?? null;
  }

  rememberRoom(room: string | null): void {
    if (room === null) this.#forTab?.removeItem(ROOM_KEY);
    else write(this.#forTab, ROOM_KEY, room);
  }

  get hidesAddress(): boolean {
    return this.#forGood?.getItem(HIDE_ADDRESS_KEY) === 'true';
  }

  rememberHidesAddress(hides: boolean): void {
    write(this.#forGood, HIDE_ADDRESS_KEY, String(hides));
  }

  /** What `rememberObject` stored under that key. Anybody may have written there: the reader checks every field. */
  object(key: string): Readonly<Record<string, unknown>> {
    const text = this.#forGood?.getItem(key) ?? '';
    if (text.length > STORED_CHARS_MAX) return {};
    try {
      const value: unknown = JSON.parse(text);
      return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
    } catch {
      return {};
    }
  }

  rememberObject(key: string, value: object): void {
    write(this.#forGood, key, JSON.stringify(value));
  }

  remember(name: string): void {
    write(this.#forGood, NAME_KEY, name);
    write(this.#forTab, NAME_KEY, name);
    write(this.#forTab, JOINED_KEY, 'true');
  }
}

function storageOrNull(read: () => Storage): Storage | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function write(storage: Storage | null, key: string, value: string): void {
  try {
    storage?.setItem(key, value);
  } catch {
    // Full, or forbidden since: the page works without a memory.
  }
}
