import { css } from 'lit';

/** A choice from a list, drawn by the browser. */
export const selects = css`
  select {
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: var(--touch);
    padding: 0 var(--space-3);
    border: 1px solid var(--line-strong);
    border-radius: var(--radius-s);
    background: var(--surface);
    color: var(--ink);
    font: inherit;
    font-size: max(1rem, 16px); /* smaller text makes iOS zoom into the field */
    text-overflow: ellipsis;
  }
`;
