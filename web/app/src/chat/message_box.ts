import { CHAT_TEXT_CHARS_MAX } from '@visavis/client';
import { html, nothing, type PropertyValues } from 'lit';
import { live } from 'lit/directives/live.js';
import { Paperclip, SendHorizontal } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { selects } from '../design/selects.ts';
import { base, buttons } from '../design/shared.ts';
import { plainButtons } from '../design/sheet.ts';
import { chatWords } from '../strings/chat.ts';
import type { ChatViewModel } from './chat_view_model.ts';
import { messageBoxStyles } from './message_box_styles.ts';

/** How many characters before the limit they begin to be counted. */
const COUNTED_FROM = CHAT_TEXT_CHARS_MAX - 500;

/** Where messages are written: to whom, the text, files beside it. Fires `visavis-sent` after each message. */
export class MessageBox extends PageElement {
  static override properties = { view: { attribute: false } };
  declare view: ChatViewModel;

  static override styles = [base, buttons, plainButtons, selects, messageBoxStyles];

  constructor() {
    super();
    new Watch(this, () => [[this.view, (listener) => this.view.subscribe(listener)]]);
  }

  override focus(options?: FocusOptions): void {
    // Who has just made it asks before it is drawn.
    void this.updateComplete.then(() => this.#textbox?.focus(options));
  }

  override firstUpdated(): void {
    this.#fit();
  }

  override updated(_changes: PropertyValues): void {
    if (this.view.draft === '') this.#fit();
  }

  override render(): unknown {
    const { view } = this;
    const left = CHAT_TEXT_CHARS_MAX - view.draft.length;
    const blocked = view.obstacle ?? view.problem;
    return html`
      ${this.#renderReceivers()}
      <div class="row">
        <button
          class="plain"
          type="button"
          title=${chatWords.sendFile}
          aria-label=${chatWords.sendFile}
          @click=${this.#choose}
        >
          <visavis-icon .drawing=${Paperclip}></visavis-icon>
        </button>
        <input class="files" type="file" multiple hidden @change=${this.#onChosen} />
        <textarea
          rows="1"
          aria-label=${chatWords.message}
          placeholder=${chatWords.placeholder}
          enterkeyhint="send"
          dir="auto"
          .value=${live(view.draft)}
          @input=${this.#onInput}
          @keydown=${this.#onKey}
          @paste=${this.#onPaste}
        ></textarea>
        <button
          class="plain send"
          type="button"
          title=${chatWords.send}
          aria-label=${chatWords.send}
          ?disabled=${view.draft.trim() === '' || left < 0 || view.obstacle !== null}
          @click=${this.#send}
        >
          <visavis-icon .drawing=${SendHorizontal}></visavis-icon>
        </button>
      </div>
      ${
        view.draft.length > COUNTED_FROM
          ? html`<p class="hint ${left < 0 ? 'wrong' : ''}" role="status">
              ${chatWords.remaining(left)}
            </p>`
          : nothing
      }
      ${blocked === null ? nothing : html`<p class="hint wrong" role="alert">${blocked}</p>`}
    `;
  }

  /** With one other person, there is nothing to choose. */
  #renderReceivers(): unknown {
    const { receivers, to } = this.view;
    if (receivers.length <= 2 && to === null) return nothing;
    return html`<div class="receivers">
      <select aria-label=${chatWords.to} .value=${to ?? ''} @change=${this.#onReceiver}>
        ${receivers.map(
          ({ id, label, gone }) =>
            html`<option value=${id ?? ''} ?selected=${id === to} ?disabled=${gone}>
              ${label}
            </option>`,
        )}
      </select>
    </div>`;
  }

  get #textbox(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector('textarea');
  }

  /** As high as its text, up to what the style allows. */
  #fit(): void {
    const textbox = this.#textbox;
    if (!textbox) return;
    textbox.style.blockSize = 'auto';
    textbox.style.blockSize = `${textbox.scrollHeight + 2}px`;
  }

  readonly #onInput = (event: Event): void => {
    this.view.draft = (event.target as HTMLTextAreaElement).value;
    this.#fit();
    this.requestUpdate();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    // An Enter that chooses among the candidates of an input method is none of ours; Safari tells by 229 only.
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else tells it there
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== 'Enter' || event.shiftKey || composing) return;
    event.preventDefault();
    this.#send();
  };

  readonly #onReceiver = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement;
    this.view.setTo(value === '' ? null : value);
  };

  /** Pictures from the clipboard are files; text with a picture of itself, as from a spreadsheet, is text. */
  readonly #onPaste = (event: ClipboardEvent): void => {
    const data = event.clipboardData;
    if (!data || data.files.length === 0 || data.types.includes('text/plain')) return;
    event.preventDefault();
    void this.view.sendFiles([...data.files]);
  };

  readonly #choose = (): void => {
    this.renderRoot.querySelector<HTMLInputElement>('.files')?.click();
  };

  readonly #onChosen = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = ''; // so that the same one can be chosen again
    void this.view.sendFiles(files);
  };

  readonly #send = (): void => {
    if (this.view.draft.length > CHAT_TEXT_CHARS_MAX || !this.view.send()) return;
    this.dispatchEvent(new CustomEvent('visavis-sent'));
    this.focus();
  };
}

customElements.define('visavis-message-box', MessageBox);
