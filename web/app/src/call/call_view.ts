import type { Call, LocalMedia } from '@visavis/client';
import { html, nothing, type PropertyValues } from 'lit';
import { ScreenShare, Volume2 } from 'lucide';

import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import { ChatViewModel } from '../chat/chat_view_model.ts';
import { loadChatPanel } from '../chat/load_chat_panel.ts';
import '../design/icon.ts';
import { base, buttons } from '../design/shared.ts';
import { spinner } from '../design/spinner.ts';
import { FileDrop } from '../files/file_drop.ts';
import type { LobbyViewModel } from '../people/lobby_view_model.ts';
import '../room/room_link.ts';
import { Preferences } from '../preferences/preferences.ts';
import { roomWords, stageWords } from '../strings/stage.ts';
import { callWords } from '../strings/call.ts';
import { showToast } from '../toasts/show_toast.ts';
import { CallViewModel } from './call_view_model.ts';
import { CallControls } from './call_controls.ts';
import './call_header.ts';
import { callViewStyles } from './call_view_styles.ts';
import { HostNews } from './host_news.ts';
import { IdleWatch } from './idle_watch.ts';
import './knock_toast.ts';
import { loadCallPeople } from './people/load_call_people.ts';
import { Stage } from './stage/stage.ts';
import { StageModel } from './stage/stage_model.ts';
import { ViewWishes } from './stage/view_wishes.ts';
import { WakeLock } from './wake_lock.ts';

/** What stands beside the pictures; `visavis-panel` events carry what is wanted there. */
export type Panel = 'chat' | 'people' | null;

/** Below this width, in CSS pixels, a panel covers the stage. */
const PANEL_COVERS_BELOW = 760;

/** What belongs to one call and goes with it. */
interface Models {
  readonly view: CallViewModel;
  readonly stage: StageModel;
  readonly wishes: ViewWishes;
  readonly chat: ChatViewModel;
  readonly host: HostNews;
}

/**
 * The screen of one call, from accepted to ended. Needs nothing but a call and the local media, so that any
 * page can embed it. Fires `visavis-hang-up` just before the person leaves; what follows is up to the page. The slot `calls`
 * is for calls that come meanwhile.
 */
export class CallView extends PageElement {
  static override properties = {
    call: { attribute: false },
    media: { attribute: false },
    preferences: { attribute: false },
    lobby: { attribute: false },
    selfName: {},
    selfUser: {},
    fullScreen: { state: true },
    soundBlocked: { state: true },
    covered: { state: true },
    idle: { type: Boolean, reflect: true },
    panel: { reflect: true },
  };
  declare call: Public<Call>;
  declare media: Public<LocalMedia>;
  declare preferences: Preferences;
  /** The people online, to invite them; null where the page does not offer them. */
  declare lobby: LobbyViewModel | null;
  /** Who we are, for the list of people. */
  declare selfName: string;
  declare selfUser: string;
  declare fullScreen: boolean;
  declare soundBlocked: boolean;
  /** There is so little space that a panel covers the stage. */
  declare covered: boolean;
  declare idle: boolean;
  declare panel: Panel;

  static override styles = [base, buttons, spinner, callViewStyles];

