import { css, html, nothing } from 'lit';
import { TriangleAlert } from 'lucide';

import { nameWords } from '../strings/names.ts';
import './icon.ts';

export const confusableStyles = css`
  .confusable {
    display: flex;
    align-items: flex-start;
    gap: var(--space-2);
    color: var(--warning-ink);
    font-size: var(--text-xs);
    line-height: 1.35;
    text-align: start;
  }
  .confusable visavis-icon {
    flex: none;
    margin-block-start: 1px;
    font-size: 16px;
  }
`;

/** The same in a line of a list, where there is little space. */
export function renderConfusableShort(of: { readonly confusable?: boolean }): unknown {
  if (of.confusable !== true) return nothing;
  return html`<p class="confusable" title=${nameWords.confusable}>
    <visavis-icon .drawing=${TriangleAlert}></visavis-icon
    ><span aria-hidden="true">${nameWords.confusableShort}</span
    ><span class="visually-hidden">${nameWords.confusable}</span>
  </p>`;
}

/** A word of warning where a name could be taken for somebody else's. */
export function renderConfusable(of: { readonly confusable?: boolean } | null): unknown {
  if (of?.confusable !== true) return nothing;
  return html`<p class="confusable">
    <visavis-icon .drawing=${TriangleAlert}></visavis-icon><span>${nameWords.confusable}</span>
  </p>`;
}
