export const IDLE_AFTER_MS = 4000;

/**
 * Whether the controls may step back: only once a pointer has moved and come to rest, and never for people who
 * used the keyboard last.
 */
export class IdleWatch {
  readonly #onChange: () => void;
  #idle = false;
  #keyboard = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get idle(): boolean {
    return this.#idle;
  }

  /** Call it when done. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#set(false);
  }

  onPointer(): void {
    this.#keyboard = false;
    this.#wake();
  }

  onKey(): void {
    this.#keyboard = true;
    this.#wake();
  }

  #wake(): void {
    clearTimeout(this.#timer);
    this.#set(false);
    if (this.#keyboard) return;
    this.#timer = setTimeout(() => {
      this.#set(true);
    }, IDLE_AFTER_MS);
  }

  #set(idle: boolean): void {
    if (idle === this.#idle) return;
    this.#idle = idle;
    this.#onChange();
  }
}
