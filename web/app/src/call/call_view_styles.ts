import { css } from 'lit';

/** The stage: pictures to the edges, words and controls floating above them. */
export const callViewStyles = css`
  :host {
    --focus: var(--stage-ink);
    position: relative;
    block-size: 100dvh;
    overflow: hidden;
    background: var(--stage);
    color: var(--stage-ink);
    color-scheme: dark;
    container-type: size;
  }
  :host([panel]) {
    --panel: min(400px, 45cqw);
  }
  .panel {
    position: absolute;
    inset-block: 0;
    inset-inline-end: 0;
    inline-size: min(400px, 45cqw);
    z-index: 2;
  }
  .tiles {
    position: absolute;
    inset: 0 var(--panel, 0px) 0 0;
    display: grid;
    grid-auto-rows: 1fr;
  }
  .tiles.many {
    gap: var(--space-2);
    grid-template-columns: repeat(var(--columns, 1), minmax(0, 1fr));
    padding: calc(80px + env(safe-area-inset-top)) var(--space-4)
      calc(112px + env(safe-area-inset-bottom));
  }
  @container (orientation: portrait) {
    .tiles.many:has(:nth-child(4)) {
      --columns: 2;
    }
  }
  @container (orientation: landscape) {
    .tiles.many {
      --columns: 2;
    }
    .tiles.many:has(:nth-child(3)) {
      --columns: 3;
    }
    .tiles.many:has(:nth-child(4)):not(:has(:nth-child(5))) {
      --columns: 2;
    }
  }
  .tiles.many visavis-participant-tile {
    border-radius: var(--radius-m);
  }
  visavis-participant-tile {
    container-type: size;
  }

  .top,
  visavis-call-controls {
    position: absolute;
    inset-inline: 0 var(--panel, 0px);
    display: flex;
    align-items: center;
    transition: opacity var(--slow);
  }
  .top {
    inset-block-start: 0;
    align-items: flex-start;
    gap: var(--space-3);
    padding: calc(var(--space-4) + env(safe-area-inset-top))
      calc(var(--space-5) + env(safe-area-inset-right)) var(--space-7)
      calc(var(--space-5) + env(safe-area-inset-left));
    background: linear-gradient(var(--stage-shade), transparent);
  }
  visavis-call-controls {
    inset-block-end: 0;
  }
  :host([idle]) .top,
  :host([idle]) visavis-call-controls:not(:focus-within) {
    opacity: 0;
  }
  :host([idle]) {
    cursor: none;
  }

  .who {
    flex: 1;
    min-inline-size: 0;
    filter: drop-shadow(0 1px 2px rgb(8 13 11 / 75%)); /* legible on a bright picture, too */
  }
  h1 {
    overflow: hidden;
    font-size: var(--text-l);
    font-weight: 700;
    letter-spacing: -0.015em;
    line-height: 1.25;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  h1:focus {
    outline: none;
  }
  .facts {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: var(--space-1) var(--space-3);
    min-block-size: 1.5em;
    color: var(--stage-ink-soft);
    font-size: var(--text-s);
  }
  .clock {
    font-variant-numeric: tabular-nums;
  }
  .fact {
    display: inline-flex;
    align-items: center;
    gap: 6px;
  }
  .fact visavis-icon {
    font-size: 15px;
  }

  .self {
    position: absolute;
    inset-inline-end: calc(var(--space-5) + env(safe-area-inset-right) + var(--panel, 0px));
    inset-block-end: calc(var(--space-5) + env(safe-area-inset-bottom));
    inline-size: clamp(150px, 17cqw, 260px);
    aspect-ratio: 4 / 3;
    overflow: hidden;
    z-index: 1; /* above the shade behind the controls */
    border: 1px solid var(--stage-line);
    border-radius: var(--radius-m);
    background: var(--stage-raised);
    box-shadow: 0 8px 28px rgb(0 0 0 / 45%);
  }
  .self video {
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    transform: scaleX(-1);
  }
  .self .cover {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--space-2);
    background: var(--stage-raised);
    color: var(--stage-ink-soft);
    font-size: var(--text-xs);
    text-align: center;
  }
  .self .cover visavis-icon {
    font-size: 24px;
  }
  .self .muted {
    position: absolute;
    inset-inline-start: var(--space-2);
    inset-block-end: var(--space-2);
    display: grid;
    place-items: center;
    inline-size: 28px;
    block-size: 28px;
    border-radius: 50%;
    background: var(--stage-glass);
    font-size: 15px;
  }

  /* With several others, one's own picture stays out of theirs: beside the controls. */
  .many ~ .self {
    inset-block-end: calc(12px + env(safe-area-inset-bottom));
    inline-size: auto;
    block-size: 88px;
  }

  .obstacle {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: start center;
    padding: calc(96px + env(safe-area-inset-top)) var(--space-4) 0;
    background: rgb(8 13 11 / 50%);
    pointer-events: none;
  }
  .obstacle p {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    padding: var(--space-3) var(--space-5);
    border: 1px solid var(--stage-line);
    border-radius: var(--radius-full);
    background: var(--stage-glass);
    font-weight: 600;
    line-height: 1.3;
  }
  .spinner {
    flex: none;
    inline-size: 20px;
    block-size: 20px;
    border: 2px solid var(--stage-line);
    border-block-start-color: var(--stage-ink);
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .spinner {
      animation-duration: 6s;
    }
  }
  .sound {
    position: absolute;
    inset-inline: 0;
    inset-block-end: calc(128px + env(safe-area-inset-bottom));
    display: grid;
    place-items: center;
  }
  .sound .button {
    background: var(--stage-ink);
    color: var(--stage);
  }

  @container (max-width: 759px) {
    .panel {
      inline-size: 100%;
    }
    .tiles,
    .top,
    visavis-call-controls {
      inset-inline-end: 0;
    }
  }
  @container (max-width: 599px) {
    .top {
      padding-inline: var(--space-4);
    }
    .self {
      inset-inline-end: var(--space-4);
      inset-block-end: calc(108px + env(safe-area-inset-bottom));
      inline-size: 104px;
      aspect-ratio: 3 / 4;
    }
    .facts {
      gap: 0 var(--space-2);
      font-size: var(--text-xs);
    }
    .tiles.many {
      padding-inline: var(--space-2);
    }
    .many ~ .top {
      padding-block-start: calc(var(--space-3) + env(safe-area-inset-top));
    }
    .many ~ .self {
      inline-size: auto;
      block-size: 84px;
    }
    .self .cover span {
      display: none;
    }
  }
  @container (max-height: 420px) {
    .self {
      inline-size: 130px;
    }
  }
`;
