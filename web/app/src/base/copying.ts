import type { ReactiveController, ReactiveControllerHost } from 'lit';

const COPIED_SHOWN_MS = 2500;

/** The page's address means another computer on every computer: useless to send. */
export const onlyHere = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname);

/** Copies for a component, and says for a moment that it was done. */
export class Copying implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #copied = false;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  get copied(): boolean {
    return this.#copied;
  }

  hostDisconnected(): void {
    clearTimeout(this.#timer);
    this.#copied = false;
  }

  /** False where the browser does not allow it: not over HTTPS, or the person said no. */
  async copy(text: string): Promise<boolean> {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      return false;
    }
    this.#show(true);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#show(false);
    }, COPIED_SHOWN_MS);
    return true;
  }

  #show(copied: boolean): void {
    this.#copied = copied;
    this.#host.requestUpdate();
  }
}
