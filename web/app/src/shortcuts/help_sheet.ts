import { css, html, nothing } from 'lit';
import { X } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import { dialogs } from '../design/dialogs.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import type { Preferences } from '../preferences/preferences.ts';
import { shortcutWords as words } from '../strings/controls.ts';
import { SHORTCUTS } from './shortcuts.ts';

/** Every key that does something in a call. Made by `show`, gone when closed. */
export class HelpSheet extends PageElement {
  static override properties = { preferences: { attribute: false } };
  declare preferences: Preferences;

  static override styles = [
    base,
    buttons,
    dialogs,
    css`
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        margin-block: -12px var(--space-2);
        margin-inline-end: -16px;
      }
      h2 {
        font-size: var(--text-l);
        letter-spacing: -0.015em;
      }
      .button {
        flex: none;
        inline-size: var(--touch);
        padding: 0;
        font-size: 20px;
      }
      .button:hover {
        background: var(--surface-sunk);
      }
      p {
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      dl {
        display: grid;
        grid-template-columns: auto 1fr;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        margin: var(--space-4) 0 0;
      }
      dd {
        margin: 0;
      }
      kbd {
        display: inline-grid;
        place-items: center;
        min-inline-size: 34px;
        min-block-size: 34px;
        padding: 0 var(--space-2);
        border: 1px solid var(--line-strong);
        border-block-end-width: 3px;
        border-radius: 8px;
        background: var(--surface-sunk);
        font: inherit;
        font-size: var(--text-s);
        font-weight: 600;
        text-transform: uppercase;
      }
      kbd.long {
        text-transform: none;
      }
    `,
  ];

  static show(preferences: Preferences): void {
    if (document.querySelector('visavis-help-sheet')) return;
    const sheet = new HelpSheet();
    sheet.preferences = preferences;
    document.body.append(sheet);
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override render(): unknown {
    const { shortcuts, pushToTalk } = this.preferences.values;
    return html`<dialog
      aria-labelledby="title"
      @close=${this.#onClose}
      @keydown=${this.#onKey}
      @click=${this.#onBackdrop}
    >
      <div class="head">
        <h2 id="title">${words.title}</h2>
        <button
          class="button"
          type="button"
          title=${words.close}
          aria-label=${words.close}
          @click=${this.#close}
        >
          <visavis-icon .drawing=${X}></visavis-icon>
        </button>
      </div>
      <p>${shortcuts ? words.note : words.off}</p>
      <dl>
        ${
          pushToTalk
            ? html`<dt><kbd class="long">${words.space}</kbd></dt>
                <dd>${words.action.talk}</dd>`
            : nothing
        }
        ${SHORTCUTS.map(
          ({ key, action }) =>
            html`<dt><kbd>${key}</kbd></dt>
              <dd>${words.action[action]}</dd>`,
        )}
      </dl>
    </dialog>`;
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === '?') this.#close(); // the key that opened it
  };

  readonly #onBackdrop = (event: Event): void => {
    if (event.target === event.currentTarget) this.#close();
  };

  readonly #onClose = (): void => {
    this.remove();
  };
}

customElements.define('visavis-help-sheet', HelpSheet);
