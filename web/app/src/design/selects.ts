import { css } from 'lit';

import { field } from './shared.ts';

/** A choice from a list, drawn by the browser. */
export const selects = css`
  select {
    inline-size: 100%;
    min-inline-size: 0;
    min-block-size: var(--touch);
    padding: 0 var(--space-3);
    ${field}
    border-radius: var(--radius-s);
    text-overflow: ellipsis;
  }
`;
