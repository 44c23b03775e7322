import type { Call, LocalMedia } from '@visavis/client';
import { html, LitElement, nothing, type PropertyValues } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import {
  ArrowLeftRight,
  Lock,
  Maximize,
  MicOff,
  Minimize,
  Server,
  VideoOff,
  Volume2,
} from 'lucide';

import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import { ChatViewModel } from '../chat/chat_view_model.ts';
import { loadChatPanel } from '../chat/load_chat_panel.ts';
import '../design/icon.ts';
import { base, buttons, stageButtons } from '../design/shared.ts';
import { FileDrop } from '../files/file_drop.ts';
import { playable } from '../media/playable.ts';
import { strings } from '../strings.ts';
import { CallViewModel } from './call_view_model.ts';
import './call_controls.ts';
import { callViewStyles } from './call_view_styles.ts';
import { IdleWatch } from './idle_watch.ts';
import { ParticipantTile } from './participant_tile.ts';
import { WakeLock } from './wake_lock.ts';

/** What stands beside the pictures; `visavis-panel` events carry what is wanted there. */
export type Panel = 'chat' | 'people' | null;

/**
 * The screen of one call, from accepted to ended. Needs nothing but a call and the local media, so that any
 * page can embed it. Fires `visavis-hang-up` just before the person leaves; what follows is up to the page.
 */
export class CallView extends LitElement {
  static override properties = {
    call: { attribute: false },
    media: { attribute: false },
    fullScreen: { state: true },
    soundBlocked: { state: true },
    idle: { type: Boolean, reflect: true },
    panel: { reflect: true },
  };
  declare call: Public<Call>;
  declare media: Public<LocalMedia>;
  declare fullScreen: boolean;
  declare soundBlocked: boolean;
  declare idle: boolean;
  declare panel: Panel;

  static override styles = [base, buttons, stageButtons, callViewStyles];

