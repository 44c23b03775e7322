import { Emitter } from '../base/emitter.ts';
import { VOICE_INTERVAL_MS } from '../base/limits.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import { SpeakerDetector } from './speaker_detector.ts';
import type { Timers } from '../base/timers.ts';

interface SpeakerWatchEvents {
  speaker: RemoteParticipant | null;
}

/** Listens to how loud the others of a call are, as long as there is somebody. */
export class SpeakerWatch extends Emitter<SpeakerWatchEvents> {
  readonly #mesh: Mesh;
  readonly #timers: Timers;
  readonly #detector = new SpeakerDetector<RemoteParticipant>();
  #looking = false;

  constructor(mesh: Mesh, timers: Timers) {
    super();
    this.#mesh = mesh;
    this.#timers = timers;
    mesh.on('linked', () => {
      this.#lookLater();
    });
    this.#lookLater();
  }

  get speaker(): RemoteParticipant | null {
    return this.#detector.speaker;
  }

  #lookLater(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.#timers.set(() => {
      this.#looking = false;
      this.#look();
    }, VOICE_INTERVAL_MS);
  }

  #look(): void {
    const levels = new Map<RemoteParticipant, number>();
    for (const { participant, link } of this.#mesh.members) {
      // A browser goes on sending the noise of a muted microphone's silence.
      const level = participant.microphoneMuted ? 0 : link.voiceLevel();
      participant.setAudioLevel(level);
      levels.set(participant, level);
    }
    const before = this.#detector.speaker;
    const speaker = this.#detector.observe(levels, performance.now());
    if (speaker !== before) this.emit('speaker', speaker);
    if (levels.size > 0) this.#lookLater();
  }
}
