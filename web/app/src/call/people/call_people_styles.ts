import { css } from 'lit';

/** A sheet of paper beside the stage, as the chat is. */
export const callPeopleStyles = css`
  :host {
    --focus: var(--accent);
    display: flex;
    flex-direction: column;
    background: var(--surface);
    color: var(--ink);
    color-scheme: light dark;
  }
  header {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-3);
    padding: calc(var(--space-2) + env(safe-area-inset-top)) var(--space-2) var(--space-2)
      var(--space-5);
    border-block-end: 1px solid var(--line);
  }
  h2 {
    font-size: var(--text-l);
    font-weight: 700;
    letter-spacing: -0.015em;
  }
  h2:focus {
    outline: none;
  }
  h3 {
    margin-block-end: var(--space-2);
    font-size: var(--text-s);
    font-weight: 700;
  }
  .plain {
    display: inline-grid;
    place-items: center;
    inline-size: var(--touch);
    block-size: var(--touch);
    padding: 0;
    border: none;
    border-radius: var(--radius-full);
    background: transparent;
    font-size: 22px;
  }
  .plain:hover {
    background: var(--surface-sunk);
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