  #view: CallViewModel | null = null;
  #chat: ChatViewModel | null = null;
  #blindTap = false;
  readonly #wakeLock = new WakeLock();
  readonly #idleWatch = new IdleWatch(() => {
    this.requestUpdate();
  });

  constructor() {
    super();
    this.fullScreen = false;
    this.soundBlocked = false;
    this.idle = false;
    this.panel = null;
    new Watch(this, () => {
      const models = [this.#view, this.#chat].filter((model) => model !== null);
      return models.map((model) => [model, (listener) => model.subscribe(listener)] as const);
    });
    this.addEventListener('pointermove', () => {
      this.#idleWatch.onPointer();
    });
    this.addEventListener('pointerdown', this.#onPointerDown, { capture: true });
    this.addEventListener('click', this.#swallowBlindTap, { capture: true });
    new FileDrop(this, (files) => {
      void this.#chat?.sendFiles(files);
      void this.#showPanel('chat');
    });
    this.addEventListener('visavis-panel', (event) => {
      void this.#showPanel((event as CustomEvent<Panel>).detail);
    });
    this.addEventListener('visavis-sound-blocked', () => {
      this.soundBlocked = true;
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('keydown', this.#onKey);
    document.addEventListener('fullscreenchange', this.#onFullScreen);
    this.#wakeLock.hold();
    this.requestUpdate('call');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this.#onKey);
    document.removeEventListener('fullscreenchange', this.#onFullScreen);
    if (document.fullscreenElement === this) void document.exitFullscreen().catch(() => undefined);
    this.#idleWatch.stop();
    this.#wakeLock.release();
    this.#view?.dispose();
    this.#chat?.dispose();
    this.#view = this.#chat = null;
  }

  override willUpdate(changes: PropertyValues): void {
    this.idle = this.#idleWatch.idle && this.call.state === 'connected';
    if (this.#view && !changes.has('call') && !changes.has('media')) return;
    this.#view?.dispose();
    this.#view = new CallViewModel(this.call, this.media);
    if (this.#chat && !changes.has('call')) return;
    this.#chat?.dispose();
    this.#chat = new ChatViewModel(this.call);
  }

  override firstUpdated(): void {
    // The screen changed under the reader's hands; the Tab key goes on from here, not from behind the last control.
    this.renderRoot.querySelector('h1')?.focus({ preventScroll: true });
  }

  override render(): unknown {
    const view = this.#view;
    if (!view) return nothing;
    const { participants } = view;
    return html`
      <div class="tiles ${participants.length > 1 ? 'many' : ''}">
        ${repeat(
          participants,
          (participant) => participant.id,
          (participant) =>
            html`<visavis-participant-tile
              .participant=${participant}
              ?captioned=${participants.length > 1}
            ></visavis-participant-tile>`,
        )}
      </div>
      ${this.#renderObstacle(view)} ${this.#renderTop(view)} ${this.#renderSelf(view)}
      ${this.#renderSoundButton()}
      <visavis-call-controls
        .call=${this.call}
        .view=${view}
        @visavis-leave=${this.#hangUp}
      ></visavis-call-controls>
      ${this.#renderPanel()}
      <p class="visually-hidden" role="status">${view.announcement}</p>
      <p class="visually-hidden" role="status">${this.#chat?.announcement}</p>
    `;
  }

  #renderObstacle(view: CallViewModel): unknown {
    if (view.obstacle === null) return nothing;
    return html`<div class="obstacle">
      <p aria-hidden="true"><span class="spinner"></span>${view.obstacle}</p>
    </div>`;
  }

  #renderTop(view: CallViewModel): unknown {
    const { clock } = view;
    const label = this.fullScreen ? strings.call.leaveFullScreen : strings.call.fullScreen;
    return html`<header class="top">
      <div class="who">
        <h1 dir="auto" tabindex="-1">${view.title}</h1>
        <p class="facts">
          ${
            clock === null
              ? nothing
              : html`<span class="clock" role="timer" aria-label=${strings.call.duration}
                  >${clock}</span
                >`
          }
          ${this.#renderPath(view)}
        </p>
      </div>
      ${
        document.fullscreenEnabled
          ? html`<button
              class="round small"
              type="button"
              title=${label}
              aria-label=${label}
              @click=${() => void this.#toggleFullScreen()}
            >
              <visavis-icon .drawing=${this.fullScreen ? Minimize : Maximize}></visavis-icon>
            </button>`
          : nothing
      }
    </header>`;
  }

  /** Read out when it changes, as the element stays. */
  #renderPath({ path }: CallViewModel): unknown {
    const drawing = path?.kind === 'relayed' ? Server : ArrowLeftRight;
    return html`<span class="fact" role="status" ?hidden=${path === null}
        >${
          path === null
            ? nothing
            : html`<visavis-icon .drawing=${drawing}></visavis-icon>${path.text}`
        }</span
      >
      ${
        path === null
          ? nothing
          : html`<span class="fact"
              ><visavis-icon .drawing=${Lock}></visavis-icon>${strings.call.encrypted}</span
            >`
      }`;
  }

  #renderSelf(view: CallViewModel): unknown {
    return html`<div class="self">
      <video
        aria-label=${strings.media.ownVideo}
        .srcObject=${live(playable(this.media.stream))}
        .muted=${true}
        autoplay
        playsinline
      ></video>
      ${
        view.cameraOff
          ? html`<div class="cover">
              <visavis-icon .drawing=${VideoOff}></visavis-icon>
              <span
                >${this.media.hasCamera ? strings.media.cameraOff : strings.media.noCamera}</span
              >
            </div>`
          : nothing
      }
      ${
        view.microphoneMuted
          ? html`<span class="muted" role="img" aria-label=${strings.call.ownMuted}
              ><visavis-icon .drawing=${MicOff}></visavis-icon
            ></span>`
          : nothing
      }
    </div>`;
  }

  #renderSoundButton(): unknown {
    if (!this.soundBlocked) return nothing;
    return html`<div class="sound">
      <button class="button" type="button" @click=${this.#playSound}>
        <visavis-icon .drawing=${Volume2}></visavis-icon>${strings.call.playSound}
      </button>
    </div>`;
  }

  #renderPanel(): unknown {
    if (this.panel !== 'chat') return nothing;
    return html`<visavis-chat-panel
      class="panel"
      .call=${this.call}
      .view=${this.#chat}
      covers
    ></visavis-chat-panel>`;
  }

  async #showPanel(panel: Panel): Promise<void> {
    if (panel === 'chat') await loadChatPanel();
    this.panel = panel;
  }

  readonly #hangUp = (): void => {
    this.dispatchEvent(new CustomEvent('visavis-hang-up', { bubbles: true, composed: true }));
    if (this.call.state !== 'ended') this.call.hangUp();
  };

  readonly #playSound = (): void => {
    this.soundBlocked = false;
    for (const tile of this.renderRoot.querySelectorAll('visavis-participant-tile')) {
      if (tile instanceof ParticipantTile) void tile.play();
    }
  };

  readonly #onKey = (): void => {
    this.#idleWatch.onKey();
  };

  readonly #onFullScreen = (): void => {
    this.fullScreen = document.fullscreenElement === this;
  };

  /** A finger, unlike a mouse, gives no sign before it taps: the first tap only brings the controls back. */
  readonly #onPointerDown = (event: PointerEvent): void => {
    this.#blindTap = this.idle && event.pointerType === 'touch';
    this.#idleWatch.onPointer();
  };

  readonly #swallowBlindTap = (event: Event): void => {
    if (!this.#blindTap) return;
    this.#blindTap = false;
    event.stopPropagation();
  };

  async #toggleFullScreen(): Promise<void> {
    try {
      if (document.fullscreenElement === this) await document.exitFullscreen();
      else await this.requestFullscreen();
    } catch {
      // The browser or the page that embeds this one does not allow it.
    }
  }
}

customElements.define('visavis-call-view', CallView);
