import { css, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { X } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { strings } from '../strings/strings.ts';
import { type ShownToast, ToastQueue } from './toast_queue.ts';

/** The toasts of the page, at its top, over dialogs and full screen where the browser has popovers. */
export class Toasts extends PageElement {
  readonly queue = new ToastQueue();
  #count = 0;

  static override styles = [
    base,
    buttons,
    css`
      .list {
        position: fixed;
        inset: auto;
        inset-block-start: calc(var(--space-4) + env(safe-area-inset-top));
        inset-inline: 0;
        z-index: 10; /* where there are no popovers */
        display: grid;
        justify-items: center;
        gap: var(--space-2);
        inline-size: min(460px, calc(100vw - 24px));
        margin: 0 auto;
        padding: 0;
        overflow: visible;
        border: none;
        background: none;
        pointer-events: none;
      }
      .list:empty {
        display: none;
      }
      .toast {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        max-inline-size: 100%;
        padding-inline-start: var(--space-4);
        border: 1px solid var(--line);
        border-radius: var(--radius-m);
        background: var(--surface);
        color: var(--ink);
        box-shadow: var(--shadow-l);
        font-size: var(--text-s);
        line-height: 1.35;
        pointer-events: auto;
        animation: arrive var(--slow) var(--ease);
      }
      @keyframes arrive {
        from {
          opacity: 0;
          transform: translateY(-12px);
        }
      }
      .toast p {
        flex: 1;
        min-inline-size: 0;
        padding-block: var(--space-3);
        overflow-wrap: anywhere;
      }
      .toast .button {
        flex: none;
        padding-inline: var(--space-3);
      }
      .action {
        color: var(--accent);
      }
      .dismiss {
        inline-size: var(--touch);
        padding: 0;
        color: var(--ink-soft);
      }
      .toast .button:hover {
        background: var(--surface-sunk);
      }
      .toast .button {
        border-radius: var(--radius-m);
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => [[this.queue, (listener) => this.queue.subscribe(listener)]]);
  }

  override render(): unknown {
    const { shown } = this.queue;
    return html`<div
        class="list"
        popover="manual"
        @pointerenter=${this.#hold}
        @pointerleave=${this.#release}
        @focusin=${this.#hold}
        @focusout=${this.#release}
      >
        ${repeat(
          shown,
          ({ id }) => id,
          (toast) => this.#renderToast(toast),
        )}
      </div>
      <p class="visually-hidden" role="status">${shown.at(-1)?.text ?? ''}</p>`;
  }

  override updated(): void {
    const { length } = this.queue.shown;
    if (length > this.#count) this.#raise();
    if (length === 0) this.queue.release();
    this.#count = length;
  }

  #renderToast(toast: ShownToast): unknown {
    return html`<div class="toast">
      <p dir="auto">${toast.text}</p>
      ${
        toast.action
          ? html`<button
              class="button action"
              type="button"
              @click=${() => {
                this.queue.act(toast.id);
              }}
            >
              ${toast.action.label}
            </button>`
          : null
      }
      <button
        class="button dismiss"
        type="button"
        aria-label=${strings.dismiss}
        title=${strings.dismiss}
        @click=${() => {
          this.queue.dismiss(toast.id);
        }}
      >
        <visavis-icon .drawing=${X}></visavis-icon>
      </button>
    </div>`;
  }

  /** To the top again, over a dialog or a full screen that came since. Firefox has popovers from 125 on. */
  #raise(): void {
    const list = this.renderRoot.querySelector<HTMLElement>('.list');
    // Hidden for a moment, it would lose the focus of somebody who is about to press something in it.
    if (!list || this.shadowRoot?.activeElement || !('showPopover' in HTMLElement.prototype))
      return;
    if (list.matches(':popover-open')) list.hidePopover();
    list.showPopover();
  }

  readonly #hold = (): void => {
    this.queue.hold();
  };

  readonly #release = (): void => {
    this.queue.release();
  };
}

customElements.define('visavis-toasts', Toasts);

let ofPage: Toasts | null = null;

/** The one list of this page, made when it is first needed. */
export function toastsOfPage(): Toasts {
  ofPage ??= new Toasts();
  if (!ofPage.isConnected) document.body.append(ofPage);
  return ofPage;
}
