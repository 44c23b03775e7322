import type { Call } from '@visavis/client';
import { css, html, nothing } from 'lit';
import { Ban, Mic, Phone, Video } from 'lucide';

import type { AppViewModel } from '../flow/app_view_model.ts';
import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/avatar.ts';
import { confusableStyles, renderConfusable } from '../design/confusable.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { ringWords } from '../strings/ring.ts';
import { answerProblemInWords } from './answer_words.ts';

/** One of several calls that ring, or one that comes during another: who it is and the answers to it, in little space. */
export class IncomingCard extends PageElement {
  static override properties = { app: { attribute: false }, call: { attribute: false } };
  declare app: AppViewModel;
  declare call: Public<Call>;

  static override styles = [
    base,
    buttons,
    confusableStyles,
    css`
      .card {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--space-3);
      }
      .caller {
        display: flex;
        align-items: center;
        gap: var(--space-3);
        text-align: start;
      }
      .who {
        flex: 1;
        min-inline-size: 0;
      }
      h2 {
        font-size: var(--text-m);
        font-weight: 700;
        line-height: 1.3;
        overflow-wrap: anywhere;
      }
      .kind {
        display: flex;
        align-items: center;
        gap: 6px;
        color: var(--card-ink-soft, var(--ink-soft));
        font-size: var(--text-xs);
      }
      .answers,
      .pair {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2);
      }
      /* What belongs together goes to the next line together. */
      .pair {
        flex: 1 1 auto;
        flex-wrap: nowrap;
      }
      .button {
        padding-inline: var(--space-2);
      }
      .wide {
        flex: 1 1 auto;
      }
      .narrow {
        flex: none;
        inline-size: var(--touch);
        padding: 0;
        border-color: var(--card-line, var(--line-strong));
      }
      .accept {
        background: var(--answer);
        color: #ffffff;
      }
      .accept:hover:not(:disabled) {
        background: var(--answer-strong);
      }
      .decline {
        border-color: var(--card-line, var(--line-strong));
      }
      .decline visavis-icon {
        transform: rotate(135deg);
      }
      .narrow:hover:not(:disabled),
      .decline:hover:not(:disabled) {
        background: var(--card-hover, var(--surface-sunk));
      }
      .button:disabled {
        background: var(--card-hover, var(--surface-sunk));
        color: var(--card-ink-soft, var(--ink-soft));
      }
      @media (max-width: 374px) {
        .wide visavis-icon {
          display: none;
        }
      }
      .problem {
        color: var(--card-problem, var(--danger));
        font-size: var(--text-s);
      }
    `,
  ];

  constructor() {
    super();
    new Watch(this, () => [[this.app, (listener) => this.app.subscribe(listener)]]);
  }

  override render(): unknown {
    const { app, call } = this;
    const { ringing } = app;
    const caller = call.from;
    const name = caller?.name ?? '';
    const added = ringing.isAdded(call);
    const problem = ringing.problem?.call === call ? ringing.problem : null;
    const kind = call.video ? ringWords.wantsVideo : ringWords.wantsAudio;
    return html`<section class="card" role="dialog" aria-label=${ringWords.incoming(name)}>
      <div class="caller">
        <visavis-avatar .name=${name} .user=${caller?.user ?? ''}></visavis-avatar>
        <div class="who">
          <h2 dir="auto">${name}</h2>
          <p class="kind">
            <visavis-icon .drawing=${call.video ? Video : Phone}></visavis-icon
            >${added ? ringWords.added(name) : kind}
          </p>
        </div>
      </div>
      ${renderConfusable(caller)} ${this.#renderAnswers(added)}
      ${problem ? html`<p class="problem" role="alert">${answerProblemInWords(problem)}</p>` : nothing}
    </section>`;
  }

  #renderAnswers(added: boolean): unknown {
    const { app, call } = this;
    const { ringing } = app;
    const { answering } = ringing;
    const answer = (video: boolean) => (): void => void ringing.answer(call, { video });
    return html`<div class="answers">
      ${
        added
          ? nothing
          : html`<div class="pair">
              <button
                class="button wide accept"
                type="button"
                ?disabled=${answering}
                @click=${answer(true)}
              >
                <visavis-icon .drawing=${call.video ? Video : Phone}></visavis-icon
                >${ringWords.accept}
              </button>
              <button
                class="button narrow"
                type="button"
                title=${ringWords.acceptAudio}
                aria-label=${ringWords.acceptAudio}
                ?disabled=${answering}
                @click=${answer(false)}
              >
                <visavis-icon .drawing=${Mic}></visavis-icon>
              </button>
            </div>`
      }
      <div class="pair">
        <button
          class="button wide decline"
          type="button"
          ?disabled=${answering}
          @click=${() => {
            call.decline();
          }}
        >
          <visavis-icon .drawing=${Phone}></visavis-icon>${ringWords.decline}
        </button>
        <button
          class="button narrow"
          type="button"
          title=${ringWords.declineAndBlock}
          aria-label=${ringWords.declineAndBlock}
          ?disabled=${answering}
          @click=${() => {
            if (call.from) app.block(call.from);
          }}
        >
          <visavis-icon .drawing=${Ban}></visavis-icon>
        </button>
      </div>
    </div>`;
  }
}

customElements.define('visavis-incoming-card', IncomingCard);
