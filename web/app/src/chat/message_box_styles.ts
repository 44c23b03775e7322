import { css } from 'lit';

import { field } from '../design/shared.ts';

export const messageBoxStyles = css`
  :host {
    padding: var(--space-2) var(--space-2) calc(var(--space-2) + env(safe-area-inset-bottom));
    border-block-start: 1px solid var(--line);
    background: var(--surface);
  }
  .row {
    display: flex;
    align-items: flex-end;
    gap: var(--space-1);
  }
  textarea {
    flex: 1;
    min-inline-size: 0;
    min-block-size: var(--touch);
    max-block-size: min(40vh, 240px);
    padding: 11px var(--space-4);
    ${field}
    border-radius: var(--radius-m);
    line-height: 1.5;
    resize: none;
    overflow-wrap: anywhere;
  }
  textarea::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }
  textarea:focus-visible {
    outline-offset: 0;
    border-color: transparent;
  }
  .send:not(:disabled) {
    background: var(--accent);
    color: var(--on-accent);
  }
  .send:hover:not(:disabled) {
    background: var(--accent-strong);
  }
  .send:disabled {
    color: var(--ink-soft);
  }
  .receivers {
    padding-block-end: var(--space-2);
  }
  .hint {
    padding: var(--space-1) var(--space-3) 0;
    color: var(--ink-soft);
    font-size: var(--text-xs);
  }
  .wrong {
    color: var(--danger);
  }
`;
