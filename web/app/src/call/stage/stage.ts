import type { Call, LocalMedia, RemoteParticipant } from '@visavis/client';
import { css, html, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { ArrowLeftRight } from 'lucide';

import { PageElement } from '../../base/page_element.ts';
import type { Public } from '../../base/public.ts';
import { Watch } from '../../base/watch.ts';
import '../../design/icon.ts';
import { base } from '../../design/shared.ts';
import { stageWords } from '../../strings/stage.ts';
import type { CallViewModel } from '../call_view_model.ts';
import { Drag } from './drag.ts';
import './participant_tile.ts';
import './screen_tile.ts';
import './self_view.ts';
import type { StageModel } from './stage_model.ts';
import {
  cameraKey,
  type Insets,
  nearestCorner,
  type Placed,
  screenKey,
  SELF_KEY,
} from './stage_plan.ts';
import { Tile } from './tile.ts';
import type { ViewWishes } from './view_wishes.ts';

type Plan = ReadonlyMap<string, Placed>;

const GRIP = 'grip';

/** The pictures of a call, where the model's plan puts them. Elements stay, whatever moves: a video that is moved stops. */
export class Stage extends PageElement {
  static override properties = {
    call: { attribute: false },
    media: { attribute: false },
    view: { attribute: false },
    model: { attribute: false },
    wishes: { attribute: false },
  };
  declare call: Public<Call>;
  declare media: Public<LocalMedia>;
  declare view: CallViewModel;
  declare model: StageModel;
  declare wishes: ViewWishes;

  static override styles = [
    base,
    css`
      :host {
        position: absolute;
        inset: 0;
        overflow: hidden;
        /* Read back by the plan: pictures may lie under a notch, words and buttons may not. Large text makes the
           header higher. */
        padding: calc(env(safe-area-inset-top) + var(--header-growth, 0px))
          env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left);
      }
      [data-key] {
        position: absolute;
        transition:
          left var(--slow) var(--ease),
          top var(--slow) var(--ease),
          width var(--slow) var(--ease),
          height var(--slow) var(--ease);
      }
      [data-key][place='float'] {
        z-index: 2;
      }
      :host([dragging]) [data-key] {
        transition: none;
      }
      .grip {
        z-index: 3;
        padding: 0;
        border: none;
        border-radius: var(--radius-m);
        background: transparent;
        color: var(--stage-ink);
        cursor: grab;
        touch-action: none;
        -webkit-tap-highlight-color: transparent;
      }
      .grip:focus-visible {
        box-shadow: var(--stage-halo);
      }
      :host([dragging]) .grip {
        cursor: grabbing;
      }
      .grip visavis-icon {
        position: absolute;
        inset-block-start: 6px;
        inset-inline-start: 6px;
        padding: 6px;
        border-radius: 50%;
        background: var(--stage-glass);
        font-size: 16px;
        box-sizing: content-box;
        opacity: 0;
        transition: opacity var(--fast);
      }
      .grip:hover visavis-icon,
      .grip:focus-visible visavis-icon {
        opacity: 1;
      }
    `,
  ];

  readonly #sizes = new ResizeObserver(() => {
    this.#measure();
  });
  readonly #drag = new Drag({
    onMove: (dx, dy) => {
      this.toggleAttribute('dragging', true);
      this.#shift(dx, dy);
    },
    onDrop: (dx, dy) => {
      this.#drop(dx, dy);
    },
    onTap: () => {
      this.model.swap();
    },
  });

  constructor() {
    super();
    new Watch(this, () => [
      [this.model, (listener) => this.model.subscribe(listener)],
      [this.view, (listener) => this.view.subscribe(listener)],
    ]);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sizes.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sizes.disconnect();
  }

  /** Plays everything again, after a click. */
  play(): void {
    for (const element of this.renderRoot.querySelectorAll('[data-key]')) {
      if (element instanceof Tile) void element.play();
    }
  }

  override render(): unknown {
    const plan: Plan = new Map(this.model.plan().map((placed) => [placed.key, placed]));
    const { participants } = this.view;
    const sharing = participants.filter((participant) => participant.sharing);
    return html`
      ${repeat(
        participants,
        ({ id }) => id,
        (participant) => this.#renderCamera(participant, plan),
      )}
      ${repeat(
        sharing,
        ({ id }) => id,
        (participant) => this.#renderScreen(participant, plan),
      )}
      <visavis-self-view
        data-key=${SELF_KEY}
        .media=${this.media}
        .view=${this.view}
        .place=${plan.get(SELF_KEY)?.place ?? 'float'}
      ></visavis-self-view>
      ${this.#renderGrip()}
    `;
  }

  override willUpdate(changes: PropertyValues): void {
    if (changes.has('model')) this.#measure();
  }

  override updated(): void {
    const plan = this.model.plan();
    for (const { key, box, place } of plan) {
      if (place === 'float' && this.hasAttribute('dragging')) continue;
      this.#put(key, box);
      if (place === 'float') this.#put(GRIP, box);
    }
    const floats = plan.some(({ place }) => place === 'float');
    this.#element(GRIP)?.toggleAttribute('hidden', !floats);
    this.wishes.follow(plan);
  }

  #renderCamera(participant: Public<RemoteParticipant>, plan: Plan): unknown {
    const key = cameraKey(participant.id);
    const { model, view } = this;
    return html`<visavis-participant-tile
      data-key=${key}
      .participant=${participant}
      .media=${this.media}
      .place=${plan.get(key)?.place ?? 'tile'}
      .reactions=${view.reactionsOf(participant.id)}
      ?speaking=${model.isSpeaking(participant)}
      ?pinned=${model.pinned === key}
      ?pinnable=${this.#pinnable(key)}
      @visavis-pin=${() => {
        model.togglePin(key);
      }}
      @visavis-retry=${() => {
        view.retry(participant);
      }}
    ></visavis-participant-tile>`;
  }

  #renderScreen(participant: Public<RemoteParticipant>, plan: Plan): unknown {
    const key = screenKey(participant.id);
    const { model } = this;
    return html`<visavis-screen-tile
      data-key=${key}
      .participant=${participant}
      .media=${this.media}
      .place=${plan.get(key)?.place ?? 'main'}
      ?pinned=${model.pinned === key}
      ?pinnable=${this.#pinnable(key)}
      @visavis-pin=${() => {
        model.togglePin(key);
      }}
    ></visavis-screen-tile>`;
  }

  /** Covers the small picture of two, whoever's it is. */
  #renderGrip(): unknown {
    return html`<button
      class="grip"
      data-key=${GRIP}
      type="button"
      title=${stageWords.swap}
      aria-label=${stageWords.swap}
      aria-description=${stageWords.move}
      @pointerdown=${this.#drag.start}
      @keydown=${this.#onKey}
      @click=${this.#onClick}
    >
      <visavis-icon .drawing=${ArrowLeftRight}></visavis-icon>
    </button>`;
  }

  #pinnable(key: string): boolean {
    const { participants } = this.view;
    return (
      participants.length > 1 ||
      participants.some(({ sharing }) => sharing) ||
      this.model.pinned === key
    );
  }

  #element(key: string): HTMLElement | null {
    const elements = this.renderRoot.querySelectorAll<HTMLElement>('[data-key]');
    return [...elements].find((element) => element.dataset['key'] === key) ?? null;
  }

  #put(key: string, box: { x: number; y: number; width: number; height: number }): void {
    const style = this.#element(key)?.style;
    // Not a style attribute: the Content-Security-Policy allows none.
    style?.setProperty('left', `${box.x}px`);
    style?.setProperty('top', `${box.y}px`);
    style?.setProperty('width', `${box.width}px`);
    style?.setProperty('height', `${box.height}px`);
  }

  #floating(): Placed | undefined {
    return this.model.plan().find(({ place }) => place === 'float');
  }

  #shift(dx: number, dy: number): void {
    const placed = this.#floating();
    if (!placed) return;
    const box = { ...placed.box, x: placed.box.x + dx, y: placed.box.y + dy };
    this.#put(placed.key, box);
    this.#put(GRIP, box);
  }

  #drop(dx: number, dy: number): void {
    this.removeAttribute('dragging');
    const placed = this.#floating();
    if (!placed) return;
    const { x, y, width, height } = placed.box;
    const centre = { x: x + dx + width / 2, y: y + dy + height / 2 };
    this.model.setCorner(nearestCorner(centre, this.model.size));
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (this.model.moveBy(event.key)) event.preventDefault();
  };

  /** Of the keyboard and of screen readers; fingers and mice are the drag's. */
  readonly #onClick = (event: MouseEvent): void => {
    if (event.detail === 0) this.model.swap();
  };

  #measure(): void {
    const { clientWidth: width, clientHeight: height } = this;
    const style = getComputedStyle(this);
    const inset = (side: string): number => Number.parseFloat(style.getPropertyValue(side)) || 0;
    const safe: Insets = {
      top: inset('padding-top'),
      right: inset('padding-right'),
      bottom: inset('padding-bottom'),
      left: inset('padding-left'),
    };
    this.model.resize({ width, height }, safe);
  }
}

customElements.define('visavis-stage', Stage);
