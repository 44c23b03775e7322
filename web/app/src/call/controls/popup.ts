import type { IconNode } from 'lucide';
import { css, html, nothing } from 'lit';

import '../../design/icon.ts';
import { PageElement } from '../../base/page_element.ts';
import { base, stageButtons } from '../../design/shared.ts';
import { stepOf, stepped } from '../../base/roving.ts';

const EDGE_PX = 8; // stays free between a popup and the edge of the window

/**
 * A round button and the menu it opens: the children with a role of a menu item. Arrow keys walk through them,
 * Escape and a click elsewhere close it, and so does choosing an item without `data-stay`.
 */
export class Popup extends PageElement {
  static override properties = {
    label: {},
    drawing: { attribute: false },
    open: { type: Boolean, reflect: true },
  };
  declare label: string;
  declare drawing: IconNode;
  declare open: boolean;

  static override styles = [
    base,
    stageButtons,
    css`
      :host {
        position: relative;
        display: inline-grid;
      }
      .menu {
        position: absolute;
        inset-block-end: calc(100% + var(--space-3));
        inset-inline-start: 50%;
        transform: translateX(calc(-50% + var(--shift, 0px)));
        box-sizing: border-box;
        inline-size: max-content;
        max-inline-size: calc(100vw - 16px);
        max-block-size: calc(100dvh - 120px);
        overflow-y: auto;
        overscroll-behavior: contain;
        padding: var(--space-2);
        border: 1px solid var(--stage-line);
        border-radius: var(--radius-m);
        background: var(--stage-raised);
        color: var(--stage-ink);
        box-shadow: 0 12px 40px rgb(0 0 0 / 55%);
        animation: arrive var(--fast) var(--ease);
      }
      @keyframes arrive {
        from {
          opacity: 0;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.label = '';
    this.drawing = [];
    this.open = false;
    this.addEventListener('keydown', this.#onKey);
    // Before the item does anything: a dialog that it opens gives the focus back to where it is then.
    this.addEventListener('click', this.#onClick, { capture: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.close();
  }

  override render(): unknown {
    const { label, open } = this;
    return html`<button
        class="round ${open ? 'pressed' : ''}"
        part="button"
        type="button"
        title=${label}
        aria-label=${label}
        aria-haspopup="menu"
        aria-expanded=${String(open)}
        @click=${this.#toggle}
      >
        <visavis-icon .drawing=${this.drawing}></visavis-icon>
      </button>
      ${
        open
          ? html`<div class="menu" part="menu" role="menu" aria-label=${label}><slot></slot></div>`
          : nothing
      }`;
  }

  override updated(changes: ReadonlyMap<PropertyKey, unknown>): void {
    if (!changes.has('open') || !this.open) return;
    this.#keepInWindow();
    this.#items()[0]?.focus({ preventScroll: true });
  }

  override focus(): void {
    this.renderRoot.querySelector('button')?.focus({ preventScroll: true });
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    removeEventListener('pointerdown', this.#onPointerDown, { capture: true });
    this.#tell();
  }

  readonly #toggle = (): void => {
    if (this.open) {
      this.close();
      return;
    }
    this.open = true;
    addEventListener('pointerdown', this.#onPointerDown, { capture: true });
    this.#tell();
  };

  #tell(): void {
    this.dispatchEvent(new CustomEvent('visavis-popup', { detail: this.open, bubbles: true }));
  }

  /** Those that are shown: the bar shows some of them itself where there is room. */
  #items(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role^="menuitem"]')].filter(
      (item) => item.getClientRects().length > 0,
    );
  }

  readonly #onPointerDown = (event: Event): void => {
    if (!event.composedPath().includes(this)) this.close();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (!this.open) return;
    if (event.key === 'Tab') {
      this.close();
      return;
    }
    if (event.key === 'Escape') {
      // Not also for a full screen or a panel that Escape would close.
      event.stopPropagation();
      event.preventDefault();
      this.#closeToButton();
      return;
    }
    const step = stepOf(event.key);
    if (step === null) return;
    event.preventDefault();
    const items = this.#items();
    // Not `:focus`, which nothing matches in Firefox while another window has the keyboard.
    const { activeElement } = this.getRootNode() as Document | ShadowRoot;
    const current = items.findIndex((item) => item === activeElement);
    items[stepped(step, current, items.length)]?.focus();
  };

  readonly #onClick = (event: Event): void => {
    const item = event
      .composedPath()
      .find((target) => target instanceof HTMLElement && this.#items().includes(target));
    if (!(item instanceof HTMLElement) || 'stay' in item.dataset) return;
    this.#closeToButton();
  };

  #closeToButton(): void {
    this.close();
    this.focus();
  }

  #keepInWindow(): void {
    const menu = this.renderRoot.querySelector<HTMLElement>('.menu');
    if (!menu) return;
    menu.style.setProperty('--shift', '0px');
    const { left, right } = menu.getBoundingClientRect();
    const width = document.documentElement.clientWidth;
    const shift = Math.max(EDGE_PX - left, 0) + Math.min(width - EDGE_PX - right, 0);
    menu.style.setProperty('--shift', `${shift}px`);
  }
}

customElements.define('visavis-popup', Popup);
