import type { Call } from '@visavis/client';
import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ArrowDown, X } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { plainButtons, sheet } from '../design/sheet.ts';
import '../files/file_card.ts';
import { FileDrop } from '../files/file_drop.ts';
import type { FileAction } from '../files/files_view_model.ts';
import { chatWords } from '../strings/chat.ts';
import { chatPanelStyles } from './chat_panel_styles.ts';
import type { ChatItem, ChatViewModel } from './chat_view_model.ts';
import './message_box.ts';
import { dayOf, renderMessage } from './render_message.ts';

/** This near to the end, in CSS pixels, the log follows what comes. */
const END_PIXELS = 48;

/**
 * What people in a call write and send to each other: beside the pictures, or over them on a phone. Fires
 * `visavis-panel` with null when it is to be closed.
 */
export class ChatPanel extends PageElement {
  static override properties = {
    call: { attribute: false },
    view: { attribute: false },
    behind: { state: true },
  };
  declare call: Public<Call>;
  declare view: ChatViewModel;
  /** Something has come below what is seen. */
  declare behind: boolean;

  static override styles = [base, buttons, sheet, plainButtons, chatPanelStyles];

  readonly #drop = new FileDrop(this, (files) => void this.view.sendFiles(files));
  #atEnd = true;
  #lastKey: string | undefined;

  constructor() {
    super();
    this.behind = false;
    new Watch(this, () => [[this.view, (listener) => this.view.subscribe(listener)]]);
    this.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.view.setOpen(false);
  }

  override firstUpdated(): void {
    this.view.setOpen(true);
    // A keyboard that comes up over half of a phone's screen is not what the person asked for.
    const target = matchMedia('(pointer: fine)').matches ? 'visavis-message-box' : 'h2';
    this.renderRoot.querySelector<HTMLElement>(target)?.focus({ preventScroll: true });
  }

  override updated(): void {
    const key = this.view.items.at(-1)?.key;
    const grown = key !== this.#lastKey;
    this.#lastKey = key;
    if (this.#atEnd) this.#scrollToEnd();
    else if (grown) this.behind = true;
  }

  override render(): unknown {
    const { view } = this;
    const { items } = view;
    return html`<header>
        <h2 tabindex="-1">${chatWords.title}</h2>
        <button
          class="plain close"
          type="button"
          title=${chatWords.close}
          aria-label=${chatWords.close}
          @click=${this.#close}
        >
          <visavis-icon .drawing=${X}></visavis-icon>
        </button>
      </header>
      <div
        class="log"
        role="log"
        aria-label=${chatWords.log}
        aria-relevant="additions"
        tabindex="0"
        @scroll=${this.#onScroll}
      >
        <p class="note">${view.sharesHistory ? chatWords.emptyShared : chatWords.empty}</p>
        ${repeat(
          items,
          ({ key }) => key,
          (item, index) => this.#renderItem(item, items[index - 1]),
        )}
      </div>
      ${
        this.behind
          ? html`<button class="button soft below" type="button" @click=${this.#toEnd}>
              <visavis-icon .drawing=${ArrowDown}></visavis-icon>${chatWords.newBelow}
            </button>`
          : nothing
      }
      <visavis-message-box .view=${view} @visavis-sent=${this.#toEnd}></visavis-message-box>
      ${this.#drop.hovering ? html`<p class="drop">${chatWords.drop}</p>` : nothing}`;
  }

  #renderItem(item: ChatItem, before: ChatItem | undefined): unknown {
    return html`${this.#renderDivider(item, before)}
      <div class="item">${this.#renderContent(item, before)}</div>`;
  }

  #renderContent(item: ChatItem, before: ChatItem | undefined): unknown {
    switch (item.kind) {
      case 'note':
        return html`<p class="note">${item.text}</p>`;
      case 'file': {
        const { transfer } = item;
        return html`<visavis-file-card
          class=${transfer.direction === 'out' ? 'own' : ''}
          .card=${this.view.files.card(transfer)}
          @visavis-file=${(event: CustomEvent<FileAction>) => {
            this.view.files.act(transfer, event.detail);
          }}
        ></visavis-file-card>`;
      }
      case 'message':
        return renderMessage(item.message, isNamed(item.message, before), (message) => {
          this.view.retry(message);
        });
    }
  }

  /** Where a day, what others told us, or what is new begins. */
  #renderDivider(item: ChatItem, before: ChatItem | undefined): unknown {
    const words: string[] = [];
    if (item.kind === 'message') {
      const { message } = item;
      const last = before?.kind === 'message' ? before.message : null;
      if (message.old && message.toldBy !== last?.toldBy) {
        words.push(chatWords.earlier(message.toldBy ?? ''));
      }
      const day = dayOf(message.sentAt);
      if (day !== dayOf(last?.sentAt ?? Date.now())) words.push(day);
    }
    if (item.key === this.view.firstUnread) words.push(chatWords.newFrom);
    return words.map((text) => html`<p class="divider"><span>${text}</span></p>`);
  }

  #scrollToEnd(): void {
    const log = this.renderRoot.querySelector('.log');
    if (log) log.scrollTop = log.scrollHeight;
  }

  readonly #toEnd = (): void => {
    this.#atEnd = true;
    this.behind = false;
    this.#scrollToEnd();
  };

  readonly #onScroll = (event: Event): void => {
    const { scrollTop, scrollHeight, clientHeight } = event.target as HTMLElement;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < END_PIXELS;
    if (this.#atEnd) this.behind = false;
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && !event.isComposing) this.#close();
  };

  readonly #close = (): void => {
    this.dispatchEvent(
      new CustomEvent('visavis-panel', { detail: null, bubbles: true, composed: true }),
    );
  };
}

/** Not again for every line of the same author to the same receiver. */
function isNamed(
  message: Extract<ChatItem, { kind: 'message' }>['message'],
  before: ChatItem | undefined,
): boolean {
  if (before?.kind !== 'message') return true;
  const last = before.message;
  return last.from !== message.from || last.to?.id !== message.to?.id || last.old !== message.old;
}

customElements.define('visavis-chat-panel', ChatPanel);
