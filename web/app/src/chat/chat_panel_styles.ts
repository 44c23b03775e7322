import { css } from 'lit';

/** What is written, on a sheet. */
export const chatPanelStyles = css`
  :host {
    position: relative;
    background: var(--surface-sunk);
    container-type: inline-size;
  }
  /* Where it stands beside the controls, the one button of this name is there. */
  :host(:not([covers])) .close {
    display: none;
  }

  .log {
    flex: 1;
    min-block-size: 0;
    padding: var(--space-3) var(--space-3) var(--space-4);
    overflow: hidden auto;
    overscroll-behavior: contain;
  }
  .log:focus-visible {
    outline-offset: -3px;
  }
  .item {
    display: flex;
    flex-direction: column;
    align-items: flex-start;
  }
  .note,
  .divider {
    margin: var(--space-3) var(--space-4);
    color: var(--ink-soft);
    font-size: var(--text-xs);
    text-align: center;
    text-wrap: balance;
    overflow-wrap: anywhere;
  }
  .item .note {
    align-self: center;
  }
  .divider {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    margin-inline: 0;
  }
  .divider::before,
  .divider::after {
    flex: 1;
    border-block-start: 1px solid var(--line-strong);
    content: '';
    opacity: 0.5;
  }

  .message {
    max-inline-size: 88%;
    margin-block-start: 3px;
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-m);
    background: var(--surface);
  }
  .message.named {
    margin-block-start: var(--space-3);
  }
  .message.own {
    align-self: flex-end;
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }
  .head {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-2);
    font-size: var(--text-xs);
  }
  .name {
    font-weight: 700;
    overflow-wrap: anywhere;
  }
  .private {
    display: inline-flex;
    align-items: center;
    gap: var(--space-1);
    color: var(--ink-soft);
  }
  .text {
    font-size: var(--text-s);
    line-height: 1.45;
    overflow-wrap: anywhere;
    unicode-bidi: plaintext;
    white-space: pre-wrap;
  }
  .text a {
    color: inherit;
    text-decoration: underline;
    text-underline-offset: 2px;
  }
  .host {
    color: var(--danger);
    font-size: var(--text-xs);
  }
  .foot {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0 var(--space-2);
    font-size: 0.75rem;
  }
  .message:not(.own) .foot {
    color: var(--ink-soft);
  }
  .failed {
    color: var(--danger);
    font-weight: 600;
  }
  .again {
    min-block-size: var(--touch);
    padding: 0 var(--space-2);
    border: none;
    background: transparent;
    font-weight: 600;
    text-decoration: underline;
  }
  visavis-file-card {
    align-self: stretch;
    margin-block-start: var(--space-3);
  }

  .below {
    position: absolute;
    inset-block-end: 84px;
    inset-inline: 0;
    justify-self: center;
    inline-size: fit-content;
    margin-inline: auto;
    box-shadow: var(--shadow-l);
  }
  .drop {
    position: absolute;
    inset: var(--space-2);
    display: grid;
    place-items: center;
    border: 2px dashed var(--accent);
    border-radius: var(--radius-m);
    background: var(--surface);
    font-weight: 600;
    opacity: 0.94;
    pointer-events: none;
  }
`;
