import type { CallState, UplinkState } from '@visavis/client';

/** Lost and found again once may be the other side's Wi-Fi; more often, or for longer, it is worth a look. */
const BREAKS_MAX = 1;
/** So long may pictures be held back, or be poor, before a call was a bad one. */
const PAUSED_MS_MAX = 15_000;
const REDUCED_MS_MAX = 60_000;

/** Whether a call was a bad one, from what it told while it stood. */
export class CallTrouble {
  #breaks = 0;
  #uplink: UplinkState = 'good';
  #since = 0;
  #lastedMs: Record<UplinkState, number> = { good: 0, reduced: 0, paused: 0 };

  onState(state: CallState): void {
    if (state === 'reconnecting') this.#breaks += 1;
  }

  /** @param now Of Date.now(), as everywhere here. */
  onUplink(state: UplinkState, now: number): void {
    this.#count(now);
    this.#uplink = state;
  }

  wasBad(now: number): boolean {
    this.#count(now);
    const { reduced, paused } = this.#lastedMs;
    return this.#breaks > BREAKS_MAX || paused > PAUSED_MS_MAX || reduced + paused > REDUCED_MS_MAX;
  }

  #count(now: number): void {
    this.#lastedMs[this.#uplink] += Math.max(0, now - this.#since);
    this.#since = now;
  }
}
