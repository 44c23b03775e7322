import { css, html, nothing } from 'lit';
import { ArrowLeft, DoorOpen, Phone, Stethoscope } from 'lucide';

import '../design/avatar.ts';
import '../design/icon.ts';
import { PageElement } from '../base/page_element.ts';
import { base, buttons, message } from '../design/shared.ts';
import { endedWords } from '../strings/ended.ts';
import type { EndSummary } from './end_summary.ts';
import { endInWords, isWorthACheck } from './end_words.ts';

/** After a call: why it ended, how long it was, and where to go. Fires `visavis-lobby`, `visavis-again`, `visavis-check`. */
export class EndedView extends PageElement {
  static override properties = { summary: { attribute: false }, obstacle: { attribute: false } };
  declare summary: EndSummary;
  /** Why the others can't be called again now; null if they can. */
  declare obstacle: string | null;

  static override styles = [
    base,
    buttons,
    message,
    css`
      main {
        animation: arrive var(--slow) var(--ease);
      }
      @keyframes arrive {
        from {
          opacity: 0;
          transform: translateY(12px);
        }
      }
      .faces {
        display: flex;
        margin-block-end: var(--space-5);
      }
      visavis-avatar {
        --avatar-size: 96px;
        box-shadow: 0 0 0 4px var(--paper);
      }
      visavis-avatar + visavis-avatar {
        margin-inline-start: -12px;
      }
      .detail {
        margin-block-start: var(--space-3);
        color: var(--ink-soft);
        text-wrap: balance;
      }
      .clock {
        margin-block-start: var(--space-4);
        padding: var(--space-1) var(--space-4);
        border-radius: var(--radius-full);
        background: var(--surface-sunk);
        color: var(--ink-soft);
        font-size: var(--text-s);
        font-variant-numeric: tabular-nums;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        justify-content: center;
        gap: var(--space-3);
        margin-block-start: var(--space-6);
      }
      .check {
        margin-block-start: var(--space-3);
        color: var(--accent);
      }
      .check:hover {
        background: var(--surface-sunk);
      }
      .obstacle {
        min-block-size: 1.5em;
        margin-block-start: var(--space-3);
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      @media (max-width: 479px) {
        .actions {
          flex-direction: column-reverse;
          inline-size: 100%;
        }
        .button {
          min-block-size: 52px;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.obstacle = null;
  }

  override firstUpdated(): void {
    // The screen changed under the reader's hands: start reading at its headline.
    this.renderRoot.querySelector('h1')?.focus();
  }

  override render(): unknown {
    const { summary, obstacle } = this;
    const { title, detail } = endInWords(summary);
    return html`<main>
      <div class="faces">
        ${summary.peers.map(
          (peer) => html`<visavis-avatar .name=${peer.name} .user=${peer.user}></visavis-avatar>`,
        )}
      </div>
      <h1 tabindex="-1">${title}</h1>
      ${detail === '' ? nothing : html`<p class="detail">${detail}</p>`}
      ${summary.clock === null ? nothing : html`<p class="clock">${endedWords.lasted(summary.clock)}</p>`}
      <div class="actions">
        <button class="button quiet" type="button" @click=${() => this.#tell('visavis-lobby')}>
          <visavis-icon .drawing=${ArrowLeft}></visavis-icon>${endedWords.backToLobby}
        </button>
        ${summary.reason === 'removed' ? nothing : this.#renderAgain()}
      </div>
      ${
        isWorthACheck(summary)
          ? html`<button
              class="button check"
              type="button"
              @click=${() => this.#tell('visavis-check')}
            >
              <visavis-icon .drawing=${Stethoscope}></visavis-icon>${endedWords.check}
            </button>`
          : nothing
      }
      <p id="obstacle" class="obstacle">
        ${summary.room === null ? (obstacle ?? nothing) : nothing}
      </p>
    </main>`;
  }

  #renderAgain(): unknown {
    const again = (): void => {
      this.#tell('visavis-again');
    };
    if (this.summary.room !== null) {
      return html`<button class="button primary" type="button" @click=${again}>
        <visavis-icon .drawing=${DoorOpen}></visavis-icon>${endedWords.room.joinAgain}
      </button>`;
    }
    return html`<button
      class="button primary"
      type="button"
      aria-describedby="obstacle"
      ?disabled=${this.obstacle !== null}
      @click=${again}
    >
      <visavis-icon .drawing=${Phone}></visavis-icon>${endedWords.callAgain}
    </button>`;
  }

  #tell(event: string): void {
    this.dispatchEvent(new CustomEvent(event, { bubbles: true, composed: true }));
  }
}

customElements.define('visavis-ended-view', EndedView);
