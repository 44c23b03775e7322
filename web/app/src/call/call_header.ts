import { css, html, nothing } from 'lit';
import { ArrowLeftRight, LayoutGrid, Lock, Maximize, Minimize, Presentation, Server } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { base, stageButtons } from '../design/shared.ts';
import { stageWords } from '../strings/stage.ts';
import { callWords } from '../strings/call.ts';
import type { CallViewModel } from './call_view_model.ts';
import type { StageModel } from './stage/stage_model.ts';

/** Who is in the call, for how long, over which way; how to look at it. Fires `visavis-full-screen`. */
export class CallHeader extends PageElement {
  static override properties = {
    view: { attribute: false },
    stage: { attribute: false },
    fullScreen: { type: Boolean },
  };
  declare view: CallViewModel;
  declare stage: StageModel;
  declare fullScreen: boolean;

  static override styles = [
    base,
    stageButtons,
    css`
      :host {
        display: flex;
        align-items: flex-start;
        gap: var(--space-3);
        padding: calc(var(--space-4) + env(safe-area-inset-top))
          calc(var(--space-5) + env(safe-area-inset-right)) var(--space-7)
          calc(var(--space-5) + env(safe-area-inset-left));
        background: linear-gradient(var(--stage-shade), transparent);
        pointer-events: none;
      }
      :host([framed]) {
        background: none;
      }
      :host > * {
        pointer-events: auto;
      }
      .who {
        min-inline-size: 0;
        margin-block: -6px;
        margin-inline: calc(-1 * var(--space-3)) auto;
        padding: 6px var(--space-3);
        border-radius: var(--radius-m);
        background: var(--stage-glass); /* legible on a bright picture, too */
      }
      h1 {
        overflow: hidden;
        font-size: var(--text-l);
        font-weight: 700;
        letter-spacing: -0.015em;
        line-height: 1.25;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      h1:focus {
        outline: none;
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--space-1) var(--space-3);
        min-block-size: 1.5em;
        font-size: var(--text-s);
      }
      .round.small {
        flex: none;
      }
      .clock {
        font-variant-numeric: tabular-nums;
      }
      .fact {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .fact visavis-icon {
        font-size: 15px;
      }
      @container (max-width: 599px) {
        :host {
          padding-inline: var(--space-4);
        }
        .who {
          padding-inline-end: var(--space-2);
        }
        .facts {
          gap: 0 6px;
          font-size: var(--text-xs);
        }
        .fact {
          gap: var(--space-1);
        }
        .fact visavis-icon {
          font-size: 13px;
        }
        /* One line: the lock says it to who sees, the words to who hears. */
        .encrypted {
          position: absolute;
          clip-path: inset(50%);
        }
      }
      @container (max-height: 420px) {
        :host {
          padding-block-start: var(--space-2);
        }
        .round.small {
          inline-size: 44px;
          block-size: 44px;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.fullScreen = false;
    new Watch(this, () => [
      [this.view, (listener) => this.view.subscribe(listener)],
      [this.stage, (listener) => this.stage.subscribe(listener)],
    ]);
  }

  override firstUpdated(): void {
    // The screen changed under the reader's hands; the Tab key goes on from here, not from behind the last control.
    this.renderRoot.querySelector('h1')?.focus({ preventScroll: true });
  }

  override render(): unknown {
    const { clock, title } = this.view;
    return html`<div class="who">
        <h1 dir="auto" tabindex="-1">${title}</h1>
        <p class="facts">
          ${
            clock === null
              ? nothing
              : html`<span class="clock" role="timer" aria-label=${callWords.duration}
                  >${clock}</span
                >`
          }
          ${this.#renderPath()}
        </p>
      </div>
      ${this.#renderLayout()} ${this.#renderFullScreen()}`;
  }

  /** Read out when it changes, as the element stays. */
  #renderPath(): unknown {
    const { path } = this.view;
    const drawing = path?.kind === 'relayed' ? Server : ArrowLeftRight;
    return html`<span class="fact" role="status" ?hidden=${path === null}
        >${
          path === null
            ? nothing
            : html`<visavis-icon .drawing=${drawing}></visavis-icon>${path.text}`
        }</span
      >
      ${
        path === null
          ? nothing
          : html`<span class="fact"
              ><visavis-icon .drawing=${Lock}></visavis-icon
              ><span class="encrypted">${callWords.encrypted}</span></span
            >`
      }`;
  }

  #renderLayout(): unknown {
    if (this.view.participants.length < 2) return nothing;
    const alike = this.stage.layout === 'grid';
    const label = alike ? stageWords.speakerLayout : stageWords.gridLayout;
    return this.#renderButton(label, alike ? Presentation : LayoutGrid, () => {
      this.stage.setLayout(alike ? 'speaker' : 'grid');
    });
  }

  #renderFullScreen(): unknown {
    if (!document.fullscreenEnabled) return nothing;
    const label = this.fullScreen ? callWords.leaveFullScreen : callWords.fullScreen;
    return this.#renderButton(label, this.fullScreen ? Minimize : Maximize, () => {
      this.dispatchEvent(new CustomEvent('visavis-full-screen'));
    });
  }

  #renderButton(label: string, drawing: typeof Lock, act: () => void): unknown {
    return html`<button
      class="round small"
      type="button"
      title=${label}
      aria-label=${label}
      @click=${act}
    >
      <visavis-icon .drawing=${drawing}></visavis-icon>
    </button>`;
  }
}

customElements.define('visavis-call-header', CallHeader);
