import type { Call, LocalMedia, Person } from '@visavis/client';
import { html, nothing } from 'lit';
import { Phone, VideoOff } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/avatar.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { playing } from '../media/playing.ts';
import { callWords } from '../strings/call.ts';
import { ringWords } from '../strings/ring.ts';
import { strings } from '../strings/strings.ts';
import { outgoingStyles } from './outgoing_styles.ts';

/** It rings there: who is called, oneself as they will see one, and the way out. Fires `visavis-cancel`. */
export class OutgoingView extends PageElement {
  static override properties = {
    call: { attribute: false },
    media: { attribute: false },
    peers: { attribute: false },
  };
  declare call: Public<Call>;
  declare media: Public<LocalMedia>;
  declare peers: readonly Person[];

  static override styles = [base, buttons, outgoingStyles];

  constructor() {
    super();
    this.peers = [];
    new Watch(this, () => [
      [this.call, (listener) => this.call.on('state', listener)],
      [this.media, (listener) => this.media.on('change', listener)],
    ]);
  }

  override render(): unknown {
    const { call, media, peers } = this;
    const name = callWords.with(peers.map((peer) => peer.name));
    const visible = media.hasCamera && !media.cameraOff;
    return html`
      <main>
        <div class="faces">
          <div class="face one">
            <video
              class=${visible ? 'on' : ''}
              aria-label=${strings.media.ownVideo}
              .muted=${true}
              autoplay
              playsinline
              ${playing(media.stream)}
            ></video>
            ${visible ? nothing : html`<visavis-icon .drawing=${VideoOff}></visavis-icon>`}
          </div>
          <div class="face other">
            <visavis-avatar
              .name=${peers[0]?.name ?? ''}
              .user=${peers[0]?.user ?? ''}
            ></visavis-avatar>
          </div>
        </div>
        <h1 dir="auto">${name}</h1>
        <p class="state" role="status">
          ${call.state === 'calling' ? ringWords.calling : ringWords.ringing}
        </p>
      </main>
      <footer>
        <button class="button" type="button" @click=${this.#cancel}>
          <visavis-icon .drawing=${Phone}></visavis-icon>${ringWords.cancel}
        </button>
      </footer>
    `;
  }

  readonly #cancel = (): void => {
    this.dispatchEvent(new CustomEvent('visavis-cancel', { bubbles: true, composed: true }));
  };
}

customElements.define('visavis-outgoing-view', OutgoingView);
