import type { RemoteParticipant } from '@visavis/client';
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Hand, MicOff, TriangleAlert } from 'lucide';

import type { Public } from '../../base/public.ts';
import { Watch } from '../../base/watch.ts';
import '../../design/avatar.ts';
import { base, buttons, stageButtons } from '../../design/shared.ts';
import { spinner } from '../../design/spinner.ts';
import { playing } from '../../media/playing.ts';
import { SoundOf } from '../../media/sound_of.ts';
import { nameWords } from '../../strings/names.ts';
import { stageWords } from '../../strings/stage.ts';
import { callWords } from '../../strings/call.ts';
import type { Reaction } from '../reactions.ts';
import { Tile } from './tile.ts';
import { type TileStatus, tileStatus } from './tile_status.ts';
import { reactionStyles, tileStyles } from './tile_styles.ts';

/**
 * One other person: their picture, or their initials where there is none, and how they stand. Fires `visavis-retry`
 * when a link that failed is to be tried again.
 */
export class ParticipantTile extends Tile {
  static override properties = {
    ...Tile.properties,
    participant: { attribute: false },
    speaking: { type: Boolean, reflect: true },
    reactions: { attribute: false },
    wide: { state: true },
  };
  declare participant: Public<RemoteParticipant>;
  declare speaking: boolean;
  declare reactions: readonly Reaction[];
  /** The picture is wider than high. */
  declare wide: boolean;

  static override styles = [
    base,
    buttons,
    stageButtons,
    spinner,
    tileStyles,
    reactionStyles,
    css`
      :host([speaking])::after {
        content: '';
        position: absolute;
        inset: 0;
        border: 3px solid var(--speaking);
        border-radius: inherit;
        pointer-events: none;
      }
      /* A wide picture on a phone held upright would lose its sides; this loses less of them. */
      @container (max-aspect-ratio: 3 / 4) {
        video.wide {
          inset-block: max(0px, (100% - 130cqi) / 2);
          block-size: min(100%, 130cqi);
        }
      }
      :host([place='full']) .marks {
        inset-inline: 0;
        inset-block: auto calc(112px + env(safe-area-inset-bottom));
        justify-content: center;
      }
      @container (max-width: 599px) {
        :host([place='full']) .marks {
          inset-inline: var(--space-4) 136px;
          justify-content: flex-start;
        }
      }
    `,
  ];

  readonly #sound = new SoundOf();

  constructor() {
    super();
    this.speaking = false;
    this.reactions = [];
    this.wide = false;
    new Watch(this, () => [
      [this.participant, (listener) => this.participant.on('change', listener)],
    ]);
  }

  override willUpdate(): void {
    this.#sound.follow(this.participant.stream);
  }

  readonly #measure = (event: Event): void => {
    const { videoWidth, videoHeight } = event.target as HTMLVideoElement;
    this.wide = videoWidth > videoHeight;
  };

  get #pictured(): boolean {
    const { cameraOff, videoPaused, stream } = this.participant;
    return !cameraOff && !videoPaused && stream.getVideoTracks().length > 0;
  }

  override render(): unknown {
    const { participant } = this;
    const { name } = participant;
    const pictured = this.#pictured;
    const status = this.#status;
    const pin = this.pinned ? stageWords.unpin(name) : stageWords.pin(name);
    return html`
      <video
        class="${pictured ? 'on' : ''} ${this.wide ? 'wide' : ''}"
        @resize=${this.#measure}
        aria-label=${callWords.video(name)}
        .muted=${true}
        autoplay
        playsinline
        ${playing(participant.stream)}
      ></video>
      <audio autoplay ${playing(this.#sound.stream)}></audio>
      ${
        pictured || status !== null ? nothing : html`<div class="cover">${this.#renderFace()}</div>`
      }
      ${status === null ? nothing : this.#renderStatus(status, pictured)} ${this.#renderMarks()}
      ${this.#renderReactions()} ${this.renderPin(pin)}
    `;
  }

  /** Among two the call's own state says the same, for the whole of the stage. */
  get #status(): TileStatus | null {
    const status = tileStatus(this.participant);
    return this.place === 'full' && status?.busy === true ? null : status;
  }

  #renderFace(): unknown {
    const { name, user } = this.participant;
    return html`<visavis-avatar .name=${name} .user=${user}></visavis-avatar>`;
  }

  #renderStatus(status: TileStatus, pictured: boolean): unknown {
    return html`<div class="status">
      ${pictured ? nothing : this.#renderFace()}
      <p>${status.busy ? html`<span class="spinner"></span>` : nothing}${status.text}</p>
      ${
        status.retry
          ? html`<button
              class="button"
              type="button"
              aria-label=${stageWords.retryWith(this.participant.name)}
              @click=${this.#retry}
            >
              ${stageWords.retry}
            </button>`
          : nothing
      }
    </div>`;
  }

  #renderMarks(): unknown {
    const { participant, place } = this;
    const { name, handRaised, microphoneMuted, cameraOff, videoPaused, state } = participant;
    const trouble = participant.unstable ? stageWords.unstable : stageWords.paused;
    const isInTrouble = participant.unstable || (videoPaused && !cameraOff);
    const hand = stageWords.hand(name);
    return html`<div class="marks">
      ${place === 'full' ? nothing : html`<span class="mark"><b dir="auto">${name}</b></span>`}
      ${
        handRaised
          ? html`<span class="mark hand" role="img" aria-label=${hand} title=${hand}
              ><visavis-icon .drawing=${Hand}></visavis-icon
            ></span>`
          : nothing
      }
      ${
        microphoneMuted
          ? html`<span class="mark" role="img" aria-label=${callWords.nameMuted(name)}
              ><visavis-icon .drawing=${MicOff}></visavis-icon
              ><span class="word">${callWords.muted}</span></span
            >`
          : nothing
      }
      ${
        participant.confusable
          ? html`<span
              class="mark"
              role="img"
              aria-label=${nameWords.confusable}
              title=${nameWords.confusable}
              ><visavis-icon .drawing=${TriangleAlert}></visavis-icon
              ><span class="word">${nameWords.confusableShort}</span></span
            >`
          : nothing
      }
      ${
        state === 'joined' && cameraOff
          ? html`<span class="mark word-only"
              ><span class="word">${callWords.cameraOff}</span></span
            >`
          : nothing
      }
      ${
        isInTrouble
          ? html`<span class="mark" title=${trouble}
              ><visavis-icon .drawing=${TriangleAlert}></visavis-icon
              ><span class="word">${trouble}</span></span
            >`
          : nothing
      }
    </div>`;
  }

  #renderReactions(): unknown {
    return html`<div class="reactions" aria-hidden="true">
      ${repeat(
        this.reactions,
        (reaction) => reaction.number,
        (reaction) => html`<span>${reaction.emoji}</span>`,
      )}
    </div>`;
  }

  readonly #retry = (): void => {
    this.dispatchEvent(new CustomEvent('visavis-retry', { bubbles: true, composed: true }));
  };
}

customElements.define('visavis-participant-tile', ParticipantTile);