  #models: Models | null = null;
  #blindTap = false;
  readonly #wakeLock = new WakeLock();
  readonly #idleWatch = new IdleWatch(() => {
    this.requestUpdate();
  });
  readonly #sizes = new ResizeObserver(() => {
    this.covered = this.clientWidth < PANEL_COVERS_BELOW;
  });

  constructor() {
    super();
    this.preferences = new Preferences();
    this.lobby = null;
    this.selfName = '';
    this.selfUser = '';
    this.fullScreen = false;
    this.soundBlocked = false;
    this.covered = false;
    this.idle = false;
    this.panel = null;
    new Watch(this, () => {
      const models = this.#models;
      return models
        ? [models.view, models.stage, models.chat].map(
            (model) => [model, (listener) => model.subscribe(listener)] as const,
          )
        : [];
    });
    this.addEventListener('pointermove', () => {
      this.#idleWatch.onPointer();
    });
    this.addEventListener('pointerdown', this.#onPointerDown, { capture: true });
    this.addEventListener('click', this.#swallowBlindTap, { capture: true });
    new FileDrop(this, (files) => {
      void this.#models?.chat.sendFiles(files);
      void this.#showPanel('chat');
    });
    this.addEventListener('visavis-panel', (event) => {
      void this.#showPanel((event as CustomEvent<Panel>).detail);
    });
    this.addEventListener('visavis-react', (event) => {
      this.#models?.view.showOwnReaction((event as CustomEvent<string>).detail);
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
    this.#sizes.observe(this);
    this.requestUpdate('call');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('keydown', this.#onKey);
    document.removeEventListener('fullscreenchange', this.#onFullScreen);
    if (document.fullscreenElement === this) void document.exitFullscreen().catch(() => undefined);
    this.#idleWatch.stop();
    this.#wakeLock.release();
    this.#sizes.disconnect();
    this.#disposeModels();
  }

  override willUpdate(changes: PropertyValues): void {
    this.idle = this.#idleWatch.idle && this.call.state === 'connected' && this.panel === null;
    if (this.#models && !changes.has('call') && !changes.has('media')) return;
    this.#disposeModels();
    this.#models = {
      view: new CallViewModel(this.call, this.media),
      stage: new StageModel(this.call),
      wishes: new ViewWishes(this.call),
      chat: new ChatViewModel(this.call),
      host: new HostNews(this.call, (text) => {
        showToast({ text, key: 'host' });
      }),
    };
  }

  override render(): unknown {
    const models = this.#models;
    if (!models) return nothing;
    const { view, stage, wishes, chat } = models;
    // Only a picture that goes to the edges needs a shade behind words and buttons.
    const framed = !stage.plan().some(({ place }) => place === 'full');
    const over = this.panel !== null && this.covered;
    const knocks = html`<visavis-knock-toast
      .view=${view}
      ?quiet=${this.panel === 'people'}
    ></visavis-knock-toast>`;
    return html`
      <div class="area" ?inert=${over}>
        <visavis-call-header
          .view=${view}
          .stage=${stage}
          ?framed=${framed}
          ?fullScreen=${this.fullScreen}
          @visavis-full-screen=${() => void this.#toggleFullScreen()}
        ></visavis-call-header>
        <visavis-stage
          .call=${this.call}
          .media=${this.media}
          .view=${view}
          .model=${stage}
          .wishes=${wishes}
        ></visavis-stage>
        ${this.#renderObstacle(view)}
        <div class="words">
          ${over ? nothing : html`<slot name="calls"></slot>${knocks}`} ${this.#renderSharing(view)}
          ${this.#renderLink(view)}
        </div>
        ${this.#renderSoundButton()}
        <visavis-call-controls
          ?framed=${framed}
          .call=${this.call}
          .media=${this.media}
          .view=${view}
          .preferences=${this.preferences}
          .panel=${this.panel}
          .unread=${chat.unread}
          @visavis-leave=${this.#hangUp}
        ></visavis-call-controls>
      </div>
      ${this.#renderPanel(models)}
      ${over ? html`<div class="words over"><slot name="calls"></slot>${knocks}</div>` : nothing}
      <p class="visually-hidden" role="status">${view.announcement}</p>
      <p class="visually-hidden" role="status">${view.news}</p>
      <p class="visually-hidden" role="status">${chat.announcement}</p>
    `;
  }

  #renderObstacle(view: CallViewModel): unknown {
    if (view.obstacle === null) return nothing;
    return html`<div class="obstacle">
      <p aria-hidden="true"><span class="spinner"></span>${view.obstacle}</p>
    </div>`;
  }

  /** So that nobody forgets that others see more than a face. */
  #renderSharing(view: CallViewModel): unknown {
    if (!view.sharing) return nothing;
    return html`<div class="sharing">
      <p role="status">
        <visavis-icon .drawing=${ScreenShare}></visavis-icon>${stageWords.sharing}
      </p>
      <button
        class="button"
        type="button"
        aria-label=${stageWords.stopSharing}
        @click=${() => {
          view.stopSharing();
        }}
      >
        ${stageWords.stop}
      </button>
    </div>`;
  }

  /** Alone in a room, the one thing to do is to get others in. */
  #renderLink(view: CallViewModel): unknown {
    const { alone, room, passphrase } = view;
    if (!alone || room === null || this.panel === 'people') return nothing;
    return html`<section class="invitation" aria-labelledby="invitation">
      <h2 id="invitation">${roomWords.link.title}</h2>
      <p>${roomWords.call.aloneHint}</p>
      <visavis-room-link .room=${room} .passphrase=${passphrase}></visavis-room-link>
    </section>`;
  }

  #renderSoundButton(): unknown {
    if (!this.soundBlocked) return nothing;
    return html`<div class="sound">
      <button class="button" type="button" @click=${this.#playSound}>
        <visavis-icon .drawing=${Volume2}></visavis-icon>${callWords.playSound}
      </button>
    </div>`;
  }

  #renderPanel({ view, chat }: Models): unknown {
    switch (this.panel) {
      case 'chat':
        return html`<visavis-chat-panel
          class="panel"
          .call=${this.call}
          .view=${chat}
          ?covers=${this.covered}
        ></visavis-chat-panel>`;
      case 'people':
        return html`<visavis-call-people
          class="panel"
          .call=${this.call}
          .media=${this.media}
          .view=${view}
          .lobby=${this.lobby}
          .selfName=${this.selfName}
          .selfUser=${this.selfUser}
        ></visavis-call-people>`;
      case null:
        return nothing;
    }
  }

  async #showPanel(panel: Panel): Promise<void> {
    if (panel === 'chat') await loadChatPanel();
    if (panel === 'people') await loadCallPeople();
    const left = this.panel;
    const worked = this.renderRoot.querySelector('.panel')?.matches(':focus-within') === true;
    this.panel = panel;
    if (left === null || panel !== null || !worked) return;
    // What had the focus is gone; the keyboard goes on from what opens it again.
    await this.updateComplete;
    const controls = this.renderRoot.querySelector('visavis-call-controls');
    if (controls instanceof CallControls) controls.focusOpener(left);
  }

  #disposeModels(): void {
    this.#models?.view.dispose();
    this.#models?.stage.dispose();
    this.#models?.wishes.dispose();
    this.#models?.chat.dispose();
    this.#models?.host.dispose();
    this.#models = null;
  }

  readonly #hangUp = (): void => {
    this.dispatchEvent(new CustomEvent('visavis-hang-up', { bubbles: true, composed: true }));
    if (this.call.state !== 'ended') this.call.hangUp();
  };

  readonly #playSound = (): void => {
    this.soundBlocked = false;
    const stage = this.renderRoot.querySelector('visavis-stage');
    if (stage instanceof Stage) stage.play();
  };

  readonly #onKey = (): void => {
    this.#idleWatch.onKey();
  };

  readonly #onFullScreen = (): void => {
    this.fullScreen = document.fullscreenElement === this;
  };

  /** A finger, unlike a mouse, gives no sign before it taps: the first tap only brings the controls back. */
  readonly #onPointerDown = (event: PointerEvent): void => {
    // What the page shows in a slot is there for all to see.
    this.#blindTap = this.idle && event.pointerType === 'touch' && event.target === this;
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
