import { css, html, nothing } from 'lit';
import { DoorOpen } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { nameWords } from '../strings/names.ts';
import { roomWords } from '../strings/stage.ts';
import type { CallViewModel } from './call_view_model.ts';

/** Somebody knocks: a word over the stage, read out at once, with the two answers to it. */
export class KnockToast extends PageElement {
  static override properties = { view: { attribute: false }, quiet: { type: Boolean } };
  declare view: CallViewModel;
  /** The people panel is open and shows the door. */
  declare quiet: boolean;

  static override styles = [
    base,
    buttons,
    css`
      .knock {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-2) var(--space-4);
        padding: var(--space-2) var(--space-2) var(--space-2) var(--space-5);
        border: 1px solid var(--stage-line);
        border-radius: var(--radius-l);
        background: var(--stage-raised);
        box-shadow: 0 8px 28px rgb(0 0 0 / 45%);
        animation: arrive var(--slow) var(--ease);
      }
      @keyframes arrive {
        from {
          opacity: 0;
          transform: translateY(-12px);
        }
      }
      p {
        display: flex;
        flex: 1 1 12ch;
        align-items: center;
        gap: var(--space-3);
        min-inline-size: 0;
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .confusable {
        display: block;
        color: #ffdd9f;
        font-size: var(--text-xs);
        font-weight: 400;
        line-height: 1.35;
      }
      p visavis-icon {
        flex: none;
        font-size: 22px;
      }
      .answers {
        display: flex;
        flex: none;
        gap: var(--space-2);
      }
      .refuse {
        border-color: var(--stage-line);
      }
      .let-in {
        background: var(--stage-ink);
        color: var(--stage);
      }
    `,
  ];

  constructor() {
    super();
    this.quiet = false;
    new Watch(this, () => [[this.view, (listener) => this.view.subscribe(listener)]]);
  }

  override render(): unknown {
    return html`<div role="alert">${this.#renderKnock()}</div>`;
  }

  #renderKnock(): unknown {
    const [knock, ...more] = this.view.knocks;
    if (!knock || this.quiet || !this.view.mayAdmit) return nothing;
    const { call } = roomWords;
    const answer = (admit: boolean) => (): void => void this.view.admit(knock, admit);
    return html`<div class="knock">
      <p>
        <visavis-icon .drawing=${DoorOpen}></visavis-icon>
        <span
          >${call.knock(knock.name, more.length)}${
            knock.confusable === true
              ? html`<span class="confusable" title=${nameWords.confusable}
                  ><span aria-hidden="true">${nameWords.confusableShort}</span
                  ><span class="visually-hidden">${nameWords.confusable}</span></span
                >`
              : nothing
          }</span
        >
      </p>
      <div class="answers">
        <button
          class="button refuse"
          type="button"
          aria-label=${call.refuse(knock.name)}
          @click=${answer(false)}
        >
          ${call.refuseShort}
        </button>
        <button
          class="button let-in"
          type="button"
          aria-label=${call.letIn(knock.name)}
          @click=${answer(true)}
        >
          ${call.letInShort}
        </button>
      </div>
    </div>`;
  }
}

customElements.define('visavis-knock-toast', KnockToast);
