import { css } from 'lit';

/** A modal dialog: a card in the middle, on a phone a sheet at the bottom, near the thumb. */
export const dialogs = css`
  dialog {
    inline-size: min(420px, calc(100vw - 32px));
    max-block-size: calc(100dvh - 32px);
    padding: var(--space-6);
    overflow-y: auto;
    border: none;
    border-radius: var(--radius-l);
    background: var(--surface);
    color: var(--ink);
    box-shadow: var(--shadow-l);
  }
  dialog[open] {
    animation: arrive var(--slow) var(--ease);
  }
  dialog::backdrop {
    background: var(--stage-veil);
    backdrop-filter: blur(6px);
  }
  @keyframes arrive {
    from {
      opacity: 0;
      transform: translateY(16px) scale(0.98);
    }
  }
  @media (max-width: 479px) {
    dialog {
      inline-size: 100vw;
      max-inline-size: 100vw;
      margin-block-end: 0;
      padding: var(--space-6) var(--space-5) calc(var(--space-5) + env(safe-area-inset-bottom));
      border-end-start-radius: 0;
      border-end-end-radius: 0;
    }
  }
`;
