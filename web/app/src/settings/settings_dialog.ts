import { css, html, LitElement, nothing } from 'lit';

import { dialogs } from '../design/dialogs.ts';
import { base, buttons, fields } from '../design/shared.ts';
import { NAME_CHARS_MAX } from '../lobby/join_form.ts';
import { strings } from '../strings.ts';
import { switches } from './switches.ts';

/** One's name, and who may learn one's address. `rename` resolves when the server has taken it. Opened by `show()`. */
export class SettingsDialog extends LitElement {
  static override properties = {
    name: {},
    rename: { attribute: false },
    hidesAddress: { attribute: false },
    setHidesAddress: { attribute: false },
    saving: { state: true },
    problem: { state: true },
  };
  declare name: string;
  declare rename: (name: string) => Promise<void>;
  declare hidesAddress: boolean;
  declare setHidesAddress: (hides: boolean) => void;
  declare saving: boolean;
  declare problem: string | null;

  static override styles = [
    base,
    buttons,
    fields,
    dialogs,
    switches,
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
        text-wrap: pretty;
      }
      .address {
        margin-block-start: var(--space-5);
        padding-block-start: var(--space-4);
        border-block-start: 1px solid var(--line);
      }
      .address .hint {
        margin-block-start: 0;
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
    this.hidesAddress = false;
    this.setHidesAddress = () => undefined;
    this.saving = false;
    this.problem = null;
  }

  show(): void {
    this.problem = null;
    const { name, address } = this.#fields;
    if (name) name.value = this.name;
    if (address) address.checked = this.hidesAddress;
    this.renderRoot.querySelector('dialog')?.showModal();
    name?.select();
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
        ${this.#renderAddress()}
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

  #renderAddress(): unknown {
    return html`<div class="address">
      <label class="switch">
        <span>${strings.settings.hideAddress}</span>
        <input id="address" type="checkbox" role="switch" aria-describedby="address-hint" />
      </label>
      <p id="address-hint" class="hint">${strings.settings.hideAddressHint}</p>
    </div>`;
  }

  get #fields(): { name: HTMLInputElement | null; address: HTMLInputElement | null } {
    return {
      name: this.renderRoot.querySelector<HTMLInputElement>('#name'),
      address: this.renderRoot.querySelector<HTMLInputElement>('#address'),
    };
  }

  readonly #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close();
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const { name, address } = this.#fields;
    void this.#save(name?.value.trim() ?? '', address?.checked ?? false);
  };

  async #save(name: string, hidesAddress: boolean): Promise<void> {
    if (name === '') {
      this.problem = strings.join.nameMissing;
      return;
    }
    // First, and without the server: a name that is not taken must not keep the address visible.
    this.setHidesAddress(hidesAddress);
    this.saving = true;
    try {
      if (name !== this.name) await this.rename(name);
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
