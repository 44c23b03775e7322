import { html, nothing } from 'lit';
import { ArrowDownToLine, ArrowUpFromLine } from 'lucide';

import '../design/icon.ts';
import { PageElement } from '../base/page_element.ts';
import { base, buttons } from '../design/shared.ts';
import { fileWords } from '../strings/chat.ts';
import { fileCardStyles } from './file_card_styles.ts';
import type { FileAction, FileCard } from './files_view_model.ts';

/** One file that is offered, on its way, or has arrived. Fires `visavis-file` with what is to be done with it. */
export class FileCardElement extends PageElement {
  static override properties = { card: { attribute: false } };
  declare card: FileCard;

  static override styles = [base, buttons, fileCardStyles];

  override render(): unknown {
    const { incoming, name, who, size, status, failed, thumbnail, actions } = this.card;
    return html`<article>
      ${
        thumbnail === null
          ? html`<visavis-icon
              class="kind"
              .drawing=${incoming ? ArrowDownToLine : ArrowUpFromLine}
            ></visavis-icon>`
          : html`<img src=${thumbnail} alt=${fileWords.picture(name)} />`
      }
      <div class="about">
        <p class="who"><bdi>${who}</bdi> · ${size}</p>
        <p class="name" dir="auto" title=${name}>${name}</p>
        <div aria-live="off">
          ${this.#renderProgress()}
          <p class="status ${failed ? 'failed' : ''}">${status}</p>
        </div>
        ${
          actions.length === 0
            ? nothing
            : html`<div class="actions">
                ${actions.map((action) => this.#renderButton(action))}
              </div>`
        }
      </div>
    </article>`;
  }

  #renderProgress(): unknown {
    const { progress, name } = this.card;
    if (progress === null) return nothing;
    const percent = Math.floor(progress * 100);
    return html`<div
      class="bar"
      role="progressbar"
      aria-label=${fileWords.progress(name)}
      aria-valuemin="0"
      aria-valuemax="100"
      aria-valuenow=${percent}
    >
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width=${progress * 100} height="1" />
      </svg>
    </div>`;
  }

  #renderButton(action: FileAction): unknown {
    const label = fileWords[action];
    const look = action === 'accept' ? 'primary' : 'quiet';
    return html`<button
      class="button ${look}"
      type="button"
      aria-label=${fileWords.of(label, this.card.name)}
      @click=${() => this.dispatchEvent(new CustomEvent('visavis-file', { detail: action }))}
    >
      ${label}
    </button>`;
  }
}

customElements.define('visavis-file-card', FileCardElement);
