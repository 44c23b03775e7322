import { css } from 'lit';

/** A sheet of paper beside the stage: its headline, and buttons that are a drawing alone. */
export const sheet = css`
  :host {
    --focus: var(--accent); /* not that of the dark stage beside it */
    display: flex;
    flex-direction: column;
    color: var(--ink);
    color-scheme: light dark;
  }
  header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-3);
    min-block-size: calc(var(--touch) + 16px + env(safe-area-inset-top));
    padding: calc(var(--space-2) + env(safe-area-inset-top)) var(--space-2) var(--space-2)
      var(--space-5);
    border-block-end: 1px solid var(--line);
    background: var(--surface);
  }
  h2 {
    font-size: var(--text-l);
    font-weight: 700;
    letter-spacing: -0.015em;
  }
  h2:focus {
    outline: none;
  }
`;

export const plainButtons = css`
  .plain {
    display: inline-grid;
    place-items: center;
    flex: none;
    inline-size: var(--touch);
    block-size: var(--touch);
    padding: 0;
    border: none;
    border-radius: var(--radius-full);
    background: transparent;
    font-size: 22px;
  }
  .plain:hover:not(:disabled) {
    background: var(--surface-sunk);
  }
`;
