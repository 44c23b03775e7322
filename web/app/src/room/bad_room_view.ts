import { css, html } from 'lit';

import '../design/mark.ts';
import { PageElement } from '../base/page_element.ts';
import { base, buttons, message } from '../design/shared.ts';
import { doorWords } from '../strings/door.ts';
import { strings } from '../strings/strings.ts';

/** A link that cannot be that of a room. Fires `visavis-lobby`, or `visavis-open-room` for a room of one's own. */
export class BadRoomView extends PageElement {
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
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: var(--space-3);
      }
      .button {
        min-inline-size: 160px;
        min-block-size: 52px;
      }
      @media (max-width: 479px) {
        .actions {
          flex-direction: column-reverse;
          inline-size: 100%;
        }
      }
    `,
  ];

  override firstUpdated(): void {
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): unknown {
    const { bad } = doorWords;
    return html`<main>
      <visavis-mark></visavis-mark>
      <h1 tabindex="-1">${bad.title}</h1>
      <p>${bad.detail}</p>
      <div class="actions">
        <button class="button quiet" type="button" @click=${() => this.#tell('visavis-lobby')}>
          ${bad.toLobby}
        </button>
        <button
          class="button primary"
          type="button"
          @click=${() => this.#tell('visavis-open-room')}
        >
          ${strings.rooms.open}
        </button>
      </div>
    </main>`;
  }

  #tell(event: string): void {
    this.dispatchEvent(new CustomEvent(event, { bubbles: true, composed: true }));
  }
}

customElements.define('visavis-bad-room-view', BadRoomView);
