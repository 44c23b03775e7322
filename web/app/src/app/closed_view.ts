import { css, html } from 'lit';

import '../design/mark.ts';
import { PageElement } from '../base/page_element.ts';
import { base, buttons, message } from '../design/shared.ts';
import { strings } from '../strings/strings.ts';

/** The server let this page go for good: another tab took over, or it was refused. Fires `visavis-rejoin`. */
export class ClosedView extends PageElement {
  static override properties = { why: {} };
  declare why: 'replaced' | 'refused';

  static override styles = [
    base,
    buttons,
    message,
    css`
      visavis-mark {
        margin-block-end: var(--space-5);
        font-size: 52px;
      }
      p {
        margin-block: var(--space-3) var(--space-6);
        color: var(--ink-soft);
        text-wrap: balance;
      }
      .button {
        min-inline-size: 180px;
        min-block-size: 52px;
      }
    `,
  ];

  constructor() {
    super();
    this.why = 'refused';
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): unknown {
    const replaced = this.why === 'replaced';
    const { connection } = strings;
    return html`<main>
      <visavis-mark></visavis-mark>
      <h1 tabindex="-1">${replaced ? connection.replacedTitle : connection.refusedTitle}</h1>
      <p>${replaced ? connection.replaced : connection.refused}</p>
      <button class="button primary" type="button" @click=${this.#rejoin}>
        ${replaced ? connection.useHere : connection.tryAgain}
      </button>
    </main>`;
  }

  readonly #rejoin = (): void => {
    this.dispatchEvent(new CustomEvent('visavis-rejoin', { bubbles: true, composed: true }));
  };
}

customElements.define('visavis-closed-view', ClosedView);
