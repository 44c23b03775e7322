import type { View } from '../../src/link/control_channel.ts';
import type { LinkPlan } from '../../src/link/link_plan.ts';
import { UplinkBudget } from '../../src/adapt/uplink_budget.ts';
import { AUDIO_OVERHEAD } from '../../src/adapt/uplink_limits.ts';

const STEP_MS = 500;

interface Peer {
  /** What its own path carries, in bit/s. */
  path: number;
  plan: LinkPlan | null;
}

/**
 * A budget whose plans are sent over an uplink, in virtual time: the links share it fairly, as congestion control
 * makes them, and tell an estimate as Chromium does; or they lose packets alike, which is all that Firefox tells.
 */
export class NarrowUplink {
  readonly budget = new UplinkBudget();
  /** What all links together carry, in bit/s. */
  capacity = Infinity;
  now = 0;
  /** Links whose picture was held back or sent again, in order. */
  readonly history: { at: number; id: string; paused: boolean }[] = [];
  readonly #estimates: boolean;
  readonly #peers = new Map<string, Peer>();

  constructor(browser: 'chromium' | 'firefox' = 'chromium') {
    this.#estimates = browser === 'chromium';
    this.budget.setSources({
      camera: { height: 720, frameRate: 30 },
      screen: null,
      screenAudio: false,
    });
  }

  join(id: string, view: Partial<View> = {}): void {
    this.budget.join(id, { camera: 'large', screen: 'large', ...view }, this.now);
    this.#peers.set(id, { path: Infinity, plan: null });
    this.#plan();
  }

  leave(id: string): void {
    this.budget.leave(id);
    this.#peers.delete(id);
    this.#plan();
  }

  narrow(id: string, path: number): void {
    const peer = this.#peers.get(id);
    if (peer) peer.path = path;
  }

  view(id: string, view: Partial<View>): void {
    this.budget.setView(id, { camera: 'large', screen: 'large', ...view });
    this.#plan();
  }

  pass(ms: number): void {
    for (const end = this.now + ms; this.now < end;) {
      this.now += STEP_MS;
      this.#measure();
      this.#plan();
    }
  }

  /** As it holds now. */
  plan(id: string): LinkPlan {
    const plan = this.#peers.get(id)?.plan;
    if (!plan) throw new Error(`no plan for ${id}`);
    return plan;
  }

  /** The camera's bitrate; 0 while it is not sent. */
  camera(id: string): number {
    const { active, maxBitrate } = this.plan(id).senders.video;
    return active ? maxBitrate : 0;
  }

  /** What all plans let out, headers of audio included. */
  get total(): number {
    return [...this.#peers.values()].reduce((sum, { plan }) => sum + bitrateOf(plan), 0);
  }

  #plan(): void {
    for (const [id, plan] of this.budget.plan(this.now)) {
      const peer = this.#peers.get(id);
      if (!peer) continue;
      const paused = plan.videoPaused;
      if (paused !== (peer.plan?.videoPaused ?? false))
        this.history.push({ at: this.now, id, paused });
      peer.plan = plan;
    }
  }

  #measure(): void {
    const shares = this.#estimates ? this.#fairly() : this.#byQueue();
    for (const [id, peer] of this.#peers) {
      const share = Math.min(shares.get(id) ?? 0, peer.path);
      const wanted = bitrateOf(peer.plan);
      const congested = wanted > share;
      this.budget.observe(
        id,
        {
          available: this.#estimates ? (congested ? share : wanted * 1.5 + 10_000) : null,
          sent: Math.min(wanted, share),
          loss: congested ? 1 - share / wanted : 0,
          roundTrip: 0.05,
        },
        this.now,
      );
    }
  }

  #fairly(): Map<string, number> {
    let left = this.capacity;
    let rest = this.#peers.size;
    const byDemand = [...this.#peers].sort(([, one], [, other]) => demand(one) - demand(other));
    return new Map(
      byDemand.map(([id, peer]) => {
        const share = left / rest;
        left -= Math.min(demand(peer), share);
        rest -= 1;
        return [id, share];
      }),
    );
  }

  /** A full queue drops what comes, whoever's it is. */
  #byQueue(): Map<string, number> {
    const wanted = [...this.#peers].map(([id, peer]) => [id, demand(peer)] as const);
    const sum = wanted.reduce((total, [, bitrate]) => total + bitrate, 0);
    const part = this.capacity / sum;
    return new Map(wanted.map(([id, bitrate]) => [id, part < 1 ? bitrate * part : Infinity]));
  }
}

function demand({ plan, path }: Peer): number {
  return Math.min(bitrateOf(plan), path);
}

function bitrateOf(plan: LinkPlan | null): number {
  if (!plan) return 0;
  const { audio, video, screen, screen_audio: sound } = plan.senders;
  const sent = [audio, video, screen, sound].filter(({ active }) => active);
  const headers = AUDIO_OVERHEAD * (sound.active ? 2 : 1);
  return sent.reduce((sum, { maxBitrate }) => sum + maxBitrate, headers);
}
