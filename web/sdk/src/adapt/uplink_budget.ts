import type { View } from '../link/control_channel.ts';
import { LinkCapacity, type UplinkSample } from './link_capacity.ts';
import type { LinkPlan } from '../link/link_plan.ts';
import { PicturePlanner } from './picture_planner.ts';
import { CAMERA_RUNGS, SCREEN_RUNGS } from './picture_ladder.ts';
import { divide, type LinkDemand, type Share, type Sources } from './uplink_division.ts';
import * as limits from './uplink_limits.ts';

/**
 * - `good`: what is shown of us is as good as it can be with so many people
 * - `reduced`: the connection carries noticeably less
 * - `paused`: to some, our camera's picture is not sent at all
 */
export type UplinkState = 'good' | 'reduced' | 'paused';

/** One link, and what is remembered of it from plan to plan. */
interface Link {
  readonly capacity: LinkCapacity;
  readonly camera: PicturePlanner;
  readonly screen: PicturePlanner;
  view: View;
  /** In bit/s, of the plan that holds. */
  allowed: number;
  starvedSince: number | null;
  pausedSince: number | null;
  pausedFor: number;
  resumedAt: number;
}

/**
 * Divides what we may send among the links of a call: audio first, then a screen, then cameras, fairly and by how large
 * each receiver shows us; below a floor a picture is held back. Knows no browser and no clock: everything is told to it.
 */
export class UplinkBudget {
  readonly #links = new Map<string, Link>();
  #sources: Sources = { camera: null, screen: null, screenAudio: false };
  #saving = false;
  #reduced = false;

  get state(): UplinkState {
    if ([...this.#links.values()].some(({ pausedSince }) => pausedSince !== null)) return 'paused';
    return this.#reduced ? 'reduced' : 'good';
  }

  setSources(sources: Sources): void {
    this.#sources = sources;
  }

  /** Caps the total by hand. */
  setDataSaver(on: boolean): void {
    this.#saving = on;
  }

  /** A link is up. */
  join(id: string, view: View, now: number): void {
    this.#links.set(id, {
      capacity: new LinkCapacity(now),
      camera: new PicturePlanner(),
      screen: new PicturePlanner(),
      view,
      allowed: Infinity,
      starvedSince: null,
      pausedSince: null,
      pausedFor: limits.PAUSE_MIN_MS,
      resumedAt: -Infinity,
    });
  }

  leave(id: string): void {
    this.#links.delete(id);
  }

  setView(id: string, view: View): void {
    const link = this.#links.get(id);
    if (link) link.view = view;
  }

  observe(id: string, sample: UplinkSample, now: number): void {
    const link = this.#links.get(id);
    link?.capacity.observe(sample, link.allowed, now);
  }

