import type { RemoteParticipant } from '@visavis/client';
import { css, html } from 'lit';
import { ScreenShare } from 'lucide';

import type { Public } from '../../base/public.ts';
import { Watch } from '../../base/watch.ts';
import { base, stageButtons } from '../../design/shared.ts';
import { playing } from '../../media/playing.ts';
import { SoundOf } from '../../media/sound_of.ts';
import { stageWords } from '../../strings/stage.ts';
import { Tile } from './tile.ts';
import { tileStyles } from './tile_styles.ts';

/** The screen that somebody else shares, uncut, and its sound. */
export class ScreenTile extends Tile {
  static override properties = { ...Tile.properties, participant: { attribute: false } };
  declare participant: Public<RemoteParticipant>;

  static override styles = [
    base,
    stageButtons,
    tileStyles,
    css`
      :host {
        background: #060a09;
      }
      video {
        object-fit: contain;
      }
      /* What is on a screen may be in any of its corners: the words go as soon as somebody reads. */
      :host(:hover) .marks {
        opacity: 0;
      }
      .marks {
        transition: opacity var(--fast);
      }
    `,
  ];

  readonly #sound = new SoundOf();

  constructor() {
    super();
    new Watch(this, () => [
      [this.participant, (listener) => this.participant.on('change', listener)],
    ]);
  }

  override willUpdate(): void {
    this.#sound.follow(this.participant.screen);
  }

  override render(): unknown {
    const { name, screen } = this.participant;
    const pin = this.pinned ? stageWords.unpinScreen(name) : stageWords.pinScreen(name);
    return html`
      <video
        class="on"
        aria-label=${stageWords.screen(name)}
        .muted=${true}
        autoplay
        playsinline
        ${playing(screen)}
      ></video>
      <audio autoplay ${playing(this.#sound.stream)}></audio>
      <div class="marks">
        <span class="mark"
          ><visavis-icon .drawing=${ScreenShare}></visavis-icon
          ><b dir="auto">${stageWords.shares(name)}</b></span
        >
      </div>
      ${this.renderPin(pin)}
    `;
  }
}

customElements.define('visavis-screen-tile', ScreenTile);
