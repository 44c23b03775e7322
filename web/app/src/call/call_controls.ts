import type { Call } from '@visavis/client';
import { css, html, LitElement } from 'lit';
import { Mic, MicOff, Phone, Video, VideoOff } from 'lucide';

import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { base, stageButtons } from '../design/shared.ts';
import { strings } from '../strings.ts';
import type { CallViewModel } from './call_view_model.ts';

/** The row of buttons under a call. Fires `visavis-leave` for the one that ends it. */
export class CallControls extends LitElement {
  static override properties = {
    call: { attribute: false },
    view: { attribute: false },
  };
  declare call: Public<Call>;
  declare view: CallViewModel;

  static override styles = [
    base,
    stageButtons,
    css`
      :host {
        display: block;
        pointer-events: none;
      }
      .controls {
        display: flex;
        align-items: center;
        justify-content: center;
        gap: var(--space-4);
        padding: var(--space-8) var(--space-4) calc(var(--space-5) + env(safe-area-inset-bottom));
        background: linear-gradient(transparent, var(--stage-shade));
      }
      .controls > * {
        pointer-events: auto;
      }
      /* Of the call view, which is the container. */
      @container (max-width: 599px) {
        .controls {
          gap: var(--space-3);
        }
      }
      @container (max-height: 420px) {
        .controls {
          gap: var(--space-3);
          padding-block: var(--space-6) var(--space-3);
        }
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => [[this.view, (listener) => this.view.subscribe(listener)]]);
  }

  override render(): unknown {
    const { view } = this;
    const muted = view.microphoneMuted;
    const off = view.cameraOff;
    return html`<div class="controls" role="group" aria-label=${strings.call.controls}>
      ${this.#renderSwitch(
        muted ? strings.media.unmute : strings.media.mute,
        muted ? MicOff : Mic,
        muted,
        () => void view.toggleMicrophone(),
      )}
      ${this.#renderSwitch(
        off ? strings.media.cameraTurnOn : strings.media.cameraTurnOff,
        off ? VideoOff : Video,
        off,
        () => void view.toggleCamera(),
      )}
      <button
        class="round hang-up"
        type="button"
        title=${strings.call.hangUp}
        aria-label=${strings.call.hangUp}
        @click=${this.#leave}
      >
        <visavis-icon .drawing=${Phone}></visavis-icon>
      </button>
    </div>`;
  }

  #renderSwitch(label: string, drawing: typeof Mic, off: boolean, toggle: () => void): unknown {
    return html`<button
      class="round ${off ? 'off' : ''}"
      type="button"
      title=${label}
      aria-label=${label}
      @click=${toggle}
    >
      <visavis-icon .drawing=${drawing}></visavis-icon>
    </button>`;
  }

  readonly #leave = (): void => {
    this.dispatchEvent(new CustomEvent('visavis-leave'));
  };
}

customElements.define('visavis-call-controls', CallControls);
