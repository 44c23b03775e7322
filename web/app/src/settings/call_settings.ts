import { css, html } from 'lit';

import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import { base, buttons } from '../design/shared.ts';
import { settingsWords } from '../strings/devices.ts';
import { settingsStyles } from '../design/settings_styles.ts';
import type { Preferences, PreferenceValues } from '../preferences/preferences.ts';
import { renderSwitch } from '../design/render_switch.ts';
import { switches } from '../design/switches.ts';

type Switch = 'dataSaver' | 'shortcuts' | 'pushToTalk' | 'mutedHint';

/** How calls behave. Everything takes effect at once. */
export class CallSettings extends PageElement {
  static override properties = { preferences: { attribute: false } };
  declare preferences: Preferences;

  static override styles = [
    base,
    buttons,
    switches,
    settingsStyles,
    css`
      .button {
        margin-block-start: var(--space-3);
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => [[this.preferences, (listener) => this.preferences.subscribe(listener)]]);
  }

  override render(): unknown {
    const words = settingsWords.calls;
    return html`
      ${this.#renderSwitch('dataSaver', words.dataSaver, words.dataSaverHint)}
      ${this.#renderSwitch('mutedHint', words.mutedHint, words.mutedHintHint)}
      ${this.#renderSwitch('pushToTalk', words.pushToTalk)}
      ${this.#renderSwitch('shortcuts', words.shortcuts, words.shortcutsHint)}
      <button class="button quiet" type="button" @click=${this.#showShortcuts}>
        ${words.showShortcuts}
      </button>
    `;
  }

  #renderSwitch(name: Switch, label: string, hint = ''): unknown {
    const changes = (on: boolean): Partial<PreferenceValues> => ({ [name]: on });
    return renderSwitch({
      label,
      hint,
      on: this.preferences.values[name],
      set: (on) => {
        this.preferences.set(changes(on));
      },
    });
  }

  readonly #showShortcuts = (): void => {
    void import('../shortcuts/help_sheet.ts').then(({ HelpSheet }) => {
      HelpSheet.show(this.preferences);
    });
  };
}

customElements.define('visavis-call-settings', CallSettings);
