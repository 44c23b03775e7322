import type { Call } from '@visavis/client';
import { css, html, nothing } from 'lit';
import { Mic, Phone, Video } from 'lucide';

import type { AppViewModel } from '../app/app_view_model.ts';
import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/avatar.ts';
import { dialogs } from '../design/dialogs.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { strings } from '../strings.ts';

/**
 * Somebody calls: a modal question over whatever is on screen. Only its three buttons answer it; none of them
 * has the focus at first, so that a key already on its way accepts nothing.
 */
export class IncomingDialog extends PageElement {
  static override properties = { app: { attribute: false }, call: { attribute: false } };
  declare app: AppViewModel;
  declare call: Public<Call>;

  static override styles = [
    base,
    buttons,
    dialogs,
    css`
      dialog {
        text-align: center;
      }
      .halo {
        position: relative;
        display: grid;
        place-items: center;
        inline-size: 104px;
        block-size: 104px;
        margin: var(--space-4) auto var(--space-6);
      }
      .halo::before,
      .halo::after {
        content: '';
        position: absolute;
        inset: 0;
        border: 2px solid var(--accent);
        border-radius: 50%;
        animation: ring 2.4s var(--ease) infinite;
      }
      .halo::after {
        animation-delay: 0.6s;
      }
      @keyframes ring {
        from {
          opacity: 0.7;
        }
        to {
          opacity: 0;
          transform: scale(1.45);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .halo::before,
        .halo::after {
          animation: none;
          opacity: 0.5;
        }
        .halo::after {
          transform: scale(1.2);
        }
      }
      visavis-avatar {
        --avatar-size: 104px;
      }
      h2 {
        font-size: var(--text-xl);
        font-weight: 700;
        letter-spacing: -0.02em;
        line-height: 1.2;
        overflow-wrap: anywhere;
      }
      h2:focus {
        outline: none;
      }
      .kind {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      .hint {
        margin-block: var(--space-4) var(--space-5);
        color: var(--ink-soft);
        font-size: var(--text-s);
        text-wrap: balance;
      }
      .answers {
        display: grid;
        gap: var(--space-3);
      }
      .button {
        min-block-size: 52px;
      }
      @media (max-height: 480px) {
        dialog[open] {
          display: grid;
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
          align-items: center;
          gap: 0 var(--space-5);
          inline-size: min(640px, calc(100vw - 32px));
          padding: var(--space-4) var(--space-5);
        }
        .halo {
          margin-block: var(--space-3) var(--space-4);
        }
        .hint {
          margin-block: var(--space-2) 0;
        }
      }
      .accept {
        background: var(--answer);
        color: #ffffff;
      }
      .accept:hover:not(:disabled) {
        background: var(--answer-strong);
      }
      .decline {
        color: var(--danger);
      }
      .decline:hover:not(:disabled) {
        background: var(--danger-soft);
        color: var(--on-danger-soft);
      }
      .decline visavis-icon {
        transform: rotate(135deg);
      }
      .problem {
        color: var(--danger);
      }
    `,
  ];

  #focusedBefore: HTMLElement | null = null;

  constructor() {
    super();
    new Watch(this, () => [
      [this.app, (listener) => this.app.subscribe(listener)],
      [this.app.media, (listener) => this.app.media.on('change', listener)],
    ]);
  }

  override firstUpdated(): void {
    this.#focusedBefore = focused(document);
    this.#open();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A dialog that is taken away, unlike one that is closed, leaves the focus nowhere.
    if (this.#focusedBefore?.isConnected) this.#focusedBefore.focus({ preventScroll: true });
  }

  override render(): unknown {
    const { app, call } = this;
    const caller = call.from;
    const name = caller?.name ?? '';
    return html`<dialog
      aria-label=${strings.ring.incoming(name)}
      aria-describedby="kind hint"
      @keydown=${this.#ignoreEscape}
      @cancel=${preventDefault}
      @close=${this.#open}
    >
      <div class="caller">
        <div class="halo">
          <visavis-avatar .name=${name} .user=${caller?.user ?? ''}></visavis-avatar>
        </div>
        <h2 dir="auto" tabindex="-1" autofocus>${name}</h2>
        <p id="kind" class="kind">
          <visavis-icon .drawing=${call.video ? Video : Phone}></visavis-icon>
          ${call.video ? strings.ring.wantsVideo : strings.ring.wantsAudio}
        </p>
        <p id="hint" class="hint">${strings.ring.hint}</p>
      </div>
      <div class="answers">
        <button
          class="button accept"
          type="button"
          ?disabled=${app.answering}
          @click=${() => void app.accept({ video: true })}
        >
          <visavis-icon .drawing=${Video}></visavis-icon>${strings.ring.accept}
        </button>
        <button
          class="button quiet"
          type="button"
          ?disabled=${app.answering}
          @click=${() => void app.accept({ video: false })}
        >
          <visavis-icon .drawing=${Mic}></visavis-icon>${strings.ring.acceptAudio}
        </button>
        <button
          class="button decline"
          type="button"
          ?disabled=${app.answering}
          @click=${() => {
            app.decline();
          }}
        >
          <visavis-icon .drawing=${Phone}></visavis-icon>${strings.ring.decline}
        </button>
      </div>
      <p class="problem" role="alert">${app.answerProblem ?? nothing}</p>
    </dialog>`;
  }

  /** Also reopens: a second Escape closes a dialog in Chromium whatever the page says. */
  readonly #open = (): void => {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && this.isConnected && !dialog.open) dialog.showModal();
  };

  readonly #ignoreEscape = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') event.preventDefault();
  };
}

/** The element that has the focus, inside of whatever shadows. */
function focused(root: DocumentOrShadowRoot): HTMLElement | null {
  const element = root.activeElement;
  if (element?.shadowRoot?.activeElement) return focused(element.shadowRoot);
  return element instanceof HTMLElement ? element : null;
}

function preventDefault(event: Event): void {
  event.preventDefault();
}

customElements.define('visavis-incoming-dialog', IncomingDialog);
