import { css, html, nothing } from 'lit';

import type { AppViewModel } from '../flow/app_view_model.ts';
import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import { base, buttons, message } from '../design/shared.ts';
import '../media/media_preview.ts';
import { doorWords } from '../strings/door.ts';

/** Before a door that a host inside has to open. */
export class WaitingView extends PageElement {
  static override properties = { app: { attribute: false } };
  declare app: AppViewModel;

  static override styles = [
    base,
    buttons,
    message,
    css`
      main {
        gap: var(--space-4);
      }
      visavis-media-preview {
        inline-size: min(420px, 100%);
        margin-block-end: var(--space-4);
      }
      .detail {
        color: var(--ink-soft);
        overflow-wrap: anywhere;
        text-wrap: balance;
      }
      .dots {
        display: flex;
        gap: var(--space-2);
      }
      .dots span {
        inline-size: 10px;
        block-size: 10px;
        border-radius: 50%;
        background: var(--accent);
        animation: wait 1.4s ease-in-out infinite;
      }
      .dots span:nth-child(2) {
        animation-delay: 0.2s;
      }
      .dots span:nth-child(3) {
        animation-delay: 0.4s;
      }
      @keyframes wait {
        0%,
        80%,
        100% {
          opacity: 0.25;
        }
        40% {
          opacity: 1;
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .dots span {
          animation: none;
        }
      }
      .button {
        min-inline-size: 160px;
        min-block-size: 52px;
      }
      @media (max-height: 480px) {
        visavis-media-preview {
          display: none;
        }
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => [[this.app, (listener) => this.app.subscribe(listener)]]);
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('h1')?.focus({ preventScroll: true });
  }

  override render(): unknown {
    const { app } = this;
    const { waiting } = doorWords;
    const { entry } = app.rooms;
    const again = app.screen.name === 'waiting' && app.screen.again;
    const detail = again ? waiting.again : waiting.detail;
    return html`<main>
      <visavis-media-preview
        .media=${app.media}
        .name=${app.name}
        .user=${app.user}
      ></visavis-media-preview>
      <h1 tabindex="-1">${waiting.title}</h1>
      <div class="dots" aria-hidden="true"><span></span><span></span><span></span></div>
      <p class="detail" role="status">${entry ? detail(entry.room) : nothing}</p>
      <button
        class="button quiet"
        type="button"
        @click=${() => {
          app.hangUp();
        }}
      >
        ${waiting.cancel}
      </button>
    </main>`;
  }
}

customElements.define('visavis-waiting-view', WaitingView);
