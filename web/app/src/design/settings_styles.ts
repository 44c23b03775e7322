import { css } from 'lit';

/** Lines of settings, one below the other. */
export const settingsStyles = css`
  h3 {
    margin-block: var(--space-5) var(--space-2);
    font-size: var(--text-s);
    font-weight: 700;
    color: var(--ink-soft);
  }
  .switch + .switch {
    margin-block-start: var(--space-2);
  }
  .switch .words {
    padding-block: var(--space-2);
    font-weight: 600;
    line-height: 1.35;
  }
  .hint {
    display: block;
    color: var(--ink-soft);
    font-size: var(--text-s);
    font-weight: 400;
    line-height: 1.35;
    text-wrap: pretty;
  }
  .field {
    display: grid;
    gap: var(--space-1);
    margin-block-end: var(--space-4);
  }
  .field > span {
    font-size: var(--text-s);
    font-weight: 600;
  }
`;
