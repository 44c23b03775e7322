import { css } from 'lit';

export const fileCardStyles = css`
  article {
    display: flex;
    gap: var(--space-3);
    padding: var(--space-3);
    border: 1px solid var(--line);
    border-radius: var(--radius-m);
    background: var(--surface);
  }
  .kind {
    flex: none;
    padding: 10px;
    border-radius: var(--radius-s);
    background: var(--accent-soft);
    color: var(--on-accent-soft);
    font-size: 40px;
  }
  img {
    flex: none;
    inline-size: 72px;
    block-size: 72px;
    border-radius: var(--radius-s);
    object-fit: cover;
  }
  .about {
    flex: 1;
    min-inline-size: 0;
  }
  .who,
  .status {
    color: var(--ink-soft);
    font-size: var(--text-xs);
    overflow-wrap: anywhere;
  }
  .name {
    display: -webkit-box;
    overflow: hidden;
    font-weight: 600;
    line-height: 1.3;
    overflow-wrap: anywhere;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
  }
  .status {
    margin-block-start: var(--space-1);
    font-variant-numeric: tabular-nums;
  }
  .failed {
    color: var(--danger);
  }
  .bar {
    block-size: 6px;
    margin-block-start: var(--space-2);
    overflow: hidden;
    border-radius: var(--radius-full);
    background: var(--surface-sunk);
  }
  .bar svg {
    display: block;
    inline-size: 100%;
    block-size: 100%;
  }
  .bar rect {
    fill: var(--accent);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: var(--space-2);
    margin-block-start: var(--space-2);
  }
  .button {
    padding-inline: var(--space-4);
    font-size: var(--text-s);
  }
`;
