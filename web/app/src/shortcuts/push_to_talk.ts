/** The microphone as push-to-talk needs it. */
export interface Talker {
  readonly microphoneMuted: boolean;
  readonly hasMicrophone: boolean;
  setMicrophoneMuted(muted: boolean): void;
}

/**
 * Holding a key while muted makes one heard; letting go mutes again. Whoever switches the microphone in another
 * way in between keeps what they chose.
 */
export class PushToTalk {
  readonly #talker: Talker;
  readonly #onChange: () => void;
  #talking = false;

  constructor(talker: Talker, onChange: () => void) {
    this.#talker = talker;
    this.#onChange = onChange;
  }

  /** The key is held, and one is heard because of it. */
  get talking(): boolean {
    return this.#talking;
  }

  /** Also called by the key's repetition. Says whether the key has this meaning now. */
  press(): boolean {
    if (this.#talking) return true;
    if (!this.#talker.microphoneMuted || !this.#talker.hasMicrophone) return false;
    this.#talking = true;
    this.#talker.setMicrophoneMuted(false);
    this.#onChange();
    return true;
  }

  /** The key is up; or nobody would tell if it were: the window lost the keyboard, the call ended. */
  release(): void {
    if (!this.#talking) return;
    this.#talking = false;
    if (!this.#talker.microphoneMuted) this.#talker.setMicrophoneMuted(true);
    this.#onChange();
  }

  /** The microphone was switched; if not by us, the key has nothing more to undo. */
  onMicrophone(): void {
    if (!this.#talking || !this.#talker.microphoneMuted) return;
    this.#talking = false;
    this.#onChange();
  }

  /** The person asked to stay unmuted while holding the key. */
  keep(): void {
    if (!this.#talking) return;
    this.#talking = false;
    this.#onChange();
  }
}
