import { Observable } from '../base/observable.ts';

/** More at once would cover what people look at; the oldest gives way. */
export const TOASTS_MAX = 3;
/** Time to read a sentence; more where there is something to press. */
export const TOAST_MS = 6_000;
export const ACTION_TOAST_MS = 12_000;

export interface Toast {
  readonly text: string;
  /** Something the person may do about it; pressing it closes the toast. */
  readonly action?: { readonly label: string; readonly run: () => void };
  /** A toast of the same key takes the place of the one that is still shown. */
  readonly key?: string;
}

export interface ShownToast extends Toast {
  readonly id: number;
}

/** Short words to the person that come and go: at most a few at once, none twice, and time to read each. */
export class ToastQueue extends Observable {
  #shown: readonly ShownToast[] = [];
  #lastId = 0;
  #held = false;
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>();

  get shown(): readonly ShownToast[] {
    return this.#shown;
  }

  show(toast: Toast): void {
    const shown = { ...toast, id: ++this.#lastId };
    const same = this.#shown.find((other) => isSame(other, toast));
    if (same) this.#forget(same.id);
    while (this.#shown.length >= TOASTS_MAX) this.#forget(this.#shown[0]?.id ?? 0);
    this.#shown = [...this.#shown, shown];
    if (!this.#held) this.#startTimer(shown);
    this.changed();
  }

  dismiss(id: number): void {
    this.#forget(id);
    this.changed();
  }

  /** Runs the action and closes the toast. */
  act(id: number): void {
    const toast = this.#shown.find((shown) => shown.id === id);
    this.dismiss(id);
    toast?.action?.run();
  }

  /** While a pointer or the focus is on them, none goes away. */
  hold(): void {
    this.#held = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  /** All get their full time again. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    for (const toast of this.#shown) this.#startTimer(toast);
  }

  #startTimer(toast: ShownToast): void {
    const timer = setTimeout(
      () => {
        this.dismiss(toast.id);
      },
      toast.action ? ACTION_TOAST_MS : TOAST_MS,
    );
    this.#timers.set(toast.id, timer);
  }

  #forget(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.#shown = this.#shown.filter((toast) => toast.id !== id);
  }
}

function isSame(shown: ShownToast, toast: Toast): boolean {
  return toast.key === undefined ? shown.text === toast.text : shown.key === toast.key;
}
