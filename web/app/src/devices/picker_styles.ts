import { css } from 'lit';

export const pickerStyles = css`
  .preview {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--space-2);
    inline-size: min(320px, 100%);
    aspect-ratio: 16 / 9;
    margin: 0 auto var(--space-5);
    overflow: hidden;
    border-radius: var(--radius-m);
    background: var(--stage);
    color: var(--stage-ink-soft);
    font-size: var(--text-s);
  }
  .preview video {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    transform: scaleX(-1);
  }
  .preview visavis-icon {
    font-size: 28px;
  }
  .preview .button {
    border-color: var(--stage-line);
    color: var(--stage-ink);
  }
  .with {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    align-items: end;
    gap: 0 var(--space-4);
  }
  .with > .button,
  .with > .hint {
    margin-block-end: var(--space-4);
  }
  .with > .hint {
    align-self: center;
  }
  visavis-level-meter {
    justify-content: center;
    align-self: end;
    min-inline-size: 56px;
    margin-block-end: calc(var(--space-4) + 14px);
    color: var(--accent);
  }
  .pair {
    display: grid;
    grid-template-columns: repeat(2, minmax(0, 1fr));
    gap: 0 var(--space-4);
  }
  [role='status']:empty {
    display: none;
  }
  @media (max-width: 479px) {
    .with:has(.button),
    .pair {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
