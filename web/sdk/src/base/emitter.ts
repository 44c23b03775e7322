import { createLogger } from './logger.ts';

const log = createLogger('emitter');

type Listener<Payload> = (payload: Payload) => void;

/**
 * Typed events. `Events` maps each name to its payload (`void` for none). Listeners run at once, in the
 * order in which they came; one that throws stops neither the others nor the emitter.
 */
export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();

  /** Returns the function that takes the listener away again. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    let listeners = this.#listeners.get(name);
    if (!listeners) this.#listeners.set(name, (listeners = new Set()));
    listeners.add(listener);
    return () => this.off(name, listener);
  }

  off<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): void {
    this.#listeners.get(name)?.delete(listener);
  }

  once<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const off = this.on(name, (payload) => {
      off();
      listener(payload);
    });
    return off;
  }

  protected emit<Name extends keyof Events>(
    name: Name,
    ...payload: Events[Name] extends void ? [] : [Events[Name]]
  ): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as (...payload: unknown[]) => void)(...payload);
      } catch (error) {
        // The listener's own fault: report it as the browser reports uncaught ones, and go on.
        log.error(`a listener of "${String(name)}" threw`, error);
        if (typeof reportError === 'function') reportError(error);
      }
    }
  }
}
