/** A louder level than breath and a keyboard, on the scale of `loudness`. */
export const SPEECH_LEVEL = 0.3;
/** So much of the last `SPEECH_WINDOW` measurements has to be speech: a cough or a door is over sooner. */
export const SPEECH_MEASUREMENTS = 5;
export const SPEECH_WINDOW = 8;
export const MEASURE_INTERVAL_MS = 100;
/** One hint at most in this time. */
export const HINT_INTERVAL_MS = 10_000;

/** Finds from a row of levels (0 to 1, every `MEASURE_INTERVAL_MS`) that somebody speaks who is muted. */
export class MutedSpeech {
  #spoken: boolean[] = [];
  #hintedAtMs: number | null = null;

  /** Says whether a hint is due. */
  onLevel(level: number, nowMs: number): boolean {
    this.#spoken.push(level >= SPEECH_LEVEL);
    if (this.#spoken.length > SPEECH_WINDOW) this.#spoken.shift();
    if (this.#spoken.filter(Boolean).length < SPEECH_MEASUREMENTS) return false;
    if (this.#hintedAtMs !== null && nowMs - this.#hintedAtMs < HINT_INTERVAL_MS) return false;
    this.#hintedAtMs = nowMs;
    this.#spoken = [];
    return true;
  }

  /** Unmuted: what was said before counts no more. The interval between hints does. */
  forget(): void {
    this.#spoken = [];
  }
}
