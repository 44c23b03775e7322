import type { ReactiveController } from 'lit';
import { beforeEach, expect, it, vi } from 'vitest';

import { Watch } from './watch.ts';

/** Somebody to be listened to. */
class Source {
  readonly #listeners = new Set<() => void>();

  get heardBy(): number {
    return this.#listeners.size;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  change(): void {
    for (const listener of this.#listeners) listener();
  }
}

let source: Source;
let other: Source;
let watched: readonly Source[];
let watch: Watch;
const requestUpdate = vi.fn();

beforeEach(() => {
  [source, other] = [new Source(), new Source()];
  watched = [source];
  requestUpdate.mockClear();
  const host = {
    addController: (_: ReactiveController) => undefined,
    removeController: (_: ReactiveController) => undefined,
    requestUpdate,
    updateComplete: Promise.resolve(true),
  };
  watch = new Watch(host, () => watched.map((one) => [one, one.subscribe]));
  watch.hostConnected();
  watch.hostUpdate();
});

it('draws the element anew when a source changes, and listens once however often it is drawn', () => {
  watch.hostUpdate();
  expect(source.heardBy).toBe(1);
  requestUpdate.mockClear();
  source.change();
  expect(requestUpdate).toHaveBeenCalledOnce();
});

it('leaves a source for another', () => {
  watched = [other];
  watch.hostUpdate();
  expect([source.heardBy, other.heardBy]).toEqual([0, 1]);
});

it('leaves its sources with the page, also when the element is drawn once more after that', () => {
  watch.hostDisconnected();
  expect(source.heardBy).toBe(0);
  watch.hostUpdate();
  expect(source.heardBy).toBe(0);
});

it('listens again when the element is back on the page', () => {
  watch.hostDisconnected();
  watch.hostConnected();
  watch.hostUpdate();
  expect(source.heardBy).toBe(1);
});
