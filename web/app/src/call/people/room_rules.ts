import { css, html, nothing } from 'lit';
import { LockKeyhole, LockKeyholeOpen } from 'lucide';

import '../../design/icon.ts';
import { renderSwitch } from '../../design/render_switch.ts';
import { settingsStyles } from '../../design/settings_styles.ts';
import { switches } from '../../design/switches.ts';
import { hostWords } from '../../strings/hosts.ts';
import type { HostModel } from './host_model.ts';

export const hostStyles = [
  switches,
  settingsStyles,
  css`
    h3 {
      margin-block-start: 0;
      color: inherit;
    }
    .badge {
      display: inline-flex;
      align-items: center;
      gap: var(--space-1);
      padding-inline: var(--space-2);
      border-radius: var(--radius-full);
      background: var(--accent-soft);
      color: var(--on-accent-soft);
      font-size: var(--text-xs);
      font-weight: 600;
      line-height: 1.5;
    }
    li .plain {
      flex: none;
    }
    li .plain + .plain {
      margin-inline-start: calc(-1 * var(--space-2));
    }
    .plain[aria-pressed='true'] {
      color: var(--accent);
    }
    .remove:hover:not(:disabled) {
      background: var(--danger-soft);
      color: var(--on-danger-soft);
    }
    .rules .hint {
      margin-block-start: var(--space-2);
      overflow-wrap: anywhere;
    }
    dialog {
      text-align: start;
    }
    dialog h2 {
      font-size: var(--text-xl);
      letter-spacing: -0.02em;
      line-height: 1.2;
      overflow-wrap: anywhere;
    }
    dialog h2:focus {
      outline: none;
    }
    dialog p {
      margin-block: var(--space-3) var(--space-5);
      color: var(--ink-soft);
    }
    .choices {
      display: flex;
      flex-wrap: wrap;
      justify-content: flex-end;
      gap: var(--space-3);
    }
    .danger {
      background: var(--danger);
      color: var(--on-danger);
    }
    .danger:hover:not(:disabled) {
      background: var(--danger-strong);
    }
  `,
];

/** The rules of a room: hosts change them, the others read them. */
export function renderRoomRules(host: HostModel): unknown {
  if (!host.hosted || (!host.isHost && !host.locked && !host.knock)) return nothing;
  return html`<section class="rules" aria-labelledby="rules">
    <h3 id="rules">${hostWords.title}</h3>
    ${host.isHost ? renderChoices(host) : renderFacts(host)}
  </section>`;
}

function renderFacts({ locked, knock }: HostModel): unknown {
  if (locked) return html`<p class="hint">${hostWords.locked}</p>`;
  return knock ? html`<p class="hint">${hostWords.knocking} ${hostWords.otherwise}</p>` : nothing;
}

function renderChoices(host: HostModel): unknown {
  const { locked, removed } = host;
  return html`${renderSwitch({
      label: hostWords.knock,
      hint: hostWords.knockHint,
      on: host.knock,
      set: (on) => void host.setKnock(on),
    })}
    <button
      class="button wide ${locked ? 'primary' : 'soft'}"
      type="button"
      aria-describedby="lock-hint"
      ?disabled=${host.working}
      @click=${() => void host.setLocked(!locked)}
    >
      <visavis-icon .drawing=${locked ? LockKeyholeOpen : LockKeyhole}></visavis-icon
      >${locked ? hostWords.unlock : hostWords.lock}
    </button>
    <p id="lock-hint" class="hint">${locked ? hostWords.locked : hostWords.lockHint}</p>
    ${removed.length === 0 ? nothing : html`<p class="hint">${hostWords.removed(removed)}</p>`}
    <p class="field-error" role="alert">${host.problem ?? nothing}</p>`;
}

/** Whether somebody shall really be removed: there is no way back for them. */
export function renderRemoval(host: HostModel): unknown {
  const { leaving } = host;
  if (leaving === null) return nothing;
  const { question } = hostWords;
  const drop = (): void => {
    host.dropQuestion();
  };
  return html`<dialog aria-labelledby="removal" aria-describedby="removal-hint" @close=${drop}>
    <h2 id="removal" tabindex="-1" autofocus>${question.title(leaving.name)}</h2>
    <p id="removal-hint">${question.detail}</p>
    <div class="choices">
      <button class="button quiet" type="button" @click=${drop}>${question.cancel}</button>
      <button class="button danger" type="button" @click=${() => void host.remove()}>
        ${question.remove}
      </button>
    </div>
  </dialog>`;
}
