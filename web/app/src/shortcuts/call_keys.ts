import { focusOf, isTalkKey, type ShortcutAction, shortcutOf } from './shortcuts.ts';

interface KeyHandlers {
  onShortcut(action: ShortcutAction): void;
  /** Says whether the key means that now; if not, the page keeps it. */
  onTalkPress(): boolean;
  onTalkRelease(): void;
}

/** Listens to the keyboard of the whole page while a call is on the screen. */
export class CallKeys {
  readonly #handlers: KeyHandlers;

  constructor(handlers: KeyHandlers) {
    this.#handlers = handlers;
  }

  start(): void {
    addEventListener('keydown', this.#onDown);
    addEventListener('keyup', this.#onUp);
    addEventListener('blur', this.#onAway);
    document.addEventListener('visibilitychange', this.#onAway);
  }

  stop(): void {
    removeEventListener('keydown', this.#onDown);
    removeEventListener('keyup', this.#onUp);
    removeEventListener('blur', this.#onAway);
    document.removeEventListener('visibilitychange', this.#onAway);
    this.#handlers.onTalkRelease();
  }

  readonly #onDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const focus = focusOf(event.composedPath());
    if (isTalkKey(event, focus)) {
      if (this.#handlers.onTalkPress()) event.preventDefault(); // it would scroll
      return;
    }
    const action = shortcutOf(event, focus);
    if (action === null) return;
    event.preventDefault(); // "?" and "/" open a search in some browsers
    this.#handlers.onShortcut(action);
  };

  // Wherever the focus is by now: a key that is up talks no more.
  readonly #onUp = (event: KeyboardEvent): void => {
    if (event.code === 'Space') this.#handlers.onTalkRelease();
  };

  /** The key may be let go where nobody tells us. */
  readonly #onAway = (): void => {
    this.#handlers.onTalkRelease();
  };
}
