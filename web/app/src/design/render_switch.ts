import { html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';

interface SwitchLine {
  readonly label: string;
  /** A sentence below it; empty: none. */
  readonly hint?: string;
  readonly on: boolean;
  readonly set: (on: boolean) => void;
}

/** One switch with its words, in the styles `switches` and `settingsStyles`. */
export function renderSwitch({ label, hint = '', on, set }: SwitchLine): unknown {
  return html`<label class="switch">
    <span class="words"
      >${label}${hint === '' ? nothing : html`<span class="hint">${hint}</span>`}</span
    >
    <input
      type="checkbox"
      role="switch"
      aria-label=${label}
      aria-description=${hint === '' ? nothing : hint}
      .checked=${live(on)}
      @change=${(event: Event) => {
        set((event.target as HTMLInputElement).checked);
      }}
    />
  </label>`;
}
