import { css, html, nothing } from 'lit';

import { PageElement } from '../base/page_element.ts';
import { base, buttons, fields } from '../design/shared.ts';
import { NAME_CHARS_MAX } from '../base/name_limit.ts';
import { settingsWords } from '../strings/devices.ts';
import { strings } from '../strings/strings.ts';
import type { Account } from '../preferences/settings_request.ts';
import { switches } from '../design/switches.ts';

/** One's name, and who may learn one's address. Fires `visavis-done` when that is saved or left. */
export class AccountSettings extends PageElement {
  static override properties = {
    account: { attribute: false },
    saving: { state: true },
    problem: { state: true },
  };
  declare account: Account;
  declare saving: boolean;
  declare problem: string | null;

  static override styles = [
    base,
    buttons,
    fields,
    switches,
    css`
      .hint {
        margin-block-start: var(--space-2);
        color: var(--ink-soft);
        font-size: var(--text-s);
        text-wrap: pretty;
      }
      .name {
        margin-block-end: var(--space-4);
        padding-block-end: var(--space-5);
        border-block-end: 1px solid var(--line);
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
    this.saving = false;
    this.problem = null;
  }

  override firstUpdated(): void {
    // Where there is a mouse, there is a keyboard; on a phone, one would cover half the page.
    if (!matchMedia('(hover: hover)').matches) return;
    this.renderRoot.querySelector<HTMLInputElement>('#name')?.select();
  }

  override render(): unknown {
    const { account } = this;
    return html`<form novalidate @submit=${this.#submit}>
      ${account.name === null ? nothing : this.#renderName(account.name)}
      <div class="address">
        <label class="switch">
          <span>${settingsWords.account.hideAddress}</span>
          <input
            id="address"
            type="checkbox"
            role="switch"
            .defaultChecked=${account.hidesAddress}
            aria-describedby="address-hint"
          />
        </label>
        <p id="address-hint" class="hint">${settingsWords.account.hideAddressHint}</p>
      </div>
      <div class="actions">
        <button class="button quiet" type="button" @click=${this.#done}>
          ${settingsWords.account.cancel}
        </button>
        <button class="button primary" type="submit" ?disabled=${this.saving}>
          ${this.saving ? settingsWords.account.saving : settingsWords.account.save}
        </button>
      </div>
    </form>`;
  }

  #renderName(name: string): unknown {
    return html`<div class="name">
      <label for="name">${settingsWords.account.name}</label>
      <input
        id="name"
        autocomplete="nickname"
        autocapitalize="words"
        spellcheck="false"
        maxlength=${NAME_CHARS_MAX}
        .defaultValue=${name}
        aria-describedby="hint problem"
      />
      <p id="hint" class="hint">${settingsWords.account.nameHint}</p>
      <p id="problem" class="field-error" role="alert">${this.problem ?? nothing}</p>
    </div>`;
  }

  readonly #done = (): void => {
    this.dispatchEvent(new CustomEvent('visavis-done'));
  };

  readonly #submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = this.renderRoot.querySelector<HTMLInputElement>('#name');
    const address = this.renderRoot.querySelector<HTMLInputElement>('#address');
    void this.#save(name?.value.trim() ?? null, address?.checked ?? false);
  };

  /** @param name Null where none is asked for. */
  async #save(name: string | null, hidesAddress: boolean): Promise<void> {
    if (name === '') {
      this.problem = strings.join.nameMissing;
      return;
    }
    // First, and without the server: a name that is not taken must not keep the address visible.
    this.account.setHidesAddress(hidesAddress);
    this.saving = true;
    try {
      if (name !== null && name !== this.account.name) await this.account.rename(name);
      this.#done();
    } catch (error) {
      this.problem =
        error instanceof Error && error.message !== ''
          ? error.message
          : settingsWords.account.failed;
    } finally {
      this.saving = false;
    }
  }
}

customElements.define('visavis-account-settings', AccountSettings);
