import type { DeviceKind, LocalMedia, VideoQuality } from '@visavis/client';
import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { Volume2, VideoOff } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { selects } from '../design/selects.ts';
import { base, buttons } from '../design/shared.ts';
import '../media/level_meter.ts';
import { playing } from '../media/playing.ts';
import { renderSwitch } from '../design/render_switch.ts';
import { settingsStyles } from '../design/settings_styles.ts';
import { switches } from '../design/switches.ts';
import { devices as words } from '../strings/devices.ts';
import { strings } from '../strings/strings.ts';
import { choose, deviceChoices } from './device_choices.ts';
import { pickerStyles } from './picker_styles.ts';
import { playTestSound } from './test_sound.ts';

const HEIGHTS: readonly VideoQuality['height'][] = [360, 720, 1080];
const FRAME_RATES: readonly VideoQuality['frameRate'][] = [15, 30, 60];

/**
 * Which camera, microphone and speaker, seen and heard while one chooses, and how they are used. Everything takes effect
 * at once. With `compact` only the devices themselves, for a place that has a preview.
 */
export class DevicePicker extends PageElement {
  static override properties = {
    media: { attribute: false },
    compact: { type: Boolean },
    testing: { state: true },
    testFailed: { state: true },
  };
  declare media: Public<LocalMedia>;
  declare compact: boolean;
  declare testing: boolean;
  declare testFailed: boolean;

  static override styles = [base, buttons, switches, selects, settingsStyles, pickerStyles];

  constructor() {
    super();
    this.compact = false;
    this.testing = false;
    this.testFailed = false;
    new Watch(this, () => [[this.media, (listener) => onAnything(this.media, listener)]]);
  }

  override render(): unknown {
    return html`
      ${this.compact ? nothing : this.#renderPreview()} ${this.#renderSelect('camera')}
      <div class="with">
        ${this.#renderSelect('microphone')}
        <visavis-level-meter .stream=${this.media.stream}></visavis-level-meter>
      </div>
      ${this.#renderSpeaker()} ${this.compact ? nothing : this.#renderMore()}
    `;
  }

  #renderPreview(): unknown {
    const { media } = this;
    const seen = media.hasCamera && !media.cameraOff;
    return html`<div class="preview">
      <video
        aria-label=${words.preview}
        .muted=${true}
        autoplay
        playsinline
        ?hidden=${!seen}
        ${playing(media.stream)}
      ></video>
      ${
        seen
          ? nothing
          : html`<visavis-icon .drawing=${VideoOff}></visavis-icon>
              <p>${media.hasCamera ? strings.media.cameraOff : strings.media.noCamera}</p>
              ${
                media.hasCamera
                  ? html`<button
                      class="button"
                      type="button"
                      @click=${() => void media.setCameraOff(false)}
                    >
                      ${strings.media.cameraTurnOn}
                    </button>`
                  : nothing
              }`
      }
    </div>`;
  }

  #renderSelect(kind: DeviceKind): unknown {
    const choices = deviceChoices(this.media, kind);
    return html`<label class="field">
      <span>${words[kind]}</span>
      <select
        aria-label=${words[kind]}
        @change=${(event: Event) => {
          choose(this.media, kind, (event.target as HTMLSelectElement).value);
        }}
      >
        ${choices.map(
          ({ value, label, selected }) =>
            html`<option value=${value} .selected=${live(selected)}>${label}</option>`,
        )}
      </select>
      ${choices.length === 1 && kind !== 'speaker' ? html`<span class="hint">${words.noneYet}</span>` : nothing}
    </label>`;
  }

  #renderSpeaker(): unknown {
    return html`<div class="with">
        ${
          this.media.canSelectSpeaker
            ? this.#renderSelect('speaker')
            : html`<p class="hint">${words.speakerFixed}</p>`
        }
        <button
          class="button quiet"
          type="button"
          ?disabled=${this.testing}
          @click=${() => void this.#test()}
        >
          <visavis-icon .drawing=${Volume2}></visavis-icon>${words.testSound}
        </button>
      </div>
      <p class="hint" role="status">${this.testFailed ? words.testFailed : ''}</p>`;
  }

  #renderMore(): unknown {
    const { media } = this;
    const { processing, quality, preferences } = media;
    return html`
      <h3>${words.picture}</h3>
      <div class="pair">
        ${renderQuality(words.height, HEIGHTS, words.heights, quality.height, (height) => {
          void media.setQuality({ height });
        })}
        ${renderQuality(
          words.frameRate,
          FRAME_RATES,
          words.frameRates,
          quality.frameRate,
          (frameRate) => {
            void media.setQuality({ frameRate });
          },
        )}
      </div>
      <h3>${words.sound}</h3>
      ${renderSwitch({
        label: words.echoCancellation,
        hint: words.echoCancellationHint,
        on: processing.echoCancellation,
        set: (echoCancellation) => void media.setProcessing({ echoCancellation }),
      })}
      ${renderSwitch({
        label: words.noiseSuppression,
        hint: words.noiseSuppressionHint,
        on: processing.noiseSuppression,
        set: (noiseSuppression) => void media.setProcessing({ noiseSuppression }),
      })}
      ${renderSwitch({
        label: words.autoGainControl,
        on: processing.autoGainControl,
        set: (autoGainControl) => void media.setProcessing({ autoGainControl }),
      })}
      <h3>${words.joining}</h3>
      ${renderSwitch({
        label: words.joinMuted,
        on: preferences.joinMuted,
        set: (muted) => {
          media.setJoining({ muted });
        },
      })}
      ${renderSwitch({
        label: words.joinWithoutCamera,
        on: preferences.joinWithoutCamera,
        set: (withoutCamera) => {
          media.setJoining({ withoutCamera });
        },
      })}
    `;
  }

  async #test(): Promise<void> {
    this.testing = true;
    this.testFailed = false;
    try {
      await playTestSound(this.media);
    } catch {
      this.testFailed = true;
    } finally {
      this.testing = false;
    }
  }
}

function onAnything(media: Public<LocalMedia>, listener: () => void): () => void {
  const ends = [media.on('change', listener), media.on('devices', listener)];
  return () => {
    for (const end of ends) end();
  };
}

/** A select of numbers, each with its words. */
function renderQuality<Value extends number>(
  label: string,
  values: readonly Value[],
  named: Readonly<Record<Value, string>>,
  current: Value,
  set: (value: Value) => void,
): unknown {
  return html`<label class="field">
    <span>${label}</span>
    <select
      aria-label=${label}
      @change=${(event: Event) => {
        const chosen = values[(event.target as HTMLSelectElement).selectedIndex];
        if (chosen !== undefined) set(chosen);
      }}
    >
      ${values.map(
        (value) => html`<option .selected=${live(value === current)}>${named[value]}</option>`,
      )}
    </select>
  </label>`;
}

customElements.define('visavis-device-picker', DevicePicker);
