import type { Call, ViewSize } from '@visavis/client';

import type { Public } from '../../base/public.ts';
import { cameraKey, type Placed, screenKey } from './stage_plan.ts';

/** Tiles jump while people come, go and turn their phones; the senders hear of where that ends. */
export const WISHES_SETTLE_MS = 400;
/** A picture that is shown at least so high, in CSS pixels, is worth being sent large. */
export const LARGE_FROM_HEIGHT = 340;

interface Wish {
  readonly camera: ViewSize;
  readonly screen: ViewSize;
}

/** Tells the others how large their pictures are shown here, so that nobody sends what nobody looks at. */
export class ViewWishes {
  readonly #call: Pick<Public<Call>, 'setView' | 'participants'>;
  readonly #told = new Map<string, Wish>();
  #plan: readonly Placed[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(call: Pick<Public<Call>, 'setView' | 'participants'>) {
    this.#call = call;
  }

  /** Call it after every plan. */
  follow(plan: readonly Placed[]): void {
    this.#plan = plan;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, WISHES_SETTLE_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
  }

  #tell(): void {
    const { participants } = this.#call;
    for (const id of this.#told.keys()) {
      if (!participants.some((other) => other.id === id)) this.#told.delete(id);
    }
    for (const { id, sharing } of participants) {
      // A screen is legible large or not at all; and what is not shared yet will be shown large.
      const screen = this.#sizeOf(screenKey(id));
      const wish: Wish = {
        camera: this.#sizeOf(cameraKey(id)),
        screen: sharing ? screen : 'large',
      };
      const before = this.#told.get(id);
      if (before?.camera === wish.camera && before.screen === wish.screen) continue;
      this.#told.set(id, wish);
      this.#call.setView(id, wish);
    }
  }

  #sizeOf(key: string): ViewSize {
    const placed = this.#plan.find((one) => one.key === key);
    if (!placed) return 'hidden';
    return placed.box.height >= LARGE_FROM_HEIGHT ? 'large' : 'small';
  }
}
