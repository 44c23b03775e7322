import { css } from 'lit';

/** A sheet of paper beside the stage, as the chat is. */
export const callPeopleStyles = css`
  :host {
    background: var(--surface);
  }
  h3 {
    margin-block-end: var(--space-2);
    font-size: var(--text-s);
    font-weight: 700;
  }
  .body {
    flex: 1;
    min-block-size: 0;
    padding: var(--space-4) var(--space-5) calc(var(--space-5) + env(safe-area-inset-bottom));
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  [aria-live] section {
    margin-block-end: var(--space-5);
    padding-block-end: var(--space-5);
    border-block-end: 1px solid var(--line);
  }
  section + section {
    margin-block-start: var(--space-5);
    padding-block-start: var(--space-5);
    border-block-start: 1px solid var(--line);
  }
  li {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-block-size: 60px;
  }
  /* On the narrowest phones two answers stand below their name. */
  @media (max-width: 359px) {
    .door li {
      flex-wrap: wrap;
    }
    .door .name {
      flex-basis: calc(100% - 60px);
    }
    .door .button {
      flex: 1;
    }
  }
  li .button {
    padding-inline: var(--space-4);
  }
  visavis-avatar {
    --avatar-size: 40px;
  }
  .who {
    flex: 1;
    min-inline-size: 0;
  }
  .name {
    flex: 1;
    overflow: hidden;
    min-inline-size: 0;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .state,
  .hint {
    color: var(--ink-soft);
    font-size: var(--text-xs);
  }
  .hint {
    font-size: var(--text-s);
  }
  input[type='search'] {
    margin-block-end: var(--space-2);
    border-radius: var(--radius-full);
  }
  .signs {
    display: flex;
    gap: var(--space-3);
    color: var(--ink-soft);
    font-size: 18px;
  }
  .wide {
    inline-size: 100%;
    margin-block-start: var(--space-3);
  }
`;
