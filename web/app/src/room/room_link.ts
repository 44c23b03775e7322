import { roomLink } from '@visavis/client';
import { css, html, nothing } from 'lit';
import { Check, Copy, QrCode, Share2 } from 'lucide';

import { Copying, onlyHere } from '../base/copying.ts';
import '../design/icon.ts';
import { PageElement } from '../base/page_element.ts';
import { base, buttons, fields } from '../design/shared.ts';
import { roomWords } from '../strings/stage.ts';

/** The link to a room and the ways to send it. */
export class RoomLink extends PageElement {
  static override properties = {
    room: {},
    passphrase: {},
    bare: { state: true },
    code: { state: true },
  };
  declare room: string;
  declare passphrase: string | null;
  /** The link is shown without the passphrase. */
  declare bare: boolean;
  declare code: 'hidden' | 'shown' | 'failed';

  readonly #copying = new Copying(this);

  static override styles = [
    base,
    buttons,
    fields,
    css`
      :host {
        display: grid;
        gap: var(--space-3);
      }
      .link {
        text-overflow: ellipsis;
      }
      .actions {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      .actions .button {
        flex: 1 1 auto;
        padding-inline: var(--space-4);
        white-space: nowrap;
      }
      .secret {
        padding: var(--space-3) var(--space-4);
        border-radius: var(--radius-s);
        background: var(--surface-sunk);
        font-size: var(--text-s);
      }
      .secret code {
        font: inherit;
        font-weight: 700;
        overflow-wrap: anywhere;
        user-select: all;
      }
      .secret label {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        min-block-size: var(--touch);
        margin: 0;
      }
      input[type='checkbox'] {
        flex: none;
        inline-size: 22px;
        min-block-size: 22px;
        block-size: 22px;
        margin: 0;
        accent-color: var(--accent);
      }
      .hint {
        color: var(--ink-soft);
        font-size: var(--text-xs);
        text-wrap: pretty;
      }
    `,
  ];

  constructor() {
    super();
    this.passphrase = null;
    this.bare = false;
    this.code = 'hidden';
  }

  get #link(): string {
    return roomLink(location.origin, this.room, this.bare ? null : this.passphrase);
  }

  override render(): unknown {
    const { link } = roomWords;
    const shown = this.code === 'shown';
    return html`
      <input
        class="link"
        type="text"
        readonly
        aria-label=${link.field}
        .value=${this.#link}
        @focus=${(event: FocusEvent) => {
          (event.target as HTMLInputElement).select();
        }}
      />
      <div class="actions">
        <button class="button primary" type="button" @click=${() => void this.#copy()}>
          <visavis-icon .drawing=${this.#copying.copied ? Check : Copy}></visavis-icon>
          <span aria-live="polite">${this.#copying.copied ? link.copied : link.copy}</span>
        </button>
        ${
          'share' in navigator
            ? html`<button class="button soft" type="button" @click=${() => void this.#share()}>
                <visavis-icon .drawing=${Share2}></visavis-icon>${link.share}
              </button>`
            : nothing
        }
        <button
          class="button soft"
          type="button"
          aria-expanded=${shown ? 'true' : 'false'}
          @click=${() => void this.#toggleCode()}
        >
          <visavis-icon .drawing=${QrCode}></visavis-icon>${shown ? link.hideCode : link.showCode}
        </button>
      </div>
      ${shown ? html`<visavis-qr-code .text=${this.#link}></visavis-qr-code>` : nothing}
      ${this.code === 'failed' ? html`<p class="hint" role="alert">${link.codeFailed}</p>` : nothing}
      ${this.#renderPassphrase()} ${onlyHere ? html`<p class="hint">${link.onlyHere}</p>` : nothing}
    `;
  }

  #renderPassphrase(): unknown {
    if (this.passphrase === null) return nothing;
    const { link } = roomWords;
    return html`<div class="secret">
      <p>${link.passphrase}: <code>${this.passphrase}</code></p>
      <label>
        <input
          type="checkbox"
          .checked=${!this.bare}
          @change=${(event: Event) => {
            this.bare = !(event.target as HTMLInputElement).checked;
          }}
        />
        ${link.withPassphrase}
      </label>
      <p class="hint">${this.bare ? link.withoutHint : link.withHint}</p>
    </div>`;
  }

  async #toggleCode(): Promise<void> {
    if (this.code === 'shown') {
      this.code = 'hidden';
      return;
    }
    try {
      await import('./qr_code.ts');
      this.code = 'shown';
    } catch {
      this.code = 'failed';
    }
  }

  async #share(): Promise<void> {
    const { shareTitle: title, shareText: text } = roomWords.link;
    try {
      await navigator.share({ title, text, url: this.#link });
    } catch {
      // Closed without choosing, or not allowed: the link is still on screen.
    }
  }

  async #copy(): Promise<void> {
    // Where it is not allowed: selected, it can be copied by hand.
    if (await this.#copying.copy(this.#link)) return;
    this.renderRoot.querySelector<HTMLInputElement>('.link')?.focus();
  }
}

customElements.define('visavis-room-link', RoomLink);
