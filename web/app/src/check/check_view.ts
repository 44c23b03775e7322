import { html, nothing, type PropertyValues } from 'lit';
import {
  ArrowLeft,
  Check,
  ChevronDown,
  CircleCheck,
  CircleQuestionMark,
  CircleX,
  Copy,
  LoaderCircle,
  TriangleAlert,
} from 'lucide';
import type { IconNode } from 'lucide';

import { Copying } from '../base/copying.ts';
import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import '../design/mark.ts';
import { base, buttons, fields, page } from '../design/shared.ts';
import { checkWords as words } from '../strings/check.ts';
import { busyButtons, checkStyles } from './check_styles.ts';
import { browserTools } from './check_tools.ts';
import { CheckViewModel } from './check_view_model.ts';
import './device_check.ts';
import type { Finding, Level } from './findings.ts';
import type { CheckClient } from './grant.ts';
import type { Verdict } from './verdict.ts';

const DRAWINGS: Readonly<Record<Level, IconNode>> = {
  good: CircleCheck,
  warn: TriangleAlert,
  bad: CircleX,
  unknown: CircleQuestionMark,
  waiting: LoaderCircle,
};

/**
 * Whether calls work here: one sentence first, what was found one click further, and a report for whoever helps. Fires
 * `visavis-lobby`.
 */
export class CheckView extends PageElement {
  static override properties = {
    media: { attribute: false },
    client: { attribute: false },
    code: {},
    startsAtOnce: { type: Boolean },
    model: { attribute: false },
    open: { state: true },
    copyFailed: { state: true },
  };
  declare media: CheckViewModel['media'];
  /** Of whoever has joined. */
  declare client: CheckClient | null;
  declare code: string | null;
  declare startsAtOnce: boolean;
  /** Made here unless it is given. */
  declare model: Public<CheckViewModel> | null;
  declare open: boolean;
  declare copyFailed: boolean;

  static override styles = [base, page, buttons, fields, busyButtons, checkStyles];

  readonly #copying = new Copying(this);

  constructor() {
    super();
    this.client = null;
    this.code = null;
    this.startsAtOnce = false;
    this.model = null;
    this.open = false;
    this.copyFailed = false;
    new Watch(this, () => {
      const { model } = this;
      if (!model) return [];
      return [
        [model, (listener) => model.subscribe(listener)],
        [model.media, (listener) => model.media.on('change', listener)],
      ];
    });
  }

  /** Another code in the address is another check. */
  override willUpdate(changed: PropertyValues<this>): void {
    const another = changed.has('code') && changed.get('code') !== undefined;
    if (this.model !== null && !another) return;
    this.model?.stop();
    this.model = new CheckViewModel(this.media, browserTools(this.code, this.client));
  }

  override firstUpdated(): void {
    this.renderRoot.querySelector('h1')?.focus();
    if (this.startsAtOnce) void this.model?.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.model?.stop();
  }

  override render(): unknown {
    const { model } = this;
    if (!model) return nothing;
    const { phase, verdict } = model;
    return html`
      <header><visavis-mark wordmark></visavis-mark></header>
      <main>
        <section class="check" aria-labelledby="title">
          <h1 id="title" tabindex="-1">${words.title}</h1>
          <p class="lead">${words.lead}</p>
          ${
            phase === 'ready' && this.code === null && this.client === null
              ? html`<p class="hint">${words.withoutCode}</p>`
              : nothing
          }
          <div class="result" role="status">
            ${phase === 'running' ? this.#renderStep(model) : nothing}
            ${verdict === null ? nothing : this.#renderVerdict(verdict)}
          </div>
          ${this.#renderActions(model)} ${phase === 'ready' ? nothing : this.#renderDetails(model)}
        </section>
        <visavis-device-check .model=${model}></visavis-device-check>
      </main>
    `;
  }

