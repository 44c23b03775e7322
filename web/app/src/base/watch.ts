import type { ReactiveController, ReactiveControllerHost } from 'lit';

import { OncePerFrame } from './once_per_frame.ts';

type Subscribe = (listener: () => void) => () => void;

/**
 * Keeps a Lit element current with sources that come and go as its properties change (a view model, a
 * call, the local media); draws it at most once in a frame. `sources` names them by identity before every update; what is new is subscribed
 * to, what is gone is left.
 */
export class Watch implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #sources: () => Iterable<readonly [object, Subscribe]>;
  readonly #subscribed = new Map<object, () => void>();
  readonly #drawing: OncePerFrame;
  #connected = false;

  constructor(host: ReactiveControllerHost, sources: () => Iterable<readonly [object, Subscribe]>) {
    this.#host = host;
    this.#sources = sources;
    this.#drawing = new OncePerFrame(() => {
      host.requestUpdate();
    });
    host.addController(this);
  }

  hostConnected(): void {
    this.#connected = true;
    this.#host.requestUpdate();
  }

  hostUpdate(): void {
    // What was to be drawn when the element left the page is drawn all the same.
    if (!this.#connected) return;
    const wanted = new Map(this.#sources());
    for (const [source, end] of this.#subscribed) {
      if (wanted.has(source)) continue;
      end();
      this.#subscribed.delete(source);
    }
    for (const [source, subscribe] of wanted) {
      if (this.#subscribed.has(source)) continue;
      this.#subscribed.set(
        source,
        subscribe(() => {
          this.#drawing.request();
        }),
      );
    }
  }

  hostDisconnected(): void {
    this.#connected = false;
    this.#drawing.cancel();
    for (const end of this.#subscribed.values()) end();
    this.#subscribed.clear();
  }
}
