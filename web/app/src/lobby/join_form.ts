import { css, html, nothing } from 'lit';
import { Lock } from 'lucide';

import type { AppViewModel } from '../flow/app_view_model.ts';
import { NAME_CHARS_MAX } from '../base/name_limit.ts';
import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { base, buttons, fields, promise } from '../design/shared.ts';
import { strings } from '../strings/strings.ts';

/** What this is, and the one question before it starts: your name. */
export class JoinForm extends PageElement {
  static override properties = { app: { attribute: false } };
  declare app: AppViewModel;

  static override styles = [
    base,
    buttons,
    fields,
    promise,
    css`
      h1 {
        max-inline-size: 14ch;
        font-size: var(--text-xxl);
        font-weight: 700;
        letter-spacing: -0.03em;
        line-height: 1.08;
        text-wrap: balance;
      }
      .lead {
        max-inline-size: 44ch;
        margin-block: var(--space-4) var(--space-6);
        color: var(--ink-soft);
        font-size: 1.0625rem;
      }
      form {
        max-inline-size: 440px;
      }
      .row {
        display: flex;
        gap: var(--space-3);
      }
      input {
        flex: 1;
        min-inline-size: 0;
        min-block-size: 52px;
      }
      .button {
        min-block-size: 52px;
        min-inline-size: 120px;
      }
      .check {
        margin-block-start: var(--space-4);
      }
      @media (max-width: 479px) {
        .lead {
          margin-block: var(--space-3) var(--space-5);
          font-size: var(--text-m);
        }
        .row {
          flex-direction: column;
        }
        .promise {
          margin-block-start: var(--space-4);
        }
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => [[this.app, (listener) => this.app.subscribe(listener)]]);
  }

  override firstUpdated(): void {
    // Where there is a mouse, there is a keyboard; on a phone, one would cover half the page.
    if (!matchMedia('(hover: hover)').matches) return;
    this.renderRoot.querySelector('input')?.focus({ preventScroll: true });
  }

  override render(): unknown {
    const { app } = this;
    const problem = app.joinProblem;
    return html`
      <h1>${strings.claim}</h1>
      <p class="lead">${strings.lead}</p>
      <form novalidate @submit=${this.#submit}>
        <label for="name">${strings.join.name}</label>
        <div class="row">
          <input
            id="name"
            name="name"
            autocomplete="nickname"
            autocapitalize="words"
            spellcheck="false"
            maxlength=${NAME_CHARS_MAX}
            placeholder=${strings.join.namePlaceholder}
            .defaultValue=${app.name}
            ?readonly=${app.joining}
            aria-invalid=${problem === null ? nothing : 'true'}
            aria-describedby=${problem === null ? nothing : 'problem'}
          />
          <button class="button primary" type="submit" ?disabled=${app.joining}>
            ${app.joining ? strings.join.joining : strings.join.submit}
          </button>
        </div>
        <p id="problem" class="field-error" role="alert">${problem ?? nothing}</p>
        ${
          problem === strings.join.unreachable
            ? html`<button
                class="button quiet check"
                type="button"
                @click=${() => {
                  app.openCheck();
                }}
              >
                ${strings.join.check}
              </button>`
            : nothing
        }
      </form>
      <p class="promise"><visavis-icon .drawing=${Lock}></visavis-icon>${strings.join.promise}</p>
    `;
  }

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const field = this.renderRoot.querySelector('input');
    if (field?.value.trim() === '') field.focus();
    void this.app.join(field?.value ?? '');
  };
}

customElements.define('visavis-join-form', JoinForm);
