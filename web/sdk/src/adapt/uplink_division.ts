// How a bitrate is divided: pure arithmetic, without memory. All bitrates in bit/s.
import type { View } from '../link/control_channel.ts';
import type { ViewSize } from '../link/control_message.ts';
import * as limits from './uplink_limits.ts';

export interface Picture {
  /** Of the shorter side, in pixels. */
  readonly height: number;
  readonly frameRate: number;
}

/** What we have to send. */
export interface Sources {
  readonly camera: Picture | null;
  readonly screen: (Picture & { readonly content: 'text' | 'motion' }) | null;
  readonly screenAudio: boolean;
}

export interface LinkDemand {
  readonly id: string;
  /** How the other side shows what we send. */
  readonly view: View;
  /** What the link carries at most. */
  readonly limit: number;
  /** False where the camera's picture is held back. */
  readonly camera: boolean;
}

export interface Share {
  audio: number;
  screenAudio: number;
  screen: number;
  camera: number;
}

interface Claim {
  readonly share: Share;
  readonly demand: LinkDemand;
  room: number;
}

/** What each link may send of everything, by its id: audio first, a screen before cameras. */
export function divide(
  total: number,
  demands: readonly LinkDemand[],
  sources: Sources,
): ReadonlyMap<string, Share> {
  const claims = demands.map((demand) => ({
    demand,
    share: { audio: 0, screenAudio: 0, screen: 0, camera: 0 },
    room: demand.limit,
  }));
  let pool = total - giveAudio(claims, total, sources);
  const layers: [slot: 'screen' | 'camera', upTo: (claim: Claim) => number][] = [
    ['screen', ({ demand }) => screenNeed(limits.SCREEN_MODEST, demand, sources)],
    ['camera', ({ demand }) => Math.min(limits.CAMERA_MODEST, cameraPeak(demand, sources))],
    ['screen', ({ demand }) => screenNeed(limits.SCREEN_PEAK, demand, sources)],
    ['camera', ({ demand }) => cameraPeak(demand, sources)],
  ];
  for (const [slot, upTo] of layers) pool -= fill(claims, slot, pool, upTo);
  return new Map(claims.map(({ demand, share }) => [demand.id, share]));
}

/** Audio is sent whatever there is: where it does not fit, nothing would. Returns what it takes. */
function giveAudio(claims: readonly Claim[], total: number, sources: Sources): number {
  let taken = 0;
  for (const claim of claims) {
    const { share, demand } = claim;
    const lean = Math.min(claim.room, total / claims.length) < limits.AUDIO_LEAN_BELOW;
    share.audio = lean ? limits.AUDIO_LEAN : limits.AUDIO_FULL;
    let cost = share.audio + limits.AUDIO_OVERHEAD;
    if (sources.screenAudio && demand.view.screen !== 'hidden') {
      share.screenAudio = lean ? limits.SCREEN_AUDIO_LEAN : limits.SCREEN_AUDIO_FULL;
      cost += share.screenAudio + limits.AUDIO_OVERHEAD;
    }
    claim.room = Math.max(0, claim.room - cost);
    taken += cost;
  }
  return taken;
}

/** Weighted and fair: what one can't use the others get. Returns what was given. */
function fill(
  claims: readonly Claim[],
  slot: 'screen' | 'camera',
  pool: number,
  upTo: (claim: Claim) => number,
): number {
  let open = claims.map((claim) => ({
    claim,
    weight: weightOf(claim.demand.view[slot]),
    want: Math.min(claim.room, Math.max(0, upTo(claim) - claim.share[slot])),
  }));
  let left = Math.max(0, pool);
  while (open.length > 0 && left > 0) {
    const perWeight = left / open.reduce((sum, { weight }) => sum + weight, 0);
    const sated = open.filter(({ want, weight }) => want <= perWeight * weight);
    const served = sated.length > 0 ? sated : open;
    for (const { claim, want, weight } of served) {
      const given = Math.min(want, perWeight * weight);
      claim.share[slot] += given;
      claim.room -= given;
      left -= given;
    }
    open = open.filter((one) => !served.includes(one));
  }
  return Math.max(0, pool) - left;
}

function weightOf(size: ViewSize): number {
  return size === 'large' ? limits.WEIGHT_LARGE : 1;
}

function screenNeed(
  need: Readonly<Record<'text' | 'motion', number>>,
  { view }: LinkDemand,
  { screen }: Sources,
): number {
  if (!screen || view.screen === 'hidden') return 0;
  return need[screen.content] * (view.screen === 'small' ? limits.SCREEN_SMALL_PART : 1);
}

function cameraPeak({ view, camera: sent }: LinkDemand, { camera }: Sources): number {
  if (!camera || !sent || view.camera === 'hidden') return 0;
  const heights = Object.keys(limits.CAMERA_PEAK).map(Number);
  // A camera that is none of these is at most as good as the next better one.
  const height = heights.find((known) => known >= camera.height) ?? Math.max(...heights);
  const peak = limits.CAMERA_PEAK[height] ?? limits.CAMERA_PEAK_SMALL;
  // Twice the frames are less than twice the bits: one frame is like the next.
  const fluent = peak * Math.sqrt(Math.min(60, camera.frameRate) / 30);
  return view.camera === 'small' ? Math.min(limits.CAMERA_PEAK_SMALL, fluent) : fluent;
}
