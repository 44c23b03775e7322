import { css } from 'lit';

/** Two half discs turned to each other, as in the mark: oneself, and the person it rings for. */
export const outgoingStyles = css`
  :host {
    --focus: var(--stage-ink);
    display: grid;
    grid-template-rows: 1fr auto;
    min-block-size: 100dvh;
    background: radial-gradient(90% 70% at 50% 30%, #1b2925, var(--stage));
    color: var(--stage-ink);
    color-scheme: dark;
  }
  main {
    display: grid;
    place-content: center;
    justify-items: center;
    gap: var(--space-2);
    padding: calc(var(--space-5) + env(safe-area-inset-top)) var(--space-4) var(--space-5);
    text-align: center;
  }
  .faces {
    --face-height: min(46vw, 42dvh, 400px);
    display: flex;
    gap: calc(var(--face-height) * 0.07);
    margin-block-end: var(--space-6);
  }
  .face {
    position: relative;
    display: grid;
    place-items: center;
    inline-size: calc(var(--face-height) * 0.72);
    block-size: var(--face-height);
    overflow: hidden;
    background: var(--stage-raised);
    color: var(--stage-ink-soft);
    font-size: 32px;
  }
  .one {
    border-radius: 20px calc(var(--face-height) / 2) calc(var(--face-height) / 2) 20px;
  }
  .other {
    border-radius: calc(var(--face-height) / 2) 20px 20px calc(var(--face-height) / 2);
    background: color-mix(in srgb, var(--second) 26%, var(--stage-raised));
    animation: breathe 2.4s ease-in-out infinite;
  }
  @keyframes breathe {
    50% {
      background: color-mix(in srgb, var(--second) 62%, var(--stage-raised));
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .other {
      animation: none;
    }
  }
  @media (max-height: 480px) {
    .faces {
      --face-height: 34dvh;
      margin-block-end: var(--space-2);
    }
    main {
      padding-block: var(--space-3) var(--space-1);
    }
    main h1 {
      font-size: var(--text-xl);
    }
    footer {
      padding-block: var(--space-2) calc(var(--space-4) + env(safe-area-inset-bottom));
    }
  }
  video {
    position: absolute;
    inset: 0;
    inline-size: 100%;
    block-size: 100%;
    object-fit: cover;
    transform: scaleX(-1);
    opacity: 0;
    transition: opacity var(--slow);
  }
  video.on {
    opacity: 1;
  }
  visavis-avatar {
    --avatar-size: calc(var(--face-height) * 0.42);
  }
  h1 {
    max-inline-size: min(90vw, 22ch);
    font-size: var(--text-xxl);
    font-weight: 700;
    letter-spacing: -0.025em;
    line-height: 1.1;
    overflow-wrap: anywhere;
  }
  .state {
    color: var(--stage-ink-soft);
    font-size: var(--text-l);
  }
  footer {
    display: grid;
    place-items: center;
    padding: var(--space-5) var(--space-5) calc(var(--space-7) + env(safe-area-inset-bottom));
  }
  .button {
    min-inline-size: 180px;
    min-block-size: 60px;
    background: var(--hang-up);
    color: #ffffff;
    font-size: 1.0625rem;
  }
  .button:hover {
    background: var(--hang-up-strong);
  }
  .button visavis-icon {
    transform: rotate(135deg);
  }
`;
