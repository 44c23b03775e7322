import type { LocalMedia, RemoteParticipant } from '@visavis/client';
import { css, html, LitElement, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { MicOff } from 'lucide';

import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/avatar.ts';
import '../design/icon.ts';
import { base } from '../design/shared.ts';
import { playable } from '../media/playable.ts';
import { followSpeaker } from '../media/speaker.ts';
import { strings } from '../strings.ts';

/**
 * One other person: their picture, or their initials where there is none, and whether they are muted.
 * Fires `visavis-sound-blocked` when the browser plays no sound before a click.
 */
export class ParticipantTile extends LitElement {
  static override properties = {
    participant: { attribute: false },
    media: { attribute: false },
    captioned: { type: Boolean },
    wide: { state: true },
  };
  declare participant: Public<RemoteParticipant>;
  /** Says at which speaker they are heard. */
  declare media: Public<LocalMedia> | null;
  /** Shows the name on the tile, where several people are on screen. */
  declare captioned: boolean;
  /** The picture is wider than high. */
  declare wide: boolean;

  static override styles = [
    base,
    css`
      :host {
        position: relative;
        overflow: hidden;
        min-inline-size: 0;
        min-block-size: 0;
        background: radial-gradient(100% 100% at 50% 20%, #24332d, var(--stage) 85%);
      }
      video {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
        opacity: 0;
        transition: opacity var(--slow);
      }
      /* A wide picture on a phone held upright would lose its sides; this loses less of them. */
      @container (max-aspect-ratio: 3 / 4) {
        video.wide {
          inset-block: max(0px, (100% - 130cqi) / 2);
          block-size: min(100%, 130cqi);
        }
      }
      video.on {
        opacity: 1;
      }
      .cover {
        position: absolute;
        inset: 0;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--space-4);
        color: var(--stage-ink-soft);
      }
      visavis-avatar {
        --avatar-size: clamp(72px, 22cqmin, 168px);
      }
      .marks {
        position: absolute;
        inset-inline-start: var(--space-4);
        inset-block-end: var(--space-4);
        display: flex;
        gap: var(--space-2);
        max-inline-size: calc(100% - 32px);
      }
      .mark {
        display: inline-flex;
        align-items: center;
        gap: 6px;
        min-inline-size: 0;
        padding: 5px 12px;
        border-radius: var(--radius-full);
        background: var(--stage-glass);
        color: var(--stage-ink);
        font-size: var(--text-xs);
      }
      .mark b {
        overflow: hidden;
        font-weight: 600;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .mark visavis-icon {
        font-size: 15px;
      }
      :host(:not([captioned])) .marks {
        inset-inline: 0;
        inset-block: auto calc(112px + env(safe-area-inset-bottom));
        justify-content: center;
        max-inline-size: none;
      }
      @container (max-width: 599px) {
        :host(:not([captioned])) .marks {
          inset-inline-start: var(--space-4);
          justify-content: flex-start;
        }
      }
    `,
  ];

  /** The sound of the stream alone: Chromium plays nothing of a stream whose picture does not come. */
  readonly #sound = new MediaStream();
  #leaveSpeaker: (() => void) | null = null;

  constructor() {
    super();
    this.media = null;
    this.captioned = false;
    this.wide = false;
    new Watch(this, () => [
      [this.participant, (listener) => this.participant.on('change', listener)],
    ]);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#leaveSpeaker?.();
    this.#leaveSpeaker = null;
  }

  override updated(): void {
    const audio = this.renderRoot.querySelector('audio');
    if (audio && this.media) this.#leaveSpeaker ??= followSpeaker(audio, this.media);
  }

  override firstUpdated(): void {
    for (const element of this.#mediaElements()) {
      element.addEventListener('loadeddata', () => {
        void this.play();
      });
    }
    void this.play();
  }

  override willUpdate(): void {
    const heard = this.participant.stream.getAudioTracks();
    for (const track of this.#sound.getTracks()) {
      if (!heard.includes(track)) this.#sound.removeTrack(track);
    }
    for (const track of heard) this.#sound.addTrack(track); // once, however often it is added
  }

  /** Plays the sound and picture; worth calling again after a click. */
  async play(): Promise<void> {
    const playing = this.#mediaElements().filter((element) => element.srcObject !== null);
    try {
      await Promise.all(playing.map((element) => element.play()));
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'NotAllowedError') return;
      this.dispatchEvent(
        new CustomEvent('visavis-sound-blocked', { bubbles: true, composed: true }),
      );
    }
  }

  #mediaElements(): HTMLMediaElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLMediaElement>('video, audio')];
  }

  readonly #measure = (event: Event): void => {
    const { videoWidth, videoHeight } = event.target as HTMLVideoElement;
    this.wide = videoWidth > videoHeight;
  };

  override render(): unknown {
    const { participant } = this;
    const { name, user } = participant;
    const pictured = !participant.cameraOff && participant.stream.getVideoTracks().length > 0;
    return html`
      <video
        class="${pictured ? 'on' : ''} ${this.wide ? 'wide' : ''}"
        @resize=${this.#measure}
        aria-label=${strings.call.video(name)}
        .srcObject=${live(playable(participant.stream))}
        .muted=${true}
        autoplay
        playsinline
      ></video>
      <audio .srcObject=${live(playable(this.#sound))} autoplay></audio>
      ${
        pictured
          ? nothing
          : html`<div class="cover">
              <visavis-avatar .name=${name} .user=${user}></visavis-avatar>
            </div>`
      }
      ${this.#renderMarks(pictured)}
    `;
  }

  #renderMarks(pictured: boolean): unknown {
    const { participant, captioned } = this;
    const joined = participant.state === 'joined';
    return html`<div class="marks">
      ${captioned ? html`<span class="mark"><b dir="auto">${participant.name}</b></span>` : nothing}
      ${participant.state === 'invited' ? html`<span class="mark">${strings.call.invited}</span>` : nothing}
      ${
        participant.microphoneMuted
          ? html`<span
              class="mark"
              role="img"
              aria-label=${strings.call.nameMuted(participant.name)}
              ><visavis-icon .drawing=${MicOff}></visavis-icon>${strings.call.muted}</span
            >`
          : nothing
      }
      ${
        joined && !pictured && participant.cameraOff
          ? html`<span class="mark">${strings.call.cameraOff}</span>`
          : nothing
      }
    </div>`;
  }
}

customElements.define('visavis-participant-tile', ParticipantTile);
