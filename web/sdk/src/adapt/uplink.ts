import type { View } from '../link/control_channel.ts';
import { Emitter } from '../base/emitter.ts';
import { UPLINK_INTERVAL_MS } from '../base/limits.ts';
import type { Member, Mesh } from '../mesh/mesh.ts';
import { UplinkBudget, type UplinkState } from './uplink_budget.ts';
import type { Picture, Sources } from './uplink_division.ts';
import { UplinkMeter } from './uplink_stats.ts';

interface UplinkEvents {
  change: UplinkState;
}

interface Watched {
  readonly member: Member;
  view: View;
  /** Null while the link is down: it takes no part in the division. */
  meter: UplinkMeter | null;
}

const LARGE: View = { camera: 'large', screen: 'large' };

/** Watches what the links of a call carry and what is to be sent, and divides the one among the other. */
export class Uplink extends Emitter<UplinkEvents> {
  readonly #mesh: Mesh;
  readonly #budget = new UplinkBudget();
  readonly #watched = new Map<string, Watched>();
  #state: UplinkState = 'good';
  #plannedAt = -Infinity;

  constructor(mesh: Mesh) {
    super();
    this.#mesh = mesh;
    mesh.on('linked', (member) => {
      this.#watch(member);
    });
    mesh.on('unlinked', ({ participant }) => {
      this.#watched.delete(participant.id);
      this.#budget.leave(participant.id);
      this.#plan();
    });
    mesh.on('change', () => {
      this.#onLinks();
    });
    mesh.on('media', () => {
      this.#plan();
    });
    for (const member of mesh.members) this.#watch(member);
    this.#onLinks();
  }

  /** Of our own sending. */
  get state(): UplinkState {
    return this.#state;
  }

  setDataSaver(on: boolean): void {
    this.#budget.setDataSaver(on);
    this.#plan();
  }

  #watch(member: Member): void {
    const { participant, link } = member;
    // Until they have told, they are taken to look at us.
    const watched: Watched = { member, view: link.control.theirView ?? LARGE, meter: null };
    this.#watched.set(participant.id, watched);
    link.control.on('view', (view) => {
      watched.view = view;
      this.#budget.setView(participant.id, view);
      this.#plan();
    });
    link.on('stats', (report) => {
      const now = performance.now();
      const sample = watched.meter?.read(report, now);
      if (sample) this.#budget.observe(participant.id, sample, now);
      if (now - this.#plannedAt >= UPLINK_INTERVAL_MS) this.#plan();
    });
  }

  #onLinks(): void {
    let changed = false;
    for (const [id, watched] of this.#watched) {
      const up = watched.member.link.state === 'connected';
      if (up === (watched.meter !== null)) continue;
      changed = true;
      watched.meter = up ? new UplinkMeter() : null;
      if (up) this.#budget.join(id, watched.view, performance.now());
      else this.#budget.leave(id);
    }
    if (changed) this.#plan();
  }

  #plan(): void {
    this.#plannedAt = performance.now();
    this.#budget.setSources(this.#sources);
    for (const [id, plan] of this.#budget.plan(this.#plannedAt)) {
      this.#watched.get(id)?.member.link.setPlan(plan);
    }
    const { state } = this.#budget;
    if (state === this.#state) return;
    this.#state = state;
    this.emit('change', state);
  }

  get #sources(): Sources {
    const { video, screen, screen_audio } = this.#mesh.tracks;
    const content = screen?.contentHint === 'motion' ? 'motion' : 'text';
    return {
      camera: video && pictureOf(video),
      screen: screen && { ...pictureOf(screen), content },
      screenAudio: screen_audio !== null,
    };
  }
}

/** A phone's picture stands upright: its shorter side is its width. */
function pictureOf(track: MediaStreamTrack): Picture {
  const { width = 1280, height = 720, frameRate = 30 } = track.getSettings();
  return { height: Math.min(width, height), frameRate };
}
