import {
  SPEAKER_HOLD_MS,
  SPEAKER_LOUDER_FACTOR,
  SPEAKER_TAKEOVER_MS,
  VOICE_AVERAGE_MS,
  VOICE_LEVEL_MAX,
  VOICE_LEVEL_MIN,
} from '../base/limits.ts';

/** Who speaks, of several: a cough does not take the floor, and a pause for breath does not give it away. */
export class SpeakerDetector<Id> {
  readonly #loudness = new Map<Id, number>();
  #speaker: Id | null = null;
  #heardAt = 0;
  #challenger: Id | null = null;
  #challengedAt = 0;
  #observedAt = 0;

  get speaker(): Id | null {
    return this.#speaker;
  }

  /** @param levels Of everybody who could be heard, 0 to 1. @param now Of performance.now(). */
  observe(levels: ReadonlyMap<Id, number>, now: number): Id | null {
    this.#smooth(levels, now);
    const current = this.#speaker === null ? 0 : (this.#loudness.get(this.#speaker) ?? 0);
    if (current >= VOICE_LEVEL_MIN) this.#heardAt = now;
    if (this.#speaker !== null && !levels.has(this.#speaker)) this.#speaker = null;
    this.#challenge(this.#loudest(), current, now);
    if (this.#speaker !== null && now - this.#heardAt > SPEAKER_HOLD_MS) this.#speaker = null;
    return this.#speaker;
  }

  #challenge(loudest: Id | null, current: number, now: number): void {
    const level = loudest === null ? 0 : (this.#loudness.get(loudest) ?? 0);
    const louder = level >= Math.max(VOICE_LEVEL_MIN, current * SPEAKER_LOUDER_FACTOR);
    if (loudest === null || loudest === this.#speaker || !louder) {
      this.#challenger = null;
      return;
    }
    if (loudest !== this.#challenger) {
      this.#challenger = loudest;
      this.#challengedAt = now;
    }
    if (now - this.#challengedAt < SPEAKER_TAKEOVER_MS) return;
    this.#speaker = loudest;
    this.#heardAt = now;
    this.#challenger = null;
  }

  /** An average over syllables and the gaps between them, in which one loud moment counts for little. */
  #smooth(levels: ReadonlyMap<Id, number>, now: number): void {
    const kept = Math.exp(-(now - this.#observedAt) / VOICE_AVERAGE_MS);
    this.#observedAt = now;
    for (const id of this.#loudness.keys()) if (!levels.has(id)) this.#loudness.delete(id);
    for (const [id, level] of levels) {
      const before = this.#loudness.get(id) ?? 0;
      this.#loudness.set(id, before * kept + Math.min(level, VOICE_LEVEL_MAX) * (1 - kept));
    }
  }

  #loudest(): Id | null {
    let loudest: Id | null = null;
    let most = VOICE_LEVEL_MIN;
    for (const [id, level] of this.#loudness) {
      if (level < most) continue;
      most = level;
      loudest = id;
    }
    return loudest;
  }
}
