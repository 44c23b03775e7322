import { VOICE_STALE_MS } from '../base/limits.ts';

/** How loud one stream is, from what its receiver played last. */
export class VoiceLevel {
  #rtpTimestamp: number | null = null;
  #changedAt = 0;

  /** 0 to 1, linear. 0 when nothing new has been played for a while: browsers repeat what they played last. */
  of(source: RTCRtpSynchronizationSource | undefined): number {
    if (!source) return 0;
    const now = performance.now();
    if (source.rtpTimestamp !== this.#rtpTimestamp) {
      this.#rtpTimestamp = source.rtpTimestamp;
      this.#changedAt = now;
    }
    if (now - this.#changedAt > VOICE_STALE_MS) return 0;
    return Math.min(1, Math.max(0, source.audioLevel ?? 0));
  }
}
