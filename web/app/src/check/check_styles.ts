import { css } from 'lit';

import { field } from '../design/shared.ts';

/** Of no use for a moment, and still what has the focus: a button that is `disabled` would lose it. */
export const busyButtons = css`
  .button[aria-disabled='true'],
  .button[aria-disabled='true']:hover {
    border-color: transparent;
    background: var(--surface-sunk);
    color: var(--ink-soft);
    cursor: not-allowed;
  }
`;

export const checkStyles = css`
  header,
  main {
    inline-size: min(1180px, 100%);
    margin-inline: auto;
    padding-inline: var(--space-6);
  }
  header {
    display: flex;
    align-items: center;
    min-block-size: 72px;
  }
  main {
    display: grid;
    grid-template-columns: minmax(0, 7fr) minmax(0, 5fr);
    align-items: start;
    gap: var(--space-7);
    padding-block: var(--space-4) var(--space-7);
  }
  h1 {
    font-size: clamp(1.75rem, 1.4rem + 1.6vw, 2.25rem);
    font-weight: 700;
    letter-spacing: -0.025em;
    line-height: 1.15;
    text-wrap: balance;
  }
  h1:focus {
    outline: none;
  }
  .lead {
    margin-block-start: var(--space-3);
    color: var(--ink-soft);
  }
  .hint {
    margin-block-start: var(--space-3);
    color: var(--ink-soft);
    font-size: var(--text-s);
  }
  .result:not(:empty) {
    margin-block-start: var(--space-5);
  }
  .step {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    font-weight: 600;
  }
  .step visavis-icon,
  .waiting > visavis-icon {
    animation: turn 1.2s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .step visavis-icon,
    .waiting > visavis-icon {
      animation: none;
    }
  }
  .verdict {
    display: grid;
    gap: var(--space-2);
    padding: var(--space-5);
    border-radius: var(--radius-m);
  }
  .verdict.good {
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }
  .verdict.warn {
    background: var(--warning-soft);
    color: var(--on-warning-soft);
  }
  .verdict.unknown {
    background: var(--surface-sunk);
    color: var(--ink);
  }
  .verdict.bad {
    background: var(--danger-soft);
    color: var(--on-danger-soft);
  }
  .said {
    display: flex;
    align-items: flex-start;
    gap: var(--space-3);
    font-size: var(--text-l);
    line-height: 1.3;
  }
  .said visavis-icon {
    margin-block-start: 0.1em;
  }
  .verdict ul {
    display: grid;
    gap: var(--space-2);
    padding-inline-start: 1.2em;
    list-style: disc;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-3);
    margin-block-start: var(--space-5);
  }
  textarea {
    inline-size: 100%;
    margin-block-start: var(--space-3);
    padding: var(--space-3);
    ${field}
    border-radius: var(--radius-s);
  }
  .disclose {
    display: inline-flex;
    align-items: center;
    gap: var(--space-2);
    min-block-size: var(--touch);
    margin-block-start: var(--space-4);
    padding: 0 var(--space-3) 0 0;
    border: none;
    border-radius: var(--radius-s);
    background: transparent;
    font-weight: 600;
  }
  .disclose visavis-icon {
    transition: transform var(--fast);
  }
  .disclose[aria-expanded='false'] visavis-icon {
    transform: rotate(-90deg);
  }
  .findings {
    display: grid;
    gap: var(--space-1);
  }
  .findings li {
    display: flex;
    gap: var(--space-3);
    padding: var(--space-4);
    border-radius: var(--radius-m);
    background: var(--surface);
    box-shadow: var(--shadow-s);
  }
  .findings li > visavis-icon {
    margin-block-start: 2px;
    color: var(--ink-soft);
    font-size: 20px;
  }
  .findings .good > visavis-icon {
    color: var(--accent);
  }
  .findings .warn > visavis-icon {
    color: var(--warning-ink);
  }
  .findings .bad > visavis-icon {
    color: var(--danger);
  }
  .findings li > div {
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }
  .subject {
    font-weight: 600;
  }
  dl {
    display: grid;
    gap: 2px;
    margin: var(--space-2) 0 0;
    color: var(--ink-soft);
    font-size: var(--text-s);
  }
  dl > div {
    display: flex;
    flex-wrap: wrap;
    gap: 0 var(--space-2);
  }
  dt::after {
    content: ':';
  }
  dd {
    margin: 0;
    color: var(--ink);
    font-variant-numeric: tabular-nums;
  }

  /* A phone held sideways: still two columns, every line of height counts. */
  @media (max-height: 480px) {
    header {
      min-block-size: 56px;
    }
    main {
      gap: var(--space-6);
      padding-block-start: 0;
    }
  }
  @media (max-width: 559px), (max-width: 859px) and (max-aspect-ratio: 1) {
    header,
    main {
      inline-size: min(640px, 100%);
      padding-inline: var(--space-4);
    }
    header {
      min-block-size: 64px;
    }
    main {
      grid-template-columns: minmax(0, 1fr);
      gap: var(--space-6);
      padding-block-start: var(--space-2);
    }
  }
  @media (max-width: 479px) {
    .actions {
      flex-direction: column;
    }
    .actions .button {
      min-block-size: 52px;
    }
  }
`;
