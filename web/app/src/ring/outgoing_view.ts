import type { Call, LocalMedia, Person } from '@visavis/client';
import { css, html, LitElement } from 'lit';
import { Phone } from 'lucide';

import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/avatar.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { strings } from '../strings.ts';

/** It rings there: who is called, oneself as they will see one, and the way out. Fires `visavis-cancel`. */
export class OutgoingView extends LitElement {
  static override properties = {
    call: { attribute: false },
    media: { attribute: false },
    peers: { attribute: false },
  };
  declare call: Public<Call>;
  declare media: Public<LocalMedia>;
  declare peers: readonly Person[];

  static override styles = [
    base,
    buttons,
    css`
      :host {
        --focus: var(--stage-ink);
        position: relative;
        display: grid;
        grid-template-rows: 1fr auto;
        min-block-size: 100dvh;
        overflow: hidden;
        background: var(--stage);
        color: var(--stage-ink);
        color-scheme: dark;
      }
      video {
        position: absolute;
        inset: 0;
        inline-size: 100%;
        block-size: 100%;
        object-fit: cover;
        transform: scaleX(-1);
        opacity: 0;
        transition: opacity var(--slow);
      }
      video.on {
        opacity: 1;
      }
      .shade {
        position: absolute;
        inset: 0;
        background:
          radial-gradient(70% 60% at 50% 42%, rgb(8 13 11 / 72%), transparent),
          linear-gradient(rgb(8 13 11 / 45%), rgb(8 13 11 / 35%) 40%, rgb(8 13 11 / 85%));
      }
      main {
        position: relative;
        display: grid;
        place-content: center;
        justify-items: center;
        gap: var(--space-2);
        padding: calc(var(--space-6) + env(safe-area-inset-top)) var(--space-5) var(--space-5);
        text-align: center;
      }
      .halo {
        position: relative;
        display: flex;
        margin-block-end: var(--space-6);
      }
      .halo::before,
      .halo::after {
        content: '';
        position: absolute;
        inset: 0;
        border: 2px solid var(--stage-ink);
        border-radius: 50%;
        animation: ring 2.4s var(--ease) infinite;
      }
      .halo::after {
        animation-delay: 0.8s;
      }
      @keyframes ring {
        from {
          opacity: 0.6;
        }
        to {
          opacity: 0;
          transform: scale(1.6);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .halo::before,
        .halo::after {
          animation: none;
          opacity: 0.35;
        }
      }
      visavis-avatar {
        --avatar-size: 128px;
      }
      h1 {
        max-inline-size: min(90vw, 22ch);
        font-size: var(--text-xxl);
        font-weight: 700;
        letter-spacing: -0.025em;
        line-height: 1.1;
        overflow-wrap: anywhere;
      }
      .state {
        color: var(--stage-ink-soft);
        font-size: var(--text-l);
      }
      footer {
        position: relative;
        display: grid;
        place-items: center;
        padding: var(--space-5) var(--space-5) calc(var(--space-7) + env(safe-area-inset-bottom));
      }
      .button {
        min-inline-size: 180px;
        min-block-size: 60px;
        background: var(--hang-up);
        color: #ffffff;
        font-size: 1.0625rem;
      }
      .button:hover {
        background: var(--hang-up-strong);
      }
      .button visavis-icon {
        transform: rotate(135deg);
      }
    `,
  ];

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
    const name = strings.call.with(peers.map((peer) => peer.name));
    const visible = media.hasCamera && !media.cameraOff;
    return html`
      <video
        class=${visible ? 'on' : ''}
        aria-label=${strings.media.ownVideo}
        .srcObject=${media.stream}
        .muted=${true}
        autoplay
        playsinline
      ></video>
      <div class="shade"></div>
      <main>
        <div class="halo">
          <visavis-avatar
            .name=${peers[0]?.name ?? ''}
            .user=${peers[0]?.user ?? ''}
          ></visavis-avatar>
        </div>
        <h1 dir="auto">${name}</h1>
        <p class="state" role="status">
          ${call.state === 'calling' ? strings.ring.calling : strings.ring.ringing}
        </p>
      </main>
      <footer>
        <button class="button" type="button" @click=${this.#cancel}>
          <visavis-icon .drawing=${Phone}></visavis-icon>${strings.ring.cancel}
        </button>
      </footer>
    `;
  }

  readonly #cancel = (): void => {
    this.dispatchEvent(new CustomEvent('visavis-cancel', { bubbles: true, composed: true }));
  };
}

customElements.define('visavis-outgoing-view', OutgoingView);
