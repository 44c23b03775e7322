import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';

import type { AppViewModel } from '../flow/app_view_model.ts';
import type { Question } from '../flow/incoming_calls.ts';
import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import { dialogs } from '../design/dialogs.ts';
import { base, buttons } from '../design/shared.ts';
import { ringWords } from '../strings/ring.ts';
import './incoming_card.ts';

/** Calls that come during another: cards over the stage, and the question what is to become of the call one is in. */
export class CallWaiting extends PageElement {
  static override properties = { app: { attribute: false } };
  declare app: AppViewModel;

  static override styles = [
    base,
    buttons,
    dialogs,
    css`
      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-2);
      }
      li {
        padding: var(--space-3);
        border: 1px solid var(--stage-line);
        border-radius: var(--radius-l);
        background: var(--stage-raised);
        box-shadow: 0 8px 28px rgb(0 0 0 / 45%);
        animation: arrive var(--slow) var(--ease);
        --card-ink-soft: var(--stage-ink-soft);
        --card-line: var(--stage-line);
        --card-hover: rgb(255 255 255 / 10%);
        --card-problem: #ff9285;
        --warning-ink: #ffdd9f;
      }
      dialog {
        --focus: var(--accent);
        color-scheme: light dark;
      }
      h2 {
        font-size: var(--text-xl);
        font-weight: 700;
        letter-spacing: -0.02em;
        line-height: 1.2;
        overflow-wrap: anywhere;
        text-wrap: balance;
      }
      h2:focus {
        outline: none;
      }
      dialog p {
        margin-block: var(--space-3) var(--space-5);
        color: var(--ink-soft);
        overflow-wrap: anywhere;
      }
      .choices {
        display: grid;
        gap: var(--space-3);
      }
      .choices .button {
        padding-block: var(--space-2);
        overflow-wrap: anywhere;
      }
      .end {
        background: var(--answer);
        color: #ffffff;
      }
      .end:hover {
        background: var(--answer-strong);
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => [[this.app, (listener) => this.app.subscribe(listener)]]);
  }

  override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && !dialog.open) dialog.showModal();
  }

  override render(): unknown {
    const { ringing } = this.app;
    const { question } = ringing;
    return html`<ul role="list">
        ${repeat(
          ringing.all,
          (call) => call,
          (call) =>
            html`<li>
              <visavis-incoming-card .app=${this.app} .call=${call}></visavis-incoming-card>
            </li>`,
        )}
      </ul>
      <p class="visually-hidden" role="alert">
        ${ringing.all.map((call) => ringWords.incoming(call.from?.name ?? '')).join('. ')}
      </p>
      ${question === null ? nothing : this.#renderQuestion(question)}`;
  }

  #renderQuestion({ call }: Question): unknown {
    const { ringing } = this.app;
    const { question: words } = ringWords;
    const name = call.from?.name ?? '';
    return html`<dialog aria-labelledby="question" @close=${this.#drop}>
      <h2 id="question" tabindex="-1" autofocus>${words.title(name)}</h2>
      <p>${words.detail(name)}</p>
      <div class="choices">
        <button
          class="button end"
          type="button"
          @click=${() => {
            void ringing.endAndAccept();
          }}
        >
          ${words.endAndAccept}
        </button>
        <button
          class="button soft"
          type="button"
          @click=${() => {
            void ringing.addToCall();
          }}
        >
          ${words.add(name)}
        </button>
        <button class="button quiet" type="button" @click=${this.#drop}>${words.cancel}</button>
      </div>
    </dialog>`;
  }

  readonly #drop = (): void => {
    this.app.ringing.dropQuestion();
  };
}

customElements.define('visavis-call-waiting', CallWaiting);
