import { css, html } from 'lit';

import { PageElement } from '../base/page_element.ts';
import { strings } from '../strings/strings.ts';

/** The mark: two round faces, turned to each other. With `wordmark`, the name beside it. */
export class Mark extends PageElement {
  static override properties = { wordmark: { type: Boolean } };
  declare wordmark: boolean;

  static override styles = css`
    :host {
      display: inline-flex;
      align-items: center;
      gap: 0.45em;
      flex: none;
      white-space: nowrap;
      font-size: var(--text-l);
    }
    svg {
      block-size: 1.5em;
      inline-size: 1.5em;
      flex: none;
    }
    .one {
      fill: var(--accent);
    }
    .other {
      fill: var(--second);
    }
    span {
      font-weight: 700;
      letter-spacing: -0.02em;
      line-height: 1;
    }
  `;

  constructor() {
    super();
    this.wordmark = false;
  }

  override render(): unknown {
    return html`<svg viewBox="0 0 32 32" aria-hidden="true">
        <path class="one" d="M2 4a12 12 0 0 1 13 12A12 12 0 0 1 2 28Z" />
        <path class="other" d="M30 4a12 12 0 0 0-13 12 12 12 0 0 0 13 12Z" />
      </svg>
      ${this.wordmark ? html`<span part="word">${strings.brand}</span>` : null}`;
  }
}

customElements.define('visavis-mark', Mark);
