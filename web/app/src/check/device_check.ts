import { css, html, nothing } from 'lit';
import { Mic, SlidersHorizontal, VideoOff, Volume2 } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { playTestSound, TEST_SOUND_MS } from '../devices/test_sound.ts';
import '../media/level_meter.ts';
import { playing } from '../media/playing.ts';
import { requestSettings } from '../preferences/settings_request.ts';
import { checkWords } from '../strings/check.ts';
import { devices as deviceWords } from '../strings/devices.ts';
import { strings } from '../strings/strings.ts';
import { busyButtons } from './check_styles.ts';
import type { CheckViewModel } from './check_view_model.ts';
import type { Finding } from './findings.ts';
import {
  canRecord,
  inTime,
  playVoice,
  recordVoice,
  type VoiceRecording,
} from './voice_recording.ts';

const words = checkWords.devices;

type Doing = 'nothing' | 'recording' | 'playing' | 'sounding';

/** One sees oneself, hears oneself, and hears a test sound; and says whether one did. */
export class DeviceCheck extends PageElement {
  static override properties = {
    model: { attribute: false },
    doing: { state: true },
    asking: { state: true },
    problem: { state: true },
  };
  declare model: Public<CheckViewModel>;
  declare doing: Doing;
  /** What was played, and whether it was heard is not answered yet. */
  declare asking: 'voice' | 'sound' | 'answered' | null;
  declare problem: string;

  static override styles = [
    base,
    buttons,
    busyButtons,
    css`
      section {
        display: grid;
        gap: var(--space-4);
        padding: var(--space-5);
        border-radius: var(--radius-l);
        background: var(--surface);
        box-shadow: var(--shadow-s);
      }
      h2 {
        font-size: var(--text-l);
        font-weight: 700;
        letter-spacing: -0.015em;
        line-height: 1.25;
      }
      .picture {
        display: grid;
        place-content: center;
        overflow: hidden;
        aspect-ratio: 16 / 10;
        border-radius: var(--radius-m);
        background: var(--stage);
        color: var(--stage-ink-soft);
        font-size: 32px;
      }
      .picture.empty {
        aspect-ratio: 16 / 5;
      }
      video {
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
        transform: scaleX(-1);
      }
      .states {
        display: grid;
        gap: var(--space-2);
        font-size: var(--text-s);
      }
      .warn {
        color: var(--warning-ink);
      }
      .level {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        color: var(--accent);
      }
      .trying {
        display: grid;
        gap: var(--space-3);
      }
      .news:empty {
        display: none;
      }
      .trying .button {
        padding-block: var(--space-2);
      }
      .question {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-3);
      }
      .question p {
        flex: 1 1 100%;
        font-weight: 600;
      }
      .question .button {
        flex: 1;
      }
    `,
  ];

  constructor() {
    super();
    this.doing = 'nothing';
    this.asking = null;
    this.problem = '';
    new Watch(this, () => [
      [this.model, (listener) => this.model.subscribe(listener)],
      [this.model.media, (listener) => this.model.media.on('change', listener)],
    ]);
  }

  override render(): unknown {
    const { media, findings } = this.model;
    const devices = findings.filter(({ id }) => ['camera', 'microphone', 'speaker'].includes(id));
    return html`<section aria-labelledby="devices">
      <h2 id="devices">${words.title}</h2>
      ${this.#renderPicture()}
      <ul class="states">
        ${devices.map(renderState)}
      </ul>
      ${
        media.hasMicrophone
          ? html`<div class="level">
              <visavis-icon .drawing=${Mic}></visavis-icon>
              <visavis-level-meter .stream=${media.stream}></visavis-level-meter>
            </div>`
          : nothing
      }
      <div class="trying">${this.#renderVoice()} ${this.#renderSound()}</div>
      <div class="news" role="status">${this.#renderNews()}</div>
      <button class="button quiet" type="button" ?hidden=${!media.ready} @click=${this.#choose}>
        <visavis-icon .drawing=${SlidersHorizontal}></visavis-icon>${strings.media.choose}
      </button>
    </section>`;
  }

  #renderPicture(): unknown {
    const { media } = this.model;
    const seen = media.hasCamera && !media.cameraOff;
    return html`<div class="picture ${seen ? '' : 'empty'}">
      <video
        aria-label=${strings.media.ownVideo}
        .muted=${true}
        autoplay
        playsinline
        ?hidden=${!seen}
        ${playing(media.stream)}
      ></video>
      ${seen ? nothing : html`<visavis-icon .drawing=${VideoOff}></visavis-icon>`}
    </div>`;
  }

  #renderVoice(): unknown {
    const { media } = this.model;
    if (!media.hasMicrophone) return nothing;
    if (!canRecord()) return html`<p>${words.cannotRecord}</p>`;
    return html`<button
      class="button soft"
      type="button"
      aria-disabled=${this.doing === 'nothing' ? nothing : 'true'}
      @click=${() => void this.#hearOneself()}
    >
      <visavis-icon .drawing=${Mic}></visavis-icon>${words.hear}
    </button>`;
  }

  #renderSound(): unknown {
    return html`<button
      class="button soft"
      type="button"
      aria-disabled=${this.doing === 'nothing' ? nothing : 'true'}
      @click=${() => void this.#hearSound()}
    >
      <visavis-icon .drawing=${Volume2}></visavis-icon>${deviceWords.testSound}
    </button>`;
  }

  #renderNews(): unknown {
    if (this.problem !== '') return html`<p>${this.problem}</p>`;
    if (this.doing === 'recording') return html`<p>${words.recording}</p>`;
    if (this.doing === 'playing') return html`<p>${words.playing}</p>`;
    if (this.doing !== 'nothing' || this.asking === null) return nothing;
    if (this.asking === 'answered') return html`<p>${words.thanks}</p>`;
    const voice = this.asking === 'voice';
    const answer = (heard: boolean) => () => {
      this.asking = 'answered';
      if (voice) this.model.answerVoice(heard);
      else this.model.answerSound(heard);
    };
    return html`<div class="question" role="group" aria-labelledby="question">
      <p id="question">${voice ? words.heardVoice : words.heardSound}</p>
      <button class="button quiet" type="button" @click=${answer(true)}>${words.yes}</button>
      <button class="button quiet" type="button" @click=${answer(false)}>${words.no}</button>
    </div>`;
  }

  async #hearOneself(): Promise<void> {
    if (this.doing !== 'nothing') return;
    const { media } = this.model;
    this.#begin('recording');
    let recording: VoiceRecording | null = null;
    try {
      recording = await recordVoice(media.stream);
      this.model.tellVoice(recording.peak);
      this.doing = 'playing';
      await playVoice(recording, media);
      this.asking = 'voice';
    } catch {
      this.problem = recording === null ? words.cannotRecord : words.cannotPlay;
    }
    this.doing = 'nothing';
  }

  async #hearSound(): Promise<void> {
    if (this.doing !== 'nothing') return;
    this.#begin('sounding');
    try {
      await inTime(playTestSound(this.model.media), TEST_SOUND_MS);
      this.asking = 'sound';
    } catch {
      this.problem = words.cannotPlay;
    }
    this.doing = 'nothing';
  }

  #begin(doing: Doing): void {
    this.doing = doing;
    this.asking = null;
    this.problem = '';
  }

  readonly #choose = (): void => {
    requestSettings(this, 'devices');
  };
}

function renderState({ level, sentence, advice }: Finding): unknown {
  return html`<li class=${level}>${sentence} ${level === 'warn' ? advice : nothing}</li>`;
}

customElements.define('visavis-device-check', DeviceCheck);
