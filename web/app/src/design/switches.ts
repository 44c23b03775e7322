import { css } from 'lit';

/** A label with a switch at its end; all of it is the target. */
export const switches = css`
  .switch {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-4);
    min-block-size: var(--touch);
    margin: 0;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
  }
  .switch input {
    position: relative;
    flex: none;
    appearance: none;
    inline-size: 52px;
    min-block-size: 32px;
    margin: 0;
    padding: 0;
    border-radius: var(--radius-full);
    background: var(--surface-sunk);
    cursor: pointer;
    transition:
      background-color var(--fast),
      border-color var(--fast);
  }
  .switch input::before {
    content: '';
    position: absolute;
    inset-block: 5px;
    inset-inline-start: 5px;
    aspect-ratio: 1;
    border-radius: 50%;
    background: var(--line-strong);
    transition:
      inset-inline-start var(--fast) var(--ease),
      background-color var(--fast);
  }
  .switch input:checked {
    border-color: var(--accent);
    background: var(--accent);
  }
  .switch input:checked::before {
    inset-inline-start: 25px;
    background: var(--on-accent);
  }
  .switch input:focus-visible {
    outline-offset: 2px;
  }
  @media (forced-colors: active) {
    .switch input {
      appearance: auto;
      inline-size: 24px;
      min-block-size: 24px;
    }
  }
`;
