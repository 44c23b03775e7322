import type { LocalMedia } from '@visavis/client';
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Hand, MicOff, VideoOff } from 'lucide';

import { PageElement } from '../../base/page_element.ts';
import type { Public } from '../../base/public.ts';
import { Watch } from '../../base/watch.ts';
import '../../design/icon.ts';
import { base } from '../../design/shared.ts';
import { playing } from '../../media/playing.ts';
import { stageWords } from '../../strings/stage.ts';
import { callWords } from '../../strings/call.ts';
import { strings } from '../../strings/strings.ts';
import type { CallViewModel } from '../call_view_model.ts';
import type { Place } from './stage_plan.ts';
import { reactionStyles, tileStyles } from './tile_styles.ts';

/** Oneself as the others see one, but mirrored. */
export class SelfView extends PageElement {
  static override properties = {
    media: { attribute: false },
    view: { attribute: false },
    place: { reflect: true },
  };
  declare media: Public<LocalMedia>;
  declare view: CallViewModel;
  declare place: Place;

  static override styles = [
    base,
    tileStyles,
    reactionStyles,
    css`
      video {
        transform: scaleX(-1);
      }
      .cover {
        gap: var(--space-2);
        font-size: var(--text-xs);
        text-align: center;
      }
      .cover visavis-icon {
        font-size: clamp(22px, 14cqmin, 40px);
      }
      @container (max-width: 129px) {
        .cover span {
          display: none;
        }
      }
      :host([place='full']) .marks {
        inset-block-end: calc(112px + env(safe-area-inset-bottom));
        justify-content: center;
      }
    `,
  ];

  constructor() {
    super();
    this.place = 'float';
    new Watch(this, () => [
      [this.view, (listener) => this.view.subscribe(listener)],
      [this.media, (listener) => this.media.on('change', listener)],
    ]);
  }

  override render(): unknown {
    const { media, view } = this;
    return html`<video
        class=${view.cameraOff ? '' : 'on'}
        aria-label=${strings.media.ownVideo}
        .muted=${true}
        autoplay
        playsinline
        ${playing(media.stream)}
      ></video>
      ${
        view.cameraOff
          ? html`<div class="cover">
              <visavis-icon .drawing=${VideoOff}></visavis-icon>
              <span>${media.hasCamera ? strings.media.cameraOff : strings.media.noCamera}</span>
            </div>`
          : nothing
      }
      <div class="marks">
        ${
          this.place === 'tile' || this.place === 'strip'
            ? html`<span class="mark"><b>${stageWords.you}</b></span>`
            : nothing
        }
        ${
          view.handRaised
            ? html`<span class="mark hand" role="img" aria-label=${stageWords.ownHand}
                ><visavis-icon .drawing=${Hand}></visavis-icon
              ></span>`
            : nothing
        }
        ${
          view.microphoneMuted
            ? html`<span class="mark" role="img" aria-label=${callWords.ownMuted}
                ><visavis-icon .drawing=${MicOff}></visavis-icon
              ></span>`
            : nothing
        }
      </div>
      <div class="reactions" aria-hidden="true">
        ${repeat(
          view.reactionsOf(null),
          (reaction) => reaction.number,
          (reaction) => html`<span>${reaction.emoji}</span>`,
        )}
      </div>`;
  }
}

customElements.define('visavis-self-view', SelfView);
