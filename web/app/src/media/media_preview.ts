import type { LocalMedia } from '@visavis/client';
import { css, html, nothing } from 'lit';
import { Mic, MicOff, SlidersHorizontal, TriangleAlert, Video, VideoOff } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/avatar.ts';
import '../design/icon.ts';
import { base, buttons, stageButtons } from '../design/shared.ts';
import { requestSettings } from '../preferences/settings_request.ts';
import { strings } from '../strings/strings.ts';
import './level_meter.ts';
import { playing } from './playing.ts';
import { problemTexts } from './problem_text.ts';

/** How others will see and hear you: own picture, microphone level, and what to do where a device is missing. */
export class MediaPreview extends PageElement {
  static override properties = {
    media: { attribute: false },
    name: {},
    user: {},
  };
  declare media: Public<LocalMedia>;
  declare name: string;
  declare user: string;

  static override styles = [
    base,
    buttons,
    stageButtons,
    css`
      .frame {
        position: relative;
        overflow: hidden;
        aspect-ratio: 16 / 10;
        border-radius: var(--radius-l);
        background: var(--stage);
        color: var(--stage-ink);
        box-shadow: var(--shadow-l);
      }
      video {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
        transform: scaleX(-1);
      }
      .cover {
        position: absolute;
        inset: 0;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--space-3);
        padding: var(--space-5) var(--space-5) 88px;
        background: radial-gradient(120% 120% at 50% 0%, #21302b, var(--stage));
        text-align: center;
      }
      .cover p {
        color: var(--stage-ink-soft);
        font-size: var(--text-s);
        text-wrap: balance;
      }
      .cover visavis-icon {
        color: var(--stage-ink-soft);
        font-size: 32px;
      }
      .cover.bare {
        padding-block-end: var(--space-5);
      }
      .cover strong {
        font-size: var(--text-m);
        font-weight: 600;
      }
      visavis-avatar {
        --avatar-size: 88px;
      }
      .bar {
        position: absolute;
        inset-inline: 0;
        inset-block-end: 0;
        display: flex;
        align-items: center;
        justify-content: center;
        gap: var(--space-3);
        padding: var(--space-6) var(--space-4) var(--space-4);
        background: linear-gradient(transparent, var(--stage-shade));
      }
      /* In the corner: the switches stay in the middle. */
      .devices {
        position: absolute;
        inset-inline-end: var(--space-4);
        inset-block-end: var(--space-4);
      }
      visavis-level-meter {
        position: absolute;
        inset-inline-start: var(--space-5);
        inset-block-end: calc(var(--space-4) + 14px);
      }
      .problems {
        position: relative; /* above the shadow of the frame */
        display: flex;
        gap: var(--space-3);
        margin-block-start: var(--space-4);
        padding: var(--space-4);
        border-radius: var(--radius-m);
        background: var(--warning-soft);
        color: var(--on-warning-soft);
        font-size: var(--text-s);
      }
      .problems visavis-icon {
        margin-block-start: 2px;
        font-size: 20px;
      }
      .problems .words {
        flex: 1;
      }
      .problems p + p {
        margin-block-start: var(--space-2);
      }
      .problems .button {
        min-block-size: var(--touch);
        margin-block-start: var(--space-3);
        border-color: currentColor;
        color: inherit;
      }
      @media (max-width: 479px) {
        .frame {
          border-radius: 20px;
        }
        .frame.empty {
          aspect-ratio: 16 / 7;
        }
        .bar {
          padding-block-end: var(--space-3);
        }
        .round {
          inline-size: 48px;
          block-size: 48px;
          font-size: 20px;
        }
        .cover {
          padding-block-end: 72px;
        }
        .devices {
          inset-block-end: var(--space-3);
        }
        visavis-avatar {
          --avatar-size: 64px;
        }
        visavis-level-meter {
          inset-block-end: calc(var(--space-3) + 14px);
        }
      }
    `,
  ];

  constructor() {
    super();
    this.name = '';
    this.user = '';
    new Watch(this, () => [[this.media, (listener) => this.media.on('change', listener)]]);
  }

  override render(): unknown {
    const { media } = this;
    return html`
      <div class="frame ${media.ready && !media.hasCamera ? 'empty' : ''}">
        <video
          aria-label=${strings.media.ownVideo}
          .muted=${true}
          autoplay
          playsinline
          ${playing(media.stream)}
        ></video>
        ${this.#renderCover()}
        <div class="bar">
          <visavis-level-meter
            .stream=${media.stream}
            ?hidden=${!media.hasMicrophone}
          ></visavis-level-meter>
          ${this.#renderSwitches()}
        </div>
      </div>
      ${this.#renderProblems()}
    `;
  }

  #renderCover(): unknown {
    const { media } = this;
    if (!media.ready) {
      return html`<div class="cover">
        <strong>${strings.media.asking}</strong>
        <p>${strings.media.askingHint}</p>
      </div>`;
    }
    if (media.hasCamera && !media.cameraOff) return nothing;
    const bare = !media.hasCamera && !media.hasMicrophone;
    return html`<div class="cover ${bare ? 'bare' : ''}">
      ${this.#renderFace()}
      <p>${media.hasCamera ? strings.media.cameraOff : strings.media.noCamera}</p>
    </div>`;
  }

  #renderFace(): unknown {
    if (!this.media.hasCamera) return html`<visavis-icon .drawing=${VideoOff}></visavis-icon>`;
    if (this.name === '') return nothing;
    return html`<visavis-avatar .name=${this.name} .user=${this.user}></visavis-avatar>`;
  }

  #renderSwitches(): unknown {
    const { media } = this;
    const muted = media.microphoneMuted;
    const off = media.cameraOff;
    const microphoneLabel = muted ? strings.media.unmute : strings.media.mute;
    const cameraLabel = off ? strings.media.cameraTurnOn : strings.media.cameraTurnOff;
    return html`
      <button
        class="round ${muted ? 'off' : ''}"
        type="button"
        title=${microphoneLabel}
        aria-label=${microphoneLabel}
        ?hidden=${!media.hasMicrophone}
        @click=${() => {
          media.setMicrophoneMuted(!muted);
        }}
      >
        <visavis-icon .drawing=${muted ? MicOff : Mic}></visavis-icon>
      </button>
      <button
        class="round ${off ? 'off' : ''}"
        type="button"
        title=${cameraLabel}
        aria-label=${cameraLabel}
        ?hidden=${!media.hasCamera}
        @click=${() => void media.setCameraOff(!off)}
      >
        <visavis-icon .drawing=${off ? VideoOff : Video}></visavis-icon>
      </button>
      <button
        class="round devices"
        type="button"
        title=${strings.media.choose}
        aria-label=${strings.media.choose}
        ?hidden=${!media.ready}
        @click=${() => {
          requestSettings(this, 'devices');
        }}
      >
        <visavis-icon .drawing=${SlidersHorizontal}></visavis-icon>
      </button>
    `;
  }

  #renderProblems(): unknown {
    const { media } = this;
    const texts = media.ready ? problemTexts(media.problems) : [];
    return html`<div role="status">
      ${
        texts.length === 0
          ? nothing
          : html`<div class="problems">
              <visavis-icon .drawing=${TriangleAlert}></visavis-icon>
              <div class="words">
                ${texts.map((text) => html`<p>${text}</p>`)}
                <p>${strings.media.joinAnyway}</p>
                <button class="button" type="button" @click=${() => void media.start()}>
                  ${strings.media.retry}
                </button>
              </div>
            </div>`
      }
    </div>`;
  }
}

customElements.define('visavis-media-preview', MediaPreview);
