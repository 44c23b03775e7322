import { css } from 'lit';

/** The stage: pictures to the edges, words and controls floating above them, a panel beside it. */
export const callViewStyles = css`
  :host {
    --focus: var(--stage-ink);
    --header-growth: max(0px, 7rem - 112px); /* where text is larger than usual */
    position: relative;
    display: flex;
    block-size: 100dvh;
    overflow: hidden;
    background: var(--stage);
    color: var(--stage-ink);
    color-scheme: dark;
    container-type: size;
  }
  .area {
    position: relative;
    flex: 1;
    min-inline-size: 0;
    overflow: hidden;
    container-type: size;
  }
  .panel {
    flex: none;
    inline-size: min(400px, 45cqw);
    min-block-size: 0;
  }
  @container (max-width: 759px) {
    .panel {
      position: absolute;
      inset: 0;
      inline-size: 100%;
      z-index: 5;
    }
  }

  visavis-call-header,
  visavis-call-controls {
    position: absolute;
    inset-inline: 0;
    z-index: 1;
    transition: opacity var(--slow);
  }
  visavis-call-header {
    inset-block-start: 0;
    z-index: 2; /* first to read, but above what covers the stage */
  }
  visavis-call-controls {
    inset-block-end: 0;
  }
  visavis-call-controls[raised] {
    z-index: 4; /* menus stand above one's own picture */
  }
  :host([idle]) visavis-call-header:not(:focus-within),
  :host([idle]) visavis-call-controls:not(:focus-within) {
    opacity: 0;
  }
  :host([idle]) {
    cursor: none;
  }

  .words {
    position: absolute;
    --below-header: calc(80px + var(--header-growth));
    inset-block-start: calc(var(--below-header) + env(safe-area-inset-top));
    inset-inline: var(--space-4);
    z-index: 3;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: var(--space-3);
    max-block-size: calc(
      100% - var(--below-header) - 112px - env(safe-area-inset-top) - env(safe-area-inset-bottom)
    );
    pointer-events: none;
  }
  /* Somebody knocks while a panel covers the stage. */
  .over {
    --focus: var(--stage-ink);
    z-index: 6;
  }
  .words > *,
  .words ::slotted(*) {
    pointer-events: auto;
  }
  .words ::slotted(*) {
    inline-size: min(440px, 100%);
    min-block-size: 0;
    max-block-size: max(45cqh, 100cqh - 420px); /* leaves one's own picture free */
    padding-block-end: var(--space-3);
    overflow-y: auto;
    overscroll-behavior: contain;
  }
  .sharing,
  .sharing p {
    display: flex;
    align-items: center;
    gap: var(--space-3);
  }
  .sharing {
    padding: 3px 3px 3px var(--space-5);
    border-radius: calc(var(--touch) / 2 + 3px);
    background: var(--second);
    color: var(--on-second);
    font-weight: 700;
    line-height: 1.25;
    box-shadow: 0 8px 28px rgb(0 0 0 / 45%);
  }
  .sharing .button {
    background: rgb(42 16 3 / 88%);
    color: #ffffff;
  }
  .sharing visavis-icon {
    font-size: 20px;
  }
  .invitation {
    --focus: var(--accent);
    display: grid;
    gap: var(--space-3);
    inline-size: min(440px, 100%);
    min-block-size: 0;
    padding: var(--space-5);
    overflow-y: auto;
    overscroll-behavior: contain;
    border-radius: var(--radius-l);
    background: var(--surface);
    color: var(--ink);
    color-scheme: light dark;
    box-shadow: 0 16px 48px rgb(0 0 0 / 50%);
  }
  .invitation h2 {
    font-size: var(--text-l);
    letter-spacing: -0.015em;
    line-height: 1.25;
    text-wrap: balance;
  }
  .invitation p {
    color: var(--ink-soft);
    font-size: var(--text-s);
  }

  .obstacle {
    position: absolute;
    inset: 0;
    z-index: 1;
    display: grid;
    place-content: start center;
    padding: calc(96px + env(safe-area-inset-top)) var(--space-4) 0;
    background: var(--stage-veil);
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
  .sound {
    position: absolute;
    inset-inline: 0;
    inset-block-end: calc(128px + env(safe-area-inset-bottom));
    z-index: 3;
    display: grid;
    place-items: center;
    pointer-events: none;
  }
  .sound .button {
    background: var(--stage-ink);
    color: var(--stage);
    pointer-events: auto;
  }
  .sound .button:focus-visible {
    box-shadow: var(--stage-halo);
  }
  /* Where there is space beside a face, the card leaves it free. */
  @container (min-width: 1000px) {
    .words ::slotted(*) {
      align-self: flex-end;
    }
    .invitation {
      align-self: flex-start;
      margin-block-start: var(--space-5);
      margin-inline-start: var(--space-4);
    }
  }
  @container (max-width: 599px) {
    .words {
      --below-header: calc(92px + var(--header-growth));
    }
    .sharing {
      padding-inline-start: var(--space-4);
      font-size: var(--text-s);
      line-height: 1.2;
    }
    .sharing .button {
      padding-inline: var(--space-3);
    }
    .sharing visavis-icon {
      display: none;
    }
  }
  @container (max-height: 420px) {
    .words {
      --below-header: 60px;
      max-block-size: calc(100% - var(--below-header) - 76px);
    }
    .invitation {
      padding: var(--space-3) var(--space-4);
    }
  }
`;
