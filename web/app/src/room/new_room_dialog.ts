import { generatePassphrase, PASSPHRASE_CHARS_MAX } from '@visavis/client';
import { css, html, nothing } from 'lit';
import { RefreshCw } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import { dialogs } from '../design/dialogs.ts';
import '../design/icon.ts';
import { base, buttons, fields } from '../design/shared.ts';
import { switches } from '../design/switches.ts';
import { newRoomWords } from '../strings/door.ts';
import type { NewRoom } from '../flow/room_flow.ts';

/** How a new room shall be. Fires `visavis-new-room` with a `NewRoom`. */
export class NewRoomDialog extends PageElement {
  static override properties = {
    knock: { state: true },
    guarded: { state: true },
    passphrase: { state: true },
    problem: { state: true },
  };
  declare knock: boolean;
  declare guarded: boolean;
  declare passphrase: string;
  declare problem: string | null;

  static override styles = [
    base,
    buttons,
    fields,
    dialogs,
    switches,
    css`
      h2 {
        font-size: var(--text-xl);
        font-weight: 700;
        letter-spacing: -0.02em;
      }
      .lead {
        margin-block: var(--space-2) var(--space-4);
        color: var(--ink-soft);
      }
      .choice + .choice {
        margin-block-start: var(--space-3);
      }
      .hint {
        color: var(--ink-soft);
        font-size: var(--text-s);
        text-wrap: pretty;
      }
      .passphrase {
        display: flex;
        margin-block-start: var(--space-3);
        gap: var(--space-2);
      }
      .another {
        flex: none;
        inline-size: var(--touch);
        padding: 0;
      }
      .actions {
        display: flex;
        justify-content: flex-end;
        gap: var(--space-3);
        margin-block-start: var(--space-5);
      }
    `,
  ];

  constructor() {
    super();
    this.knock = false;
    this.guarded = false;
    this.passphrase = '';
    this.problem = null;
  }

  show(): void {
    this.knock = false;
    this.guarded = false;
    this.passphrase = generatePassphrase();
    this.problem = null;
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  override render(): unknown {
    const dialog = newRoomWords;
    return html`<dialog aria-labelledby="title">
      <form method="dialog" novalidate @submit=${this.#submit}>
        <h2 id="title">${dialog.title}</h2>
        <p class="lead">${dialog.lead}</p>
        ${this.#renderSwitch('knock', dialog.knock, dialog.knockHint, this.knock, (on) => {
          this.knock = on;
        })}
        ${this.#renderSwitch('guard', dialog.protect, dialog.protectHint, this.guarded, (on) => {
          this.guarded = on;
          this.problem = null;
        })}
        ${this.guarded ? this.#renderPassphrase() : nothing}
        <div class="actions">
          <button class="button quiet" type="button" @click=${this.#close}>${dialog.cancel}</button>
          <button class="button primary" type="submit">${dialog.create}</button>
        </div>
      </form>
    </dialog>`;
  }

  #renderSwitch(
    id: string,
    label: string,
    hint: string,
    on: boolean,
    set: (on: boolean) => void,
  ): unknown {
    return html`<div class="choice">
      <label class="switch">
        <span>${label}</span>
        <input
          type="checkbox"
          role="switch"
          aria-describedby="${id}-hint"
          .checked=${on}
          @change=${(event: Event) => {
            set((event.target as HTMLInputElement).checked);
          }}
        />
      </label>
      <p id="${id}-hint" class="hint">${hint}</p>
    </div>`;
  }

  #renderPassphrase(): unknown {
    const dialog = newRoomWords;
    return html`<div class="passphrase">
        <input
          type="text"
          aria-label=${dialog.passphrase}
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
          maxlength=${PASSPHRASE_CHARS_MAX}
          .value=${this.passphrase}
          aria-invalid=${this.problem === null ? nothing : 'true'}
          @input=${(event: InputEvent) => {
            this.passphrase = (event.target as HTMLInputElement).value;
          }}
        />
        <button
          class="button quiet another"
          type="button"
          title=${dialog.another}
          aria-label=${dialog.another}
          @click=${() => {
            this.passphrase = generatePassphrase();
          }}
        >
          <visavis-icon .drawing=${RefreshCw}></visavis-icon>
        </button>
      </div>
      <p class="field-error" role="alert">${this.problem ?? nothing}</p>`;
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close();
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const passphrase = this.passphrase.trim();
    if (this.guarded && passphrase === '') {
      this.problem = newRoomWords.passphraseMissing;
      return;
    }
    this.#close();
    const detail: NewRoom = { knock: this.knock, passphrase: this.guarded ? passphrase : null };
    this.dispatchEvent(
      new CustomEvent<NewRoom>('visavis-new-room', { detail, bubbles: true, composed: true }),
    );
  };
}

customElements.define('visavis-new-room-dialog', NewRoomDialog);
