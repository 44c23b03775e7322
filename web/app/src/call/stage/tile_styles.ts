import { css } from 'lit';

/** What every picture on the stage has: a rounded box, words in its corner, what floats over it. */
export const tileStyles = css`
  :host {
    position: relative;
    overflow: hidden;
    min-inline-size: 0;
    min-block-size: 0;
    border-radius: var(--radius-m);
    background: radial-gradient(100% 100% at 50% 20%, #2c3d36, #18231f 85%);
    container-type: size;
  }
  :host([place='full']) {
    border-radius: 0;
    background: radial-gradient(100% 100% at 50% 20%, #24332d, var(--stage) 85%);
  }
  :host([place='float']) {
    box-shadow:
      0 0 0 1px var(--stage-line),
      0 8px 28px rgb(0 0 0 / 45%);
  }
  video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    opacity: 0;
    transition: opacity var(--slow);
  }
  video.on {
    opacity: 1;
  }
  .cover {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--space-4);
    background: inherit;
    color: var(--stage-ink-soft);
  }
  visavis-avatar {
    --avatar-size: clamp(40px, 32cqmin, 168px);
  }
  .marks {
    position: absolute;
    inset-inline: var(--space-2);
    inset-block-end: var(--space-2);
    display: flex;
    flex-wrap: wrap;
    gap: 6px;
    pointer-events: none;
  }
  .marks:has(~ .pin) {
    inset-inline-end: calc(var(--touch) + var(--space-3));
  }
  .mark {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    min-inline-size: 0;
    max-inline-size: 100%;
    padding: 4px 10px;
    border-radius: var(--radius-full);
    background: var(--stage-glass);
    color: var(--stage-ink);
    font-size: var(--text-xs);
    line-height: 1.35;
  }
  .mark b {
    overflow: hidden;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .mark visavis-icon {
    font-size: 15px;
  }
  .mark.hand {
    background: var(--second);
    color: var(--on-second);
  }
  /* Small pictures keep the drawing and drop its word. */
  @container (max-width: 259px) {
    .mark.word-only,
    .mark .word {
      display: none;
    }
    .mark {
      padding: 4px 8px;
    }
  }
  @container (max-width: 129px) {
    .marks {
      inset-inline: 4px;
      inset-block-end: 4px;
      gap: 3px;
    }
  }

  .status {
    position: absolute;
    inset: 0;
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--space-3);
    padding: var(--space-2) var(--space-2) 34px;
    background: var(--stage-veil);
    font-size: var(--text-s);
    font-weight: 600;
    text-align: center;
    text-wrap: balance;
  }
  .status p {
    display: flex;
    align-items: center;
    gap: var(--space-2);
  }
  .status .button {
    background: var(--stage-ink);
    color: var(--stage);
  }
  .status visavis-avatar {
    --avatar-size: clamp(40px, 24cqmin, 120px);
  }
  .spinner {
    --spinner-size: 18px;
  }
  @container (max-height: 159px) {
    .status visavis-avatar {
      display: none;
    }
  }
  @container (max-width: 179px) or (max-height: 109px) {
    .status {
      gap: var(--space-1);
      font-size: var(--text-xs);
    }
    .status .spinner {
      display: none;
    }
  }

  /* Below: what is said to all of the call stands at the top of the stage. */
  .pin {
    position: absolute;
    inset-block-end: var(--space-2);
    inset-inline-end: var(--space-2);
    opacity: 0;
  }
  :host(:hover) .pin,
  .pin:focus-visible,
  .pin[aria-pressed='true'] {
    opacity: 1;
  }
  /* Nothing hovers under a finger: it is always there. */
  @media (hover: none) {
    .pin {
      inset-block-end: 0;
      inset-inline-end: 0;
      opacity: 1;
    }
    .pin:not([aria-pressed='true']) {
      border-color: transparent;
    }
  }
  @container (max-width: 159px) or (max-height: 99px) {
    .pin {
      inset-block-end: 0;
      inset-inline-end: 0;
      font-size: 16px;
    }
  }
  /* Too small for a button in a corner: all of the picture is one. */
  @container (max-width: 129px) or (max-height: 69px) {
    .pin:not([aria-pressed='true']) {
      inset: 0;
      inline-size: 100%;
      block-size: 100%;
      border: none;
      border-radius: inherit;
      background: transparent;
    }
    .pin:focus-visible {
      outline-offset: -3px;
      box-shadow: inset 0 0 0 5px var(--stage);
    }
    .pin:not(:hover, :focus-visible, [aria-pressed='true']) visavis-icon {
      opacity: 0;
    }
  }
  /* Too small for both; the name is read out all the same. */
  @container (max-height: 69px) {
    .mark b {
      display: none;
    }
    .mark:not(:has(visavis-icon)) {
      display: none;
    }
  }
`;

/** Emoji that rise over a picture and go. */
export const reactionStyles = css`
  .reactions {
    position: absolute;
    inset: 0;
    overflow: hidden;
    pointer-events: none;
  }
  .reactions span {
    position: absolute;
    inset-block-end: 18%;
    inset-inline-start: 12%;
    font-size: clamp(28px, 16cqmin, 64px);
    line-height: 1;
    animation: rise 4s ease-out forwards;
  }
  .reactions span:nth-child(3n + 2) {
    inset-inline-start: 30%;
    animation-timing-function: ease-in-out;
  }
  .reactions span:nth-child(3n) {
    inset-inline-start: 48%;
  }
  @keyframes rise {
    0% {
      opacity: 0;
      transform: translateY(20%) scale(0.6);
    }
    12% {
      opacity: 1;
      transform: none;
    }
    75% {
      opacity: 1;
    }
    100% {
      opacity: 0;
      transform: translateY(-320%);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .reactions span {
      animation: none;
    }
  }
`;
