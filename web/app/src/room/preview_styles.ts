import { css } from 'lit';

export const previewStyles = css`
  header,
  main {
    inline-size: min(1240px, 100%);
    margin-inline: auto;
    padding-inline: var(--space-6);
  }
  header {
    display: flex;
    align-items: center;
    min-block-size: 80px;
  }
  main {
    display: grid;
    flex: 1;
    grid-template-columns: minmax(0, 6fr) minmax(0, 5fr);
    align-items: center;
    gap: clamp(32px, 5vw, 88px);
    padding-block: var(--space-4) var(--space-7);
  }
  .door {
    position: relative; /* above the shadow of the preview */
    max-inline-size: 440px;
  }
  .room {
    overflow: hidden;
    color: var(--ink-soft);
    font-size: var(--text-s);
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  h1 {
    font-size: clamp(1.75rem, 1.3rem + 1.8vw, 2.5rem);
    font-weight: 700;
    letter-spacing: -0.03em;
    line-height: 1.15;
  }
  .inside {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-2) var(--space-3);
    min-block-size: 56px;
    margin-block: var(--space-4);
    color: var(--ink-soft);
  }
  .inside > visavis-icon {
    font-size: 24px;
  }
  .inside p {
    flex: 1 1 20ch;
    min-inline-size: 0;
    line-height: 1.4;
    overflow-wrap: anywhere;
  }
  .faces {
    display: flex;
  }
  .faces visavis-avatar {
    --avatar-size: 40px;
    box-shadow: 0 0 0 2px var(--paper);
  }
  .faces visavis-avatar + visavis-avatar {
    margin-inline-start: -6px;
  }
  .knock {
    display: flex;
    align-items: flex-start;
    gap: var(--space-2);
    margin-block-start: var(--space-1);
    font-size: var(--text-s);
  }
  .knock visavis-icon {
    margin-block-start: 3px;
    font-size: 17px;
  }
  .problem {
    display: flex;
    gap: var(--space-3);
    margin-block-end: var(--space-4);
    padding: var(--space-4);
    border-radius: var(--radius-m);
    background: var(--danger-soft);
    color: var(--on-danger-soft);
    font-size: var(--text-s);
  }
  .problem visavis-icon {
    margin-block-start: 2px;
    font-size: 20px;
  }
  .problem h2 {
    font-size: var(--text-m);
    line-height: 1.4;
  }
  input {
    min-block-size: 52px;
  }
  .field-error:not(:empty) {
    margin-block-end: var(--space-2);
  }
  .field-error + label {
    margin-block-start: var(--space-3);
  }
  .hint {
    margin-block-start: var(--space-2);
    color: var(--ink-soft);
    font-size: var(--text-s);
  }
  .actions {
    display: flex;
    gap: var(--space-3);
    margin-block-start: var(--space-4);
  }
  .actions .button {
    min-block-size: 52px;
  }
  .actions .primary {
    flex: 1;
  }
  @media (max-height: 480px) {
    header {
      min-block-size: 52px;
    }
    main {
      align-items: start;
      gap: var(--space-6);
      padding-block: 0 var(--space-4);
    }
    h1 {
      font-size: var(--text-l);
    }
    .inside {
      min-block-size: 40px;
      margin-block: var(--space-1) var(--space-2);
    }
  }
  @media (max-width: 559px), (max-width: 859px) and (max-aspect-ratio: 1) {
    header,
    main {
      inline-size: min(640px, 100%);
      padding-inline: var(--space-4);
    }
    header {
      min-block-size: 64px;
    }
    main {
      grid-template-columns: minmax(0, 1fr);
      align-content: start;
      gap: var(--space-5);
      padding-block: var(--space-2) var(--space-6);
    }
    .door {
      max-inline-size: none;
    }
  }
`;
