import { css, html, nothing } from 'lit';
import { X } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import { stepOf, stepped } from '../base/roving.ts';
import { dialogs } from '../design/dialogs.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import '../devices/device_picker.ts';
import { settingsWords } from '../strings/devices.ts';
import './account_settings.ts';
import './call_settings.ts';
import type { SettingsContext, SettingsSection } from '../preferences/settings_request.ts';

/** Everything that can be set, in sections of a dialog (WAI-ARIA: tabs). Made by `show`, gone when closed. */
export class SettingsDialog extends PageElement {
  static override properties = {
    context: { attribute: false },
    section: {},
  };
  declare context: SettingsContext;
  declare section: SettingsSection;

  static override styles = [
    base,
    buttons,
    dialogs,
    css`
      dialog {
        inline-size: min(560px, calc(100vw - 32px));
        padding: 0;
        overflow: hidden;
      }
      .frame {
        display: grid;
        grid-template-rows: auto auto minmax(0, 1fr);
        max-block-size: min(760px, calc(100dvh - 32px));
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        padding: var(--space-4) var(--space-4) var(--space-2) var(--space-6);
      }
      h2 {
        font-size: var(--text-xl);
        letter-spacing: -0.02em;
        line-height: 1.2;
      }
      .close {
        inline-size: var(--touch);
        padding: 0;
        font-size: 20px;
      }
      .close:hover {
        background: var(--surface-sunk);
      }
      .tabs {
        display: flex;
        gap: var(--space-1);
        padding: 0 var(--space-5);
        overflow-x: auto;
        scrollbar-width: none;
        border-block-end: 1px solid var(--line);
      }
      .tab {
        flex: none;
        min-block-size: var(--touch);
        padding: 0 var(--space-3);
        border: none;
        border-block-end: 3px solid transparent;
        background: none;
        color: var(--ink-soft);
        font-size: var(--text-s);
        font-weight: 600;
      }
      .tab:hover {
        color: var(--ink);
      }
      .tab:focus-visible {
        outline-offset: -3px;
      }
      .tab[aria-selected='true'] {
        border-color: var(--accent);
        color: var(--ink);
      }
      .panel {
        padding: var(--space-5) var(--space-6) var(--space-6);
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      .panel:focus {
        outline: none; /* only the place from where the Tab key goes on */
      }
      @media (min-width: 480px) {
        .frame {
          block-size: min(680px, calc(100dvh - 32px));
        }
      }
      @media (max-width: 479px) {
        dialog {
          inline-size: 100vw;
          padding: 0;
        }
        .frame {
          block-size: calc(100dvh - 40px);
          max-block-size: none;
        }
        .head {
          padding: var(--space-3) var(--space-3) 0 var(--space-5);
        }
        .tabs {
          flex-wrap: wrap;
          gap: 0;
          padding: 0 var(--space-3);
        }
        /* All are seen, if need be on two lines. */
        .tab {
          flex: 1 1 auto;
          min-inline-size: 0;
          padding: 0 var(--space-2);
          font-size: var(--text-xs);
          line-height: 1.25;
          text-wrap: balance;
        }
        .panel {
          padding: var(--space-4) var(--space-5) calc(var(--space-6) + env(safe-area-inset-bottom));
        }
      }
    `,
  ];

  constructor() {
    super();
    this.section = 'account';
  }

  /** Opens it over the page; one that is open already goes to that section. */
  static show(section: SettingsSection, context: SettingsContext): void {
    const open = document.querySelector('visavis-settings-dialog');
    const dialog = open instanceof SettingsDialog ? open : new SettingsDialog();
    dialog.context = context;
    dialog.section = section;
    if (!dialog.isConnected) document.body.append(dialog);
  }

  override firstUpdated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('.panel')?.focus();
  }

  override updated(): void {
    const tab = this.renderRoot.querySelector('[aria-selected="true"]');
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  override render(): unknown {
    return html`<dialog aria-labelledby="title" @close=${this.#onClose} @click=${this.#onBackdrop}>
      <div class="frame">
        <div class="head">
          <h2 id="title">${settingsWords.title}</h2>
          <button
            class="button close"
            type="button"
            title=${settingsWords.close}
            aria-label=${settingsWords.close}
            @click=${this.#close}
          >
            <visavis-icon .drawing=${X}></visavis-icon>
          </button>
        </div>
        <div class="tabs" role="tablist" aria-labelledby="title" @keydown=${this.#onKey}>
          ${this.#sections.map((section) => this.#renderTab(section))}
        </div>
        <div class="panel" id="panel" role="tabpanel" tabindex="-1" aria-labelledby=${this.section}>
          ${this.#renderSection()}
        </div>
      </div>
    </dialog>`;
  }

  get #sections(): readonly SettingsSection[] {
    const { account, preferences } = this.context;
    return [
      ...(account ? ['account' as const] : []),
      'devices',
      ...(preferences ? ['calls' as const] : []),
    ];
  }

  #renderTab(section: SettingsSection): unknown {
    const selected = section === this.section;
    return html`<button
      class="tab"
      id=${section}
      type="button"
      role="tab"
      aria-selected=${String(selected)}
      aria-controls="panel"
      tabindex=${selected ? '0' : '-1'}
      @click=${() => {
        this.section = section;
      }}
    >
      ${settingsWords.sections[section]}
    </button>`;
  }

  #renderSection(): unknown {
    const { account, media, preferences } = this.context;
    switch (this.section) {
      case 'account':
        return html`<visavis-account-settings
          .account=${account}
          @visavis-done=${this.#close}
        ></visavis-account-settings>`;
      case 'devices':
        return html`<visavis-device-picker .media=${media}></visavis-device-picker>`;
      case 'calls':
        return preferences
          ? html`<visavis-call-settings .preferences=${preferences}></visavis-call-settings>`
          : nothing;
    }
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const step = stepOf(event.key);
    if (step === null || event.key === 'ArrowUp' || event.key === 'ArrowDown') return;
    event.preventDefault();
    const sections = this.#sections;
    const next = stepped(step, sections.indexOf(this.section), sections.length);
    this.section = sections[next] ?? this.section;
    void this.updateComplete.then(() => {
      this.renderRoot.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
    });
  };

  readonly #close = (): void => {
    this.renderRoot.querySelector('dialog')?.close();
  };

  readonly #onBackdrop = (event: Event): void => {
    if (event.target === event.currentTarget) this.#close();
  };

  readonly #onClose = (): void => {
    this.remove();
  };
}

customElements.define('visavis-settings-dialog', SettingsDialog);
