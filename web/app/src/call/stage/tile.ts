import type { LocalMedia } from '@visavis/client';
import { html, nothing } from 'lit';
import { Pin, PinOff } from 'lucide';

import { PageElement } from '../../base/page_element.ts';
import type { Public } from '../../base/public.ts';
import '../../design/icon.ts';
import { playAll } from '../../media/sound_of.ts';
import { followSpeaker } from '../../media/speaker.ts';
import type { Place } from './stage_plan.ts';

/**
 * A picture of somebody else on the stage. Fires `visavis-pin` when its pin is pressed, and `visavis-sound-blocked`
 * when the browser plays no sound before a click.
 */
export abstract class Tile extends PageElement {
  static override properties = {
    media: { attribute: false },
    place: { reflect: true },
    pinned: { type: Boolean },
    pinnable: { type: Boolean },
  };
  /** Says at which speaker they are heard. */
  declare media: Public<LocalMedia>;
  declare place: Place;
  declare pinned: boolean;
  /** Whether there is anything to pin it before. */
  declare pinnable: boolean;

  #leaveSpeaker: (() => void) | null = null;

  constructor() {
    super();
    this.place = 'tile';
    this.pinned = false;
    this.pinnable = false;
  }

  override firstUpdated(): void {
    for (const element of this.renderRoot.querySelectorAll('video, audio')) {
      element.addEventListener('loadeddata', () => {
        void this.play();
      });
    }
    void this.play();
  }

  override updated(): void {
    const audio = this.renderRoot.querySelector('audio');
    if (audio && this.isConnected) this.#leaveSpeaker ??= followSpeaker(audio, this.media);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaveSpeaker?.();
    this.#leaveSpeaker = null;
  }

  /** Plays the sound and picture; worth calling again after a click. */
  async play(): Promise<void> {
    if (await playAll(this.renderRoot)) return;
    this.#tell('visavis-sound-blocked');
  }

  protected renderPin(label: string): unknown {
    if (!this.pinnable) return nothing;
    return html`<button
      class="round small pin"
      type="button"
      title=${label}
      aria-label=${label}
      aria-pressed=${this.pinned ? 'true' : 'false'}
      @click=${() => {
        this.#tell('visavis-pin');
      }}
    >
      <visavis-icon .drawing=${this.pinned ? PinOff : Pin}></visavis-icon>
    </button>`;
  }

  #tell(event: string): void {
    this.dispatchEvent(new CustomEvent(event, { bubbles: true, composed: true }));
  }
}
