import { css, html } from 'lit';
import { Phone, X } from 'lucide';

import type { AppViewModel } from '../flow/app_view_model.ts';
import type { Notice } from '../flow/incoming_calls.ts';
import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { endedWords, noticeWords } from '../strings/ended.ts';
import { strings } from '../strings/strings.ts';

/** A line in the lobby about a call that nobody answered, with the way to call back. */
export class CallNotice extends PageElement {
  static override properties = { app: { attribute: false }, notice: { attribute: false } };
  declare app: AppViewModel;
  declare notice: Notice;

  static override styles = [
    base,
    buttons,
    css`
      .notice {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-3);
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-5);
        border-radius: var(--radius-m);
        background: var(--accent-soft);
        color: var(--on-accent-soft);
      }
      p {
        flex: 1;
        min-inline-size: 12ch;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .button {
        padding-inline: var(--space-4);
      }
      .button:disabled {
        background: transparent;
        color: inherit;
        opacity: 0.7;
      }
      .button:hover:not(:disabled) {
        background: var(--surface);
        color: var(--ink);
      }
      .dismiss {
        inline-size: var(--touch);
        padding: 0;
      }
      @media (max-width: 479px) {
        .notice {
          display: grid;
          grid-template-columns: minmax(0, 1fr) auto;
        }
        .back {
          grid-row: 2;
          grid-column: 1 / -1;
          margin-inline-end: var(--space-3);
          border-color: currentColor;
        }
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => [[this.app, (listener) => this.app.subscribe(listener)]]);
  }

  override render(): unknown {
    const { app } = this;
    const { reason, caller } = this.notice;
    return html`<div class="notice">
      <p dir="auto">${endedWords.title[reason].called(caller.name)}</p>
      <button
        class="button back"
        type="button"
        ?disabled=${app.obstacleToCall([caller]) !== null}
        @click=${() => {
          app.call([caller]);
        }}
      >
        <visavis-icon .drawing=${Phone}></visavis-icon>${noticeWords.callBack(caller.name)}
      </button>
      <button
        class="button dismiss"
        type="button"
        aria-label=${strings.dismiss}
        @click=${() => {
          app.ringing.dismissNotice();
        }}
      >
        <visavis-icon .drawing=${X}></visavis-icon>
      </button>
    </div>`;
  }
}

customElements.define('visavis-call-notice', CallNotice);
