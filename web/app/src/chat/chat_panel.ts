import type { Call } from '@visavis/client';
import { html, LitElement } from 'lit';
import { X } from 'lucide';

import type { Public } from '../base/public.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { strings } from '../strings.ts';
import { chatPanelStyles } from './chat_panel_styles.ts';

/**
 * What people in a call write and send to each other: beside the pictures, or over them on a phone. Fires
 * `visavis-panel` with null when it is to be closed.
 */
export class ChatPanel extends LitElement {
  static override properties = { call: { attribute: false } };
  declare call: Public<Call>;

  static override styles = [base, buttons, chatPanelStyles];

  override render(): unknown {
    return html`<header>
      <h2>${strings.chat.title}</h2>
      <button
        class="plain"
        type="button"
        title=${strings.chat.close}
        aria-label=${strings.chat.close}
        @click=${this.#close}
      >
        <visavis-icon .drawing=${X}></visavis-icon>
      </button>
    </header>`;
  }

  readonly #close = (): void => {
    this.dispatchEvent(
      new CustomEvent('visavis-panel', { detail: null, bubbles: true, composed: true }),
    );
  };
}

customElements.define('visavis-chat-panel', ChatPanel);
