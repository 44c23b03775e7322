import { css } from 'lit';

export const lobbyStyles = css`
  .head {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: var(--space-4);
    inline-size: min(1240px, 100%);
    min-block-size: 80px;
    margin-inline: auto;
    padding: var(--space-4) var(--space-6);
  }
  .self,
  .me {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    min-inline-size: 0;
  }
  .me:focus {
    outline: none;
  }
  .me visavis-avatar {
    --avatar-size: 36px;
  }
  .me .name {
    overflow: hidden;
    max-inline-size: 26ch;
    font-weight: 600;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .settings {
    inline-size: var(--touch);
    padding: 0;
    font-size: 1.125rem;
  }
  .settings:hover {
    background: var(--surface-sunk);
  }

  main {
    display: grid;
    flex: 1;
    inline-size: min(1240px, 100%);
    margin-inline: auto;
    padding: var(--space-4) var(--space-6) var(--space-7);
  }
  main > * {
    position: relative; /* above the shadow of what comes before */
  }
  .joining {
    grid-template-columns: minmax(0, 6fr) minmax(0, 5fr);
    align-items: center;
    gap: clamp(32px, 5vw, 88px);
  }
  .joined {
    grid-template-columns: minmax(0, 5fr) minmax(0, 6fr);
    align-items: start;
    gap: var(--space-6);
  }
  visavis-people-panel {
    max-block-size: calc(100dvh - 80px - 64px);
    min-block-size: 320px;
  }

  .banner {
    position: fixed;
    z-index: 1;
    inset-block-start: calc(var(--space-4) + env(safe-area-inset-top));
    inset-inline: var(--space-4);
    display: grid;
    justify-items: center;
    pointer-events: none;
  }
  .connection {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    padding: var(--space-3) var(--space-5);
    border-radius: var(--radius-full);
    background: var(--warning-soft);
    box-shadow: var(--shadow-l);
    color: var(--on-warning-soft);
    font-size: var(--text-s);
    font-weight: 600;
  }
  .connection visavis-icon {
    font-size: 18px;
    animation: turn 1.2s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .connection visavis-icon {
      animation: none;
    }
  }

  visavis-call-notice {
    inline-size: min(1176px, calc(100% - 64px));
    margin: 0 auto var(--space-2);
  }

  @media (max-width: 479px) {
    .known visavis-mark::part(word) {
      display: none;
    }
  }

  /* A phone held sideways: still two columns, every line of height counts. */
  @media (max-height: 480px) {
    .head {
      min-block-size: 56px;
      padding-block: var(--space-1);
    }
    main {
      padding-block: var(--space-1) var(--space-4);
    }
    main.joining {
      gap: var(--space-6);
    }
    visavis-people-panel {
      max-block-size: none;
    }
  }

  @media (max-width: 559px), (max-width: 859px) and (max-aspect-ratio: 1) {
    .head {
      min-block-size: 64px;
      padding: var(--space-2) var(--space-4);
    }
    main.joining,
    main.joined {
      grid-template-columns: minmax(0, 1fr);
      align-content: start;
      gap: var(--space-5);
      inline-size: min(640px, 100%);
      padding: var(--space-2) var(--space-4) var(--space-6);
    }
    visavis-people-panel {
      max-block-size: none;
    }
    visavis-call-notice {
      inline-size: min(608px, calc(100% - 32px));
    }
    .me .name {
      max-inline-size: 40vw;
    }
  }
`;