  #renderStep({ step }: Public<CheckViewModel>): unknown {
    return html`<p class="step">
      <visavis-icon .drawing=${LoaderCircle}></visavis-icon>${words.steps[step]}
    </p>`;
  }

  #renderVerdict({ level, sentence, enoughFor, problems }: Verdict): unknown {
    return html`<div class="verdict ${level}">
      <p class="said">
        <visavis-icon .drawing=${DRAWINGS[level]}></visavis-icon><strong>${sentence}</strong>
      </p>
      ${enoughFor === null ? nothing : html`<p>${enoughFor}</p>`}
      ${
        problems.length === 0
          ? nothing
          : html`<ul>
              ${problems.map(({ sentence, advice }) => html`<li>${sentence} ${advice}</li>`)}
            </ul>`
      }
    </div>`;
  }

  #renderActions(model: Public<CheckViewModel>): unknown {
    const { phase } = model;
    const label = { ready: words.start, running: words.running, done: words.again }[phase];
    return html`<div class="actions">
        <button
          class="button ${phase === 'done' ? 'quiet' : 'primary'}"
          type="button"
          aria-disabled=${phase === 'running' ? 'true' : nothing}
          @click=${() => {
            if (model.phase !== 'running') void model.start();
          }}
        >
          ${label}
        </button>
        ${
          phase === 'done'
            ? html`<button
                class="button primary"
                type="button"
                aria-describedby="copy-hint"
                @click=${() => void this.#copy(model.report)}
              >
                <visavis-icon .drawing=${this.#copying.copied ? Check : Copy}></visavis-icon
                >${this.#copying.copied ? words.copied : words.copy}
              </button>`
            : nothing
        }
        <button class="button quiet" type="button" @click=${this.#leave}>
          <visavis-icon .drawing=${ArrowLeft}></visavis-icon>${words.toLobby}
        </button>
      </div>
      ${phase === 'done' ? this.#renderReport(model) : nothing}`;
  }

  #renderReport({ report }: Public<CheckViewModel>): unknown {
    return html`<p id="copy-hint" class="hint">${words.copyHint}</p>
      ${
        this.copyFailed
          ? html`<textarea
              readonly
              rows="8"
              aria-label=${words.report}
              .value=${report}
              @focus=${(event: Event) => {
                (event.target as HTMLTextAreaElement).select();
              }}
            ></textarea>`
          : nothing
      }`;
  }

  #renderDetails({ findings }: Public<CheckViewModel>): unknown {
    return html`<button
        class="disclose"
        type="button"
        aria-expanded=${this.open ? 'true' : 'false'}
        aria-controls="details"
        @click=${() => {
          this.open = !this.open;
        }}
      >
        <visavis-icon .drawing=${ChevronDown}></visavis-icon>${words.details}
      </button>
      <ul id="details" class="findings" aria-label=${words.details} ?hidden=${!this.open}>
        ${findings.map(renderFinding)}
      </ul>`;
  }

  async #copy(report: string): Promise<void> {
    this.copyFailed = !(await this.#copying.copy(report));
  }

  readonly #leave = (): void => {
    this.dispatchEvent(new CustomEvent('visavis-lobby', { bubbles: true, composed: true }));
  };
}

function renderFinding({ id, level, sentence, advice, details }: Finding): unknown {
  return html`<li class=${level}>
    <visavis-icon .drawing=${DRAWINGS[level]}></visavis-icon>
    <div>
      <p class="subject">
        ${words.subjects[id]}<span class="visually-hidden">: ${words.levels[level]}</span>
      </p>
      <p>${sentence} ${advice}</p>
      ${
        details.length === 0
          ? nothing
          : html`<dl>
              ${details.map(
                ({ label, value }) =>
                  html`<div>
                    <dt>${label}</dt>
                    <dd>${value}</dd>
                  </div>`,
              )}
            </dl>`
      }
    </div>
  </li>`;
}

customElements.define('visavis-check-view', CheckView);
