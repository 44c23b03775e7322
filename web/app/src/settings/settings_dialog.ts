import { css, html, LitElement, nothing } from 'lit';

import { dialogs } from '../design/dialogs.ts';
import { base, buttons, fields } from '../design/shared.ts';
import { NAME_CHARS_MAX } from '../lobby/join_form.ts';
import { strings } from '../strings.ts';

/** Changing one's name. `rename` resolves when the server has taken it. Opened by `show()`. */
export class SettingsDialog extends LitElement {
  static override properties = {
    name: {},
    rename: { attribute: false },
    saving: { state: true },
    problem: { state: true },
  };
  declare name: string;
  declare rename: (name: string) => Promise<void>;
  declare saving: boolean;
  declare problem: string | null;

  static override styles = [
    base,
    buttons,
    fields,
    dialogs,
    css`
      h2 {
        margin-block-end: var(--space-5);
        font-size: var(--text-xl);
        letter-spacing: -0.02em;
        line-height: 1.2;
      }
      .hint {
        margin-block-start: var(--space-2);
        color: var(--ink-soft);
        font-size: var(--text-s);
      }
      .actions {
        display: flex;
        justify-content: flex-end;
        gap: var(--space-3);
        margin-block-start: var(--space-6);
      }
    `,
  ];

  constructor() {
    super();
    this.name = '';
    this.rename = () => Promise.resolve();
    this.saving = false;
    this.problem = null;
  }

  show(): void {
    this.problem = null;
    const field = this.renderRoot.querySelector('input');
    if (field) field.value = this.name;
    this.renderRoot.querySelector('dialog')?.showModal();
    field?.select();
  }

  override render(): unknown {
    return html`<dialog aria-labelledby="title">
      <h2 id="title">${strings.settings.title}</h2>
      <form novalidate @submit=${this.#submit}>
        <label for="name">${strings.settings.name}</label>
        <input
          id="name"
          autocomplete="nickname"
          autocapitalize="words"
          spellcheck="false"
          maxlength=${NAME_CHARS_MAX}
          aria-describedby="hint problem"
        />
        <p id="hint" class="hint">${strings.settings.nameHint}</p>
        <p id="problem" class="field-error" role="alert">${this.problem ?? nothing}</p>
        <div class="actions">
          <button class="button quiet" type="button" @click=${this.#close}>
            ${strings.settings.cancel}
          </button>
          <button class="button primary" type="submit" ?disabled=${this.saving}>
            ${this.saving ? strings.settings.saving : strings.settings.save}
          </button>
        </div>
      </form>
    </dialog>`;
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close();
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    void this.#save(this.renderRoot.querySelector('input')?.value.trim() ?? '');
  };

  async #save(name: string): Promise<void> {
    if (name === '') {
      this.problem = strings.join.nameMissing;
      return;
    }
    this.saving = true;
    try {
      await this.rename(name);
      this.#close();
    } catch (error) {
      this.problem =
        error instanceof Error && error.message !== '' ? error.message : strings.settings.failed;
    } finally {
      this.saving = false;
    }
  }
}

customElements.define('visavis-settings-dialog', SettingsDialog);
