import type { SenderPlan } from '../link/link_plan.ts';
import { PictureLadder, SteadyBitrate, type Rung } from './picture_ladder.ts';
import type { Picture } from './uplink_division.ts';

/** What the sender of one picture over one link is told. */
export class PicturePlanner {
  readonly #ladder = new PictureLadder();
  readonly #bitrate = new SteadyBitrate();
  #plan: SenderPlan | null = null;

  /** @param options.source The picture as it comes from the device. */
  plan(options: {
    active: boolean;
    bitrate: number;
    source: Picture | null;
    rungs: readonly Rung[];
    now: number;
  }): SenderPlan {
    const { active, source, now } = options;
    if (!active || !source) {
      this.#ladder.reset();
      // What is not sent keeps what it had: nothing is to be set for it.
      this.#plan = {
        ...(this.#plan ?? { maxBitrate: Math.round(options.bitrate) }),
        active: false,
      };
      return this.#plan;
    }
    const rung = this.#ladder.pick(options.rungs, options.bitrate, now);
    this.#plan = {
      active,
      maxBitrate: this.#bitrate.follow(Math.round(options.bitrate), now),
      scaleResolutionDownBy: Math.round(Math.max(1, source.height / rung.height) * 100) / 100,
      maxFramerate: Math.min(rung.frameRate, source.frameRate),
    };
    return this.#plan;
  }
}
