import { Emitter } from '../base/emitter.ts';
import { createLogger } from '../base/logger.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { SpeakerWatch } from '../adapt/speaker_watch.ts';
import type { Timers } from '../base/timers.ts';
import type { Uplink } from '../adapt/uplink.ts';
import type { UplinkState } from '../adapt/uplink_budget.ts';

const log = createLogger('media');

interface CallMediaEvents {
  uplink: UplinkState;
  speaker: RemoteParticipant | null;
}

/**
 * What goes on with sound and pictures while a call lasts. The code that does it is loaded with the first link: whoever
 * only looks who is there does without it, and a call whose server is gone by then sends as its browser sees fit.
 */
export class CallMedia extends Emitter<CallMediaEvents> {
  readonly #mesh: Mesh;
  readonly #timers: Timers;
  #asked = false;
  #uplink: Uplink | null = null;
  #speakers: SpeakerWatch | null = null;
  #dataSaver = false;

  constructor(mesh: Mesh, timers: Timers) {
    super();
    this.#mesh = mesh;
    this.#timers = timers;
    mesh.on('linked', () => {
      if (!this.#asked) void this.#load();
    });
  }

  get uplink(): UplinkState {
    return this.#uplink?.state ?? 'good';
  }

  get speaker(): RemoteParticipant | null {
    return this.#speakers?.speaker ?? null;
  }

  setDataSaver(on: boolean): void {
    this.#dataSaver = on;
    this.#uplink?.setDataSaver(on);
  }

  async #load(): Promise<void> {
    this.#asked = true;
    try {
      const { Uplink, SpeakerWatch } = await import('./call_media_parts.ts');
      this.#uplink = new Uplink(this.#mesh);
      this.#speakers = new SpeakerWatch(this.#mesh, this.#timers);
    } catch (error) {
      // Tried again with the next link.
      this.#asked = false;
      log.error('the uplink is not divided', error);
      return;
    }
    this.#uplink.on('change', (state) => {
      this.emit('uplink', state);
    });
    this.#speakers.on('speaker', (speaker) => {
      this.emit('speaker', speaker);
    });
    this.#uplink.setDataSaver(this.#dataSaver);
  }
}
