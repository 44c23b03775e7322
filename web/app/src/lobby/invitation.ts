import { css, html } from 'lit';
import { Check, Copy } from 'lucide';

import { Copying, onlyHere } from '../base/copying.ts';
import '../design/icon.ts';
import '../design/mark.ts';
import { PageElement } from '../base/page_element.ts';
import { base, buttons } from '../design/shared.ts';
import { strings } from '../strings/strings.ts';

/** The empty lobby: how somebody else gets here. */
export class Invitation extends PageElement {
  readonly #copying = new Copying(this);

  static override styles = [
    base,
    buttons,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        justify-items: center;
        padding: var(--space-6) var(--space-4);
        text-align: center;
      }
      visavis-mark {
        font-size: 44px;
        filter: saturate(0.75);
        opacity: 0.9;
      }
      h2 {
        margin-block: var(--space-4) var(--space-2);
        font-size: var(--text-l);
        letter-spacing: -0.015em;
      }
      p {
        max-inline-size: 40ch;
        color: var(--ink-soft);
        font-size: var(--text-s);
        text-wrap: pretty;
      }
      .link {
        display: flex;
        align-items: center;
        gap: var(--space-2);
        max-inline-size: 100%;
        margin-block-start: var(--space-5);
        padding: var(--space-1) var(--space-1) var(--space-1) var(--space-4);
        border-radius: var(--radius-full);
        background: var(--surface-sunk);
      }
      code {
        flex: 1;
        min-inline-size: 0;
        overflow: hidden;
        font: inherit;
        font-size: var(--text-s);
        text-overflow: ellipsis;
        white-space: nowrap;
        user-select: all;
      }
      .button {
        flex: none;
        padding-inline: var(--space-4);
        background: var(--surface);
        color: var(--ink);
      }
    `,
  ];

  override render(): unknown {
    return html`
      <visavis-mark></visavis-mark>
      <h2>${strings.people.emptyTitle}</h2>
      <p>${onlyHere ? strings.people.emptyHere : strings.people.empty}</p>
      <div class="link">
        <span class="visually-hidden">${strings.people.link}</span>
        <code>${location.origin}</code>
        <button class="button" type="button" @click=${() => void this.#copy()}>
          <visavis-icon .drawing=${this.#copying.copied ? Check : Copy}></visavis-icon>
          <span aria-live="polite"
            >${this.#copying.copied ? strings.people.copied : strings.people.copyLink}</span
          >
        </button>
      </div>
    `;
  }

  async #copy(): Promise<void> {
    // Where it is not allowed: the address is on screen and selected by a click.
    await this.#copying.copy(location.origin);
  }
}

customElements.define('visavis-invitation', Invitation);
