import * as limits from './uplink_limits.ts';

/** What a link told of its sending since it was asked last. */
export interface UplinkSample {
  /** The browser's own estimate, in bit/s; null where it tells none (Firefox). */
  readonly available: number | null;
  /** In bit/s, headers included. */
  readonly sent: number;
  /** Part of the packets that did not arrive, 0 to 1; null when nothing is known. */
  readonly loss: number | null;
  /** In seconds; null when nothing is known. */
  readonly roundTrip: number | null;
}

/** How much one link carries, as far as it has shown: nothing is known of what was never tried. */
export class LinkCapacity {
  #limit = Infinity;
  #roundTripMin = Infinity;
  #lastCut = -Infinity;
  readonly #since: number;

  /** @param now Of performance.now(), as everywhere here. */
  constructor(now: number) {
    this.#since = now;
  }

  /** In bit/s; Infinity while no limit has been felt. */
  get limit(): number {
    return this.#limit;
  }

  /** @param allowed What the plan let this link send, in bit/s. */
  observe(sample: UplinkSample, allowed: number, now: number): void {
    if (now - this.#since < limits.SETTLE_MS) return;
    if (sample.available === null) this.#infer(sample, now);
    else this.#follow(sample.available, sample.sent, allowed);
  }

  #follow(available: number, sent: number, allowed: number): void {
    const binds = available < allowed && sent >= available * limits.ESTIMATE_USED;
    if (!binds) {
      const room = available > this.#limit;
      this.#grow(allowed, room ? limits.LIMIT_GROWTH_KNOWN : limits.LIMIT_GROWTH);
      return;
    }
    const before = Math.min(this.#limit, allowed, limits.UPLINK_TOTAL);
    const part = available < before ? limits.ESTIMATE_FALL : limits.ESTIMATE_RISE;
    this.#set(before + (available - before) * part);
  }

  /** Additive increase would be too slow at high and too fast at low bitrates: both steps are factors. */
  #infer({ sent, loss, roundTrip }: UplinkSample, now: number): void {
    if (roundTrip !== null) this.#roundTripMin = Math.min(this.#roundTripMin, roundTrip);
    const queued = roundTrip !== null && roundTrip - this.#roundTripMin > limits.DELAY_CONGESTED_S;
    const lossy = loss !== null && loss >= limits.LOSS_CONGESTED;
    if (queued || lossy) {
      if (now - this.#lastCut < limits.CUT_INTERVAL_MS) return;
      this.#lastCut = now;
      const factor = lossy ? 1 - loss / 2 : limits.DELAY_CUT;
      this.#set(Math.min(this.#limit, sent) * factor);
    } else if ((loss ?? 0) < limits.LOSS_FINE) {
      this.#grow(limits.UPLINK_TOTAL, limits.LIMIT_GROWTH);
    }
  }

  #grow(enough: number, factor: number): void {
    if (this.#limit === Infinity) return;
    const grown = this.#limit * factor;
    // Beyond what anybody may send it is no limit any more.
    this.#limit = grown > Math.max(enough, limits.UPLINK_TOTAL) ? Infinity : grown;
  }

  #set(limit: number): void {
    this.#limit = Math.max(limits.LINK_LIMIT_MIN, limit);
  }
}
