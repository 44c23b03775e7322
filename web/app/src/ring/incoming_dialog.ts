import type { Call } from '@visavis/client';
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { Ban, Mic, Phone, Video } from 'lucide';

import type { AppViewModel } from '../flow/app_view_model.ts';
import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/avatar.ts';
import { confusableStyles, renderConfusable } from '../design/confusable.ts';
import { dialogs } from '../design/dialogs.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { ringWords } from '../strings/ring.ts';
import { answerProblemInWords } from './answer_words.ts';
import './incoming_card.ts';

/**
 * Somebody calls, or several do: a modal question over whatever is on screen. Only its buttons answer it; none of them
 * has the focus at first, so that a key already on its way accepts nothing.
 */
export class IncomingDialog extends PageElement {
  static override properties = { app: { attribute: false } };
  declare app: AppViewModel;

  static override styles = [
    base,
    buttons,
    dialogs,
    confusableStyles,
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
        dialog[open]:not(.several) {
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
      .refusals {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      .refusals .button {
        flex: 1 1 auto;
        padding-inline: var(--space-3);
      }
      .block {
        color: var(--ink-soft);
      }
      .block:hover:not(:disabled) {
        background: var(--surface-sunk);
      }
      .warning {
        display: grid;
        justify-items: center;
        margin-block-start: var(--space-3);
      }
      .warning .confusable {
        max-inline-size: 34ch;
      }
      .several h2 {
        font-size: var(--text-l);
      }
      .several .hint {
        margin-block: var(--space-2) var(--space-4);
      }
      li {
        padding-block: var(--space-4);
        border-block-start: 1px solid var(--line);
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

  override updated(): void {
    // What had the focus may be gone with a call: the next key must find neither an answer nor the page below.
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog?.open === true && !dialog.matches(':focus-within')) {
      dialog.querySelector('h2')?.focus();
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A dialog that is taken away, unlike one that is closed, leaves the focus nowhere.
    if (this.#focusedBefore?.isConnected) this.#focusedBefore.focus({ preventScroll: true });
  }

  override render(): unknown {
    const { all } = this.app.ringing;
    const [first] = all;
    if (!first) return nothing;
    const single = all.length === 1;
    return html`<dialog
      class=${single ? '' : 'several'}
      aria-label=${single ? ringWords.incoming(first.from?.name ?? '') : ringWords.several(all.length)}
      aria-describedby=${single ? 'kind confusable hint' : 'hint'}
      @keydown=${this.#ignoreEscape}
      @cancel=${preventDefault}
      @close=${this.#open}
    >
      ${single ? this.#renderOne(first) : this.#renderSeveral(all)}
    </dialog>`;
  }

  #renderSeveral(all: readonly Public<Call>[]): unknown {
    return html`<h2 tabindex="-1">${ringWords.severalTitle}</h2>
      <p id="hint" class="hint">${ringWords.hint}</p>
      <ul role="list">
        ${repeat(
          all,
          (call) => call,
          (call) =>
            html`<li>
              <visavis-incoming-card .app=${this.app} .call=${call}></visavis-incoming-card>
            </li>`,
        )}
      </ul>`;
  }

  #renderOne(call: Public<Call>): unknown {
    const { problem } = this.app.ringing;
    const caller = call.from;
    const name = caller?.name ?? '';
    return html`<div class="caller">
        <div class="halo">
          <visavis-avatar .name=${name} .user=${caller?.user ?? ''}></visavis-avatar>
        </div>
        <h2 dir="auto" tabindex="-1" autofocus>${name}</h2>
        <p id="kind" class="kind">
          <visavis-icon .drawing=${call.video ? Video : Phone}></visavis-icon>
          ${call.video ? ringWords.wantsVideo : ringWords.wantsAudio}
        </p>
        <div id="confusable" class="warning">${renderConfusable(caller)}</div>
        <p id="hint" class="hint">${ringWords.hint}</p>
      </div>
      ${this.#renderAnswers(call)}
      <p class="problem" role="alert">
        ${problem?.call === call ? answerProblemInWords(problem) : nothing}
      </p>`;
  }

  #renderAnswers(call: Public<Call>): unknown {
    const { app } = this;
    const { answering } = app.ringing;
    const caller = call.from;
    return html`<div class="answers">
      <button
        class="button accept"
        type="button"
        ?disabled=${answering}
        @click=${() => void app.ringing.answer(call, { video: true })}
      >
        <visavis-icon .drawing=${Video}></visavis-icon>${ringWords.accept}
      </button>
      <button
        class="button quiet"
        type="button"
        ?disabled=${answering}
        @click=${() => void app.ringing.answer(call, { video: false })}
      >
        <visavis-icon .drawing=${Mic}></visavis-icon>${ringWords.acceptAudio}
      </button>
      <div class="refusals">
        <button
          class="button decline"
          type="button"
          ?disabled=${answering}
          @click=${() => {
            call.decline();
          }}
        >
          <visavis-icon .drawing=${Phone}></visavis-icon>${ringWords.decline}
        </button>
        <button
          class="button block"
          type="button"
          ?disabled=${answering}
          @click=${() => {
            if (caller) app.block(caller);
          }}
        >
          <visavis-icon .drawing=${Ban}></visavis-icon>${ringWords.declineAndBlock}
        </button>
      </div>
    </div>`;
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