  /** What each link may send from now on. To be called whenever something was told, and every half second. */
  plan(now: number): ReadonlyMap<string, LinkPlan> {
    let shares = this.#divide();
    if (this.#pauseOne(shares, now) || this.#resumeOne(now)) shares = this.#divide();
    this.#compare(shares);
    const plans = new Map<string, LinkPlan>();
    for (const [id, link] of this.#links) {
      const share = shares.get(id);
      if (!share) continue;
      link.allowed = share.audio + share.screenAudio + share.screen + share.camera;
      plans.set(id, this.#toPlan(link, share, now));
    }
    return plans;
  }

  // --- How much ---

  /** @param trial A link whose picture is counted though it is held back. */
  #divide(trial?: Link): ReadonlyMap<string, Share> {
    const links = [...this.#links];
    const carried = links.map(([, { capacity }]) => capacity.limit);
    // Where every link is short, it is most likely the same thing that they share: our own uplink.
    const shared = carried.length > 1 && carried.every((limit) => limit < Infinity);
    const sum = carried.reduce((total, limit) => total + limit, 0);
    const demands = links.map(([id, link]): LinkDemand => {
      const { limit } = link.capacity;
      return {
        id,
        view: link.view,
        limit: shared ? limit * limits.SHARED_STRETCH : limit,
        camera: link.pausedSince === null || link === trial,
      };
    });
    return divide(shared ? Math.min(this.#total, sum) : this.#total, demands, this.#sources);
  }

  get #total(): number {
    return this.#saving ? limits.UPLINK_TOTAL_SAVING : limits.UPLINK_TOTAL;
  }

  /** Against the same with links that carry everything. */
  #compare(shares: ReadonlyMap<string, Share>): void {
    const demands = [...this.#links].map(([id, { view }]) => ({
      id,
      view,
      limit: Infinity,
      camera: true,
    }));
    const ideal = pictures(divide(this.#total, demands, this.#sources));
    const part = ideal === 0 ? 1 : pictures(shares) / ideal;
    this.#reduced = part < (this.#reduced ? limits.GOOD_ABOVE : limits.REDUCED_BELOW);
  }

  // --- Holding pictures back ---

  #wantsCamera({ view }: Link): boolean {
    return this.#sources.camera !== null && view.camera !== 'hidden';
  }

  /** At most one at a time: what it leaves may be enough for the others. */
  #pauseOne(shares: ReadonlyMap<string, Share>, now: number): boolean {
    let worst: { link: Link; worth: number } | null = null;
    for (const [id, link] of this.#links) {
      if (!this.#wantsCamera(link)) {
        link.starvedSince = link.pausedSince = null;
        continue;
      }
      const got = shares.get(id)?.camera ?? 0;
      const starved = link.pausedSince === null && got < limits.CAMERA_FLOOR;
      link.starvedSince = starved ? (link.starvedSince ?? now) : null;
      if (link.starvedSince === null || now - link.starvedSince < limits.PAUSE_AFTER_MS) continue;
      const worth = got + (link.view.camera === 'large' ? limits.CAMERA_FLOOR : 0);
      if (!worst || worth <= worst.worth) worst = { link, worth };
    }
    if (!worst) return false;
    const { link } = worst;
    const again = now - link.resumedAt < limits.PAUSE_AGAIN_WITHIN_MS;
    const doubled = Math.min(limits.PAUSE_MIN_CAP_MS, link.pausedFor * 2);
    link.pausedFor = again ? doubled : limits.PAUSE_MIN_MS;
    link.pausedSince = now;
    link.starvedSince = null;
    return true;
  }

  /** Only where it gets enough, and nobody else too little by it. */
  #resumeOne(now: number): boolean {
    const held = [...this.#links].filter(
      ([, { pausedSince, pausedFor }]) => pausedSince !== null && now - pausedSince >= pausedFor,
    );
    const large = held.filter(([, { view }]) => view.camera === 'large');
    for (const [id, link] of [...large, ...held]) {
      const trial = this.#divide(link);
      const enough = [...this.#links].every(([other, { pausedSince, ...rest }]) => {
        const got = trial.get(other)?.camera ?? 0;
        if (other === id) return got >= limits.CAMERA_RESUME;
        const sent = pausedSince === null && rest.view.camera !== 'hidden';
        return !sent || got >= limits.CAMERA_FLOOR;
      });
      if (!enough) continue;
      link.pausedSince = null;
      link.resumedAt = now;
      return true;
    }
    return false;
  }

  // --- What that means for the senders ---

  #toPlan(link: Link, share: Share, now: number): LinkPlan {
    const { camera, screen } = this.#sources;
    const { view, pausedSince } = link;
    const content = screen?.content ?? 'text';
    return {
      senders: {
        audio: { active: true, maxBitrate: share.audio },
        video: link.camera.plan({
          active: this.#wantsCamera(link) && pausedSince === null,
          bitrate: Math.max(limits.CAMERA_LEAST, share.camera),
          source: camera,
          rungs: CAMERA_RUNGS,
          now,
        }),
        screen: {
          ...link.screen.plan({
            active: screen !== null && view.screen !== 'hidden',
            bitrate: Math.max(limits.SCREEN_LEAST, share.screen),
            source: screen,
            rungs: SCREEN_RUNGS[content],
            now,
          }),
          degradationPreference: content === 'text' ? 'maintain-resolution' : 'balanced',
        },
        screen_audio: {
          active: share.screenAudio > 0,
          maxBitrate: Math.max(limits.SCREEN_AUDIO_LEAN, share.screenAudio),
        },
      },
      videoPaused: pausedSince !== null,
    };
  }
}

function pictures(shares: ReadonlyMap<string, Share>): number {
  return [...shares.values()].reduce((sum, { screen, camera }) => sum + screen + camera, 0);
}
