import { css } from 'lit';

/** Box model, focus and the text that only screen readers get: in every component. */
export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  h1,
  h2,
  h3,
  p,
  ul {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  :focus-visible {
    outline: 3px solid var(--focus);
    outline-offset: 2px;
  }
  .visually-hidden {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    margin: -1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

export const buttons = css`
  button {
    font: inherit;
    color: inherit;
    cursor: pointer;
    -webkit-tap-highlight-color: transparent;
    touch-action: manipulation;
  }
  button:disabled {
    cursor: not-allowed;
  }
  .button {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    min-block-size: var(--touch);
    padding: 0 var(--space-5);
    border: 1px solid transparent;
    border-radius: var(--radius-full);
    background: transparent;
    font-weight: 600;
    line-height: 1.2;
    text-align: center;
    transition:
      background-color var(--fast),
      border-color var(--fast),
      color var(--fast),
      transform var(--fast);
  }
  .button:active:not(:disabled) {
    transform: scale(0.98);
  }
  .primary {
    background: var(--accent);
    color: var(--on-accent);
  }
  .primary:hover:not(:disabled) {
    background: var(--accent-strong);
  }
  .quiet {
    border-color: var(--line-strong);
    color: var(--ink);
  }
  .quiet:hover:not(:disabled) {
    background: var(--surface-sunk);
  }
  .soft {
    background: var(--accent-soft);
    color: var(--on-accent-soft);
  }
  .soft:hover:not(:disabled) {
    background: var(--accent);
    color: var(--on-accent);
  }
  .button:disabled {
    border-color: transparent;
    background: var(--surface-sunk);
    color: var(--ink-soft);
  }
  .button visavis-icon {
    font-size: 1.2em;
  }
`;

/** A screen outside of calls: it fills the window, on paper. */
export const page = css`
  :host {
    display: flex;
    flex-direction: column;
    min-block-size: 100dvh;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom)
      env(safe-area-inset-left);
    background: radial-gradient(80% 70% at 20% 0%, var(--paper-glow), var(--paper));
  }
`;

/** Round buttons on the dark stage: microphone, camera, hang up. */
export const stageButtons = css`
  .round {
    display: inline-grid;
    place-items: center;
    inline-size: 56px;
    block-size: 56px;
    padding: 0;
    border: 1px solid var(--stage-line);
    border-radius: var(--radius-full);
    background: var(--stage-glass);
    color: var(--stage-ink);
    font-size: 24px;
    transition:
      background-color var(--fast),
      color var(--fast),
      transform var(--fast);
  }
  .round:hover {
    background: var(--stage-raised);
  }
  .round:active {
    transform: scale(0.95);
  }
  .round:focus-visible {
    outline-color: var(--stage-ink);
    box-shadow: var(--stage-halo);
  }
  .round.off {
    background: var(--stage-ink);
    color: var(--stage);
  }
  .round.hang-up {
    inline-size: 76px;
    border-color: transparent;
    background: var(--hang-up);
    color: #ffffff;
  }
  .round.hang-up:hover {
    background: var(--hang-up-strong);
  }
  .hang-up visavis-icon {
    transform: rotate(135deg);
  }
  .round.small {
    inline-size: var(--touch);
    block-size: var(--touch);
    font-size: 20px;
  }
`;

/** The look of whatever one writes in or chooses from. */
export const field = css`
  border: 1px solid var(--line-strong);
  background: var(--surface);
  color: var(--ink);
  font: inherit;
  font-size: max(1rem, 16px); /* smaller text makes iOS zoom into the field */
`;

export const fields = css`
  label {
    display: block;
    margin-block-end: var(--space-2);
    font-size: var(--text-s);
    font-weight: 600;
  }
  input {
    inline-size: 100%;
    min-block-size: var(--touch);
    padding: 0 var(--space-4);
    ${field}
    border-radius: var(--radius-s);
  }
  input::placeholder {
    color: var(--ink-soft);
    opacity: 1;
  }
  input:focus-visible {
    outline-offset: 0;
    border-color: transparent;
  }
  .field-error {
    margin-block-start: var(--space-2);
    color: var(--danger);
    font-size: var(--text-s);
  }
`;

/** What a page promises, in a line below what it asks. */
export const promise = css`
  .promise {
    display: flex;
    align-items: flex-start;
    gap: var(--space-2);
    margin-block-start: var(--space-5);
    color: var(--ink-soft);
    font-size: var(--text-s);
  }
  .promise visavis-icon {
    margin-block-start: 3px;
    color: var(--accent);
    font-size: 17px;
  }
`;

/** A page with one thing to say, in its middle, and its headline. */
export const message = css`
  :host {
    display: grid;
    place-items: center;
    min-block-size: 100dvh;
    padding: var(--space-5);
    background: radial-gradient(90% 60% at 50% 0%, var(--paper-glow), var(--paper));
  }
  main {
    display: grid;
    justify-items: center;
    inline-size: min(460px, 100%);
    text-align: center;
  }
  h1 {
    font-size: clamp(1.75rem, 1.4rem + 1.6vw, 2.25rem);
    font-weight: 700;
    letter-spacing: -0.025em;
    line-height: 1.15;
    overflow-wrap: anywhere;
    text-wrap: balance;
  }
  h1:focus {
    outline: none;
  }
`;
