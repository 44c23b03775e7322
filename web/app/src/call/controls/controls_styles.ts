import { css } from 'lit';

/**
 * The bar fits the room it has: `wide` buttons from 620 px on, `full` ones from 760 px on; what has no room is in
 * the menu, as `narrow` and `medium` lines.
 */
export const controlsStyles = css`
  :host {
    display: block;
    container-type: inline-size;
    pointer-events: none;
  }
  :host([raised]) {
    z-index: 3; /* menus stand above one's own picture */
  }
  .controls {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    inline-size: 100%;
    padding: var(--space-8) var(--space-2) calc(var(--space-5) + env(safe-area-inset-bottom));
    background: linear-gradient(transparent, var(--stage-shade));
  }
  :host([framed]) .controls {
    background: none;
  }
  .controls > * {
    flex: none;
    pointer-events: auto;
  }
  .round {
    position: relative;
  }
  .round.on,
  visavis-popup::part(button):active {
    background: var(--stage-ink);
    color: var(--stage);
  }
  .round.live {
    border-color: transparent;
    background: var(--answer);
    color: #ffffff;
  }
  .badged {
    position: relative;
    display: inline-grid;
  }
  .badge {
    position: absolute;
    pointer-events: none;
    inset-block-start: -4px;
    inset-inline-end: -4px;
    min-inline-size: 22px;
    padding: 0 6px;
    border-radius: var(--radius-full);
    background: var(--second);
    color: var(--on-second);
    font-size: 13px;
    font-weight: 700;
    line-height: 22px;
    text-align: center;
  }
  .hang-up {
    margin-inline-start: var(--space-2);
  }
  .split {
    display: flex;
  }
  .split > :focus-within,
  .split > :focus-visible {
    z-index: 1; /* its ring lies on what follows, too */
  }
  .split > .round {
    border-start-end-radius: 0;
    border-end-end-radius: 0;
  }
  .split visavis-popup::part(button) {
    inline-size: 48px;
    border-start-start-radius: 0;
    border-end-start-radius: 0;
    border-inline-start: none;
    font-size: 18px;
  }

  .item {
    display: flex;
    align-items: center;
    gap: var(--space-3);
    inline-size: 100%;
    min-block-size: var(--touch);
    padding: 0 var(--space-4) 0 var(--space-3);
    border: none;
    border-radius: var(--radius-s);
    background: transparent;
    color: inherit;
    font: inherit;
    text-align: start;
    cursor: pointer;
  }
  .item:hover,
  .item:focus-visible {
    background: rgb(255 255 255 / 10%);
  }
  .item:focus-visible,
  .emoji:focus-visible {
    outline-offset: -3px;
  }
  .item .sign {
    display: grid;
    inline-size: 20px;
    font-size: 20px;
  }
  .item .words {
    flex: 1;
  }
  .item .check {
    color: var(--answer-mark, #7ad6b2);
    font-size: 20px;
  }
  .head {
    padding: var(--space-2) var(--space-3);
    color: var(--stage-ink-soft);
    font-size: var(--text-s);
  }
  .reactions {
    display: grid;
    grid-template-columns: repeat(4, 52px);
  }
  .reactions.narrow {
    justify-content: space-between;
    padding-block-end: var(--space-2);
    margin-block-end: var(--space-2);
    border-block-end: 1px solid var(--stage-line);
  }
  .emoji {
    inline-size: 52px;
    block-size: 52px;
    padding: 0;
    border: none;
    border-radius: var(--radius-s);
    background: transparent;
    font-size: 26px;
    line-height: 1;
    cursor: pointer;
    transition: transform var(--fast) var(--ease);
  }
  .emoji:hover,
  .emoji:focus-visible {
    background: rgb(255 255 255 / 10%);
    transform: scale(1.08);
  }

  .wide,
  .full {
    display: none;
  }
  @container (min-width: 620px) {
    .wide {
      display: inline-grid;
    }
    .split.wide {
      display: flex;
    }
    .narrow {
      display: none;
    }
  }
  @container (min-width: 760px) {
    .full {
      display: inline-grid;
    }
    .medium {
      display: none;
    }
  }
  @container (max-width: 619px) {
    .round,
    visavis-popup::part(button) {
      inline-size: 52px;
      block-size: 52px;
    }
    .round.hang-up {
      inline-size: 60px;
    }
  }
  @container (max-width: 339px) {
    .controls {
      gap: var(--space-1);
    }
  }
  /* Of the call view, which has a height to ask for. */
  @container (max-height: 420px) {
    .controls {
      padding-block: var(--space-6) var(--space-3);
    }
  }
`;
