import type { Call, LocalMedia } from '@visavis/client';
import { html, nothing, type PropertyValues } from 'lit';
import {
  ChevronUp,
  EllipsisVertical,
  Hand,
  type IconNode,
  MessageSquare,
  Mic,
  MicOff,
  Phone,
  ScreenShare,
  ScreenShareOff,
  Settings,
  SmilePlus,
  Users,
  Video,
  VideoOff,
} from 'lucide';

import { PageElement } from '../base/page_element.ts';
import type { Public } from '../base/public.ts';
import { Watch } from '../base/watch.ts';
import '../design/icon.ts';
import { base, stageButtons } from '../design/shared.ts';
import { MutedSpeechWatch } from '../media/muted_speech_watch.ts';
import { Preferences } from '../preferences/preferences.ts';
import { requestSettings } from '../preferences/settings_request.ts';
import { CallKeys } from '../shortcuts/call_keys.ts';
import { keyOf, type ShortcutAction } from '../shortcuts/shortcuts.ts';
import { controls } from '../strings/controls.ts';
import { callWords } from '../strings/call.ts';
import { strings } from '../strings/strings.ts';
import { showToast } from '../toasts/show_toast.ts';
import type { CallViewModel } from './call_view_model.ts';
import { controlsStyles } from './controls/controls_styles.ts';
import { ControlsViewModel } from './controls/controls_view_model.ts';
import { toggleFullScreen } from './controls/full_screen.ts';
import { type MoreActions, moreItems, renderItem, renderReactions } from './controls/menus.ts';
import { PictureInPicture } from './controls/picture_in_picture.ts';
import './controls/popup.ts';

type Panel = 'chat' | 'people' | null;

/**
 * The row of buttons under a call, and its keyboard. Fires `visavis-leave` for the button that ends it,
 * `visavis-panel` with what is wanted beside the pictures, and `visavis-react` with an emoji that was sent.
 */
export class CallControls extends PageElement {
  static override properties = {
    call: { attribute: false },
    media: { attribute: false },
    view: { attribute: false },
    preferences: { attribute: false },
    panel: {},
    unread: { type: Number },
  };
  declare call: Public<Call>;
  declare media: Public<LocalMedia>;
  declare view: CallViewModel;
  declare preferences: Preferences;
  /** What is open beside the pictures. */
  declare panel: Panel;
  /** Messages that came while the chat was closed. */
  declare unread: number;

  static override styles = [base, stageButtons, controlsStyles];

  #model: ControlsViewModel | null = null;
  readonly #pictures = new PictureInPicture(() => {
    this.requestUpdate();
  });
  readonly #speech = new MutedSpeechWatch(() => {
    showToast({
      key: 'muted',
      text: controls.mutedHint,
      action: { label: controls.unmuteHint, run: () => void this.view.toggleMicrophone() },
    });
  });
  readonly #keys = new CallKeys({
    onShortcut: (action) => {
      if (this.preferences.values.shortcuts) this.#shortcuts[action]();
    },
    onTalkPress: () => this.preferences.values.pushToTalk && (this.#model?.talk.press() ?? false),
    onTalkRelease: () => this.#model?.talk.release(),
  });

  constructor() {
    super();
    this.preferences = new Preferences();
    this.panel = null;
    this.unread = 0;
    new Watch(this, () => {
      const model = this.#model;
      const view = [this.view, (listener: () => void) => this.view.subscribe(listener)] as const;
      return model ? [view, [model, (listener) => model.subscribe(listener)]] : [view];
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#keys.start();
    this.requestUpdate('call');
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#keys.stop();
    this.#speech.listen(null);
    this.#pictures.close();
    this.#model?.dispose();
    this.#model = null;
  }

  override willUpdate(changes: PropertyValues): void {
    if (['call', 'media', 'preferences'].some((name) => changes.has(name)) || !this.#model) {
      this.#model?.dispose();
      this.#model = new ControlsViewModel(this.call, this.media, this.preferences, showToast);
      this.requestUpdate(); // so that the new one is watched
    }
    const listens = this.#model.listensForSpeech;
    this.#speech.listen(listens ? (this.media.stream.getAudioTracks()[0] ?? null) : null);
  }

  override render(): unknown {
    const { view } = this;
    const model = this.#model;
    if (!model) return nothing;
    const muted = view.microphoneMuted;
    const off = view.cameraOff;
    return html`<div
      class="controls"
      role="group"
      aria-label=${callWords.controls}
      @visavis-popup=${this.#onPopup}
    >
      ${this.#renderButton(
        muted ? strings.media.unmute : strings.media.mute,
        muted ? MicOff : Mic,
        this.#toggleMicrophone,
        { look: muted ? 'off' : model.talk.talking ? 'live' : '', action: 'microphone' },
      )}
      ${this.#renderButton(
        off ? strings.media.cameraTurnOn : strings.media.cameraTurnOff,
        off ? VideoOff : Video,
        () => void view.toggleCamera(),
        { look: off ? 'off' : '', action: 'camera' },
      )}
      ${this.#renderShare(model)}
      ${this.#renderButton(
        model.handRaised ? controls.lowerHand : controls.raiseHand,
        Hand,
        this.#actions.hand,
        { look: model.handRaised ? 'full on' : 'full', action: 'hand' },
      )}
      <visavis-popup class="wide" .label=${controls.react} .drawing=${SmilePlus}>
        ${renderReactions(this.#react)}
      </visavis-popup>
      ${this.#renderChat()}
      ${this.#renderButton(
        this.panel === 'people' ? controls.closePeople : controls.people,
        Users,
        this.#actions.people,
        { look: this.panel === 'people' ? 'full on' : 'full', action: 'people' },
      )}
      ${this.#renderButton(strings.settings.open, Settings, this.#actions.settings, {
        look: 'wide',
      })}
      ${this.#renderMore(model)}
      ${this.#renderButton(callWords.hangUp, Phone, this.#leave, { look: 'hang-up' })}
      <p class="visually-hidden" role="status">${model.talk.talking ? controls.talking : ''}</p>
    </div>`;
  }

  /** Gives the focus to what opens that panel: its button, or the menu that has its line where the bar is narrow. */
  focusOpener(panel: 'chat' | 'people'): void {
    const own = this.renderRoot.querySelector<HTMLElement>(`[data-panel=${panel}]`);
    const menu = this.renderRoot.querySelector<HTMLElement>('visavis-popup.more');
    (own && own.getClientRects().length > 0 ? own : menu)?.focus();
  }

  #renderButton(
    label: string,
    drawing: IconNode,
    run: () => void,
    { look = '', action = null }: { look?: string; action?: ShortcutAction | null } = {},
  ): unknown {
    const key = action === null || !this.preferences.values.shortcuts ? null : keyOf(action);
    return html`<button
      class="round ${look}"
      type="button"
      title=${key === null ? label : controls.withKey(label, key)}
      aria-label=${label}
      aria-keyshortcuts=${key ?? nothing}
      data-panel=${action === 'people' ? action : nothing}
      @click=${run}
    >
      <visavis-icon .drawing=${drawing}></visavis-icon>
    </button>`;
  }

  #renderShare(model: ControlsViewModel): unknown {
    if (!model.canShare) return nothing;
    const { sharing } = model;
    return html`<div class="split wide">
      ${this.#renderButton(
        sharing ? controls.stopSharing : controls.shareScreen,
        sharing ? ScreenShareOff : ScreenShare,
        this.#actions.share,
        { look: sharing ? 'on' : '', action: 'share' },
      )}
      <visavis-popup .label=${controls.shareOptions} .drawing=${ChevronUp}>
        ${this.#renderShareOptions(model)}
      </visavis-popup>
    </div>`;
  }

  #renderShareOptions(model: ControlsViewModel): unknown {
    const { shareSound } = this.preferences.values;
    const choices = [
      { content: 'text', label: controls.shareText },
      { content: 'motion', label: controls.shareMotion },
    ] as const;
    return html`${choices.map(({ content, label }) =>
      renderItem({
        label,
        drawing: null,
        choice: true,
        checked: model.shareContent === content,
        run: () => {
          model.setShareContent(content);
        },
      }),
    )}
    ${renderItem({
      label: controls.shareSound,
      drawing: null,
      checked: shareSound,
      run: () => {
        this.preferences.set({ shareSound: !shareSound });
      },
    })}`;
  }

  #renderChat(): unknown {
    const open = this.panel === 'chat';
    const name = open ? controls.closeChat : controls.openChat;
    const unread = open ? 0 : this.unread;
    const { shortcuts } = this.preferences.values;
    const key = keyOf('chat');
    return html`<span class="badged"
      ><button
        class="round ${open ? 'on' : ''}"
        type="button"
        title=${shortcuts ? controls.withKey(name, key) : name}
        aria-label=${name}
        aria-keyshortcuts=${shortcuts ? key : nothing}
        data-panel="chat"
        aria-description=${unread > 0 ? controls.unread(unread) : nothing}
        @click=${this.#toggleChat}
      >
        <visavis-icon .drawing=${MessageSquare}></visavis-icon>
      </button>
      ${unread > 0 ? html`<span class="badge" aria-hidden="true">${unread > 99 ? '99+' : unread}</span>` : nothing}</span
    >`;
  }

  #renderMore(model: ControlsViewModel): unknown {
    const items = moreItems(
      {
        canShare: model.canShare,
        sharing: model.sharing,
        handRaised: model.handRaised,
        peopleOpen: this.panel === 'people',
        dataSaver: this.preferences.values.dataSaver,
        pictureInPicture: PictureInPicture.isOffered ? this.#pictures.open : null,
      },
      this.#actions,
    );
    return html`<visavis-popup class="more" .label=${controls.more} .drawing=${EllipsisVertical}>
      ${renderReactions(this.#react, 'narrow')} ${items.map(renderItem)}
    </visavis-popup>`;
  }

  /** Menus stand above one's own picture, which stands above the bar. */
  readonly #onPopup = (event: CustomEvent<boolean>): void => {
    this.toggleAttribute('raised', event.detail);
  };

  readonly #toggleMicrophone = (): void => {
    // Heard by a held key: who presses the button then wants to stay heard.
    if (this.#model?.talk.talking) this.#model.talk.keep();
    else void this.view.toggleMicrophone();
  };

  readonly #toggleChat = (): void => {
    this.#show(this.panel === 'chat' ? null : 'chat');
  };

  readonly #actions: MoreActions = {
    share: () => void this.#model?.toggleShare(),
    hand: () => this.#model?.toggleHand(),
    people: () => {
      this.#show(this.panel === 'people' ? null : 'people');
    },
    dataSaver: () => {
      this.preferences.set({ dataSaver: !this.preferences.values.dataSaver });
    },
    pictureInPicture: () =>
      void this.#pictures.toggle({
        call: this.call,
        view: this.view,
        leave: this.#leave,
      }),
    settings: () => {
      requestSettings(this, 'devices');
    },
    shortcuts: () => {
      void import('../shortcuts/help_sheet.ts').then(({ HelpSheet }) => {
        HelpSheet.show(this.preferences);
      });
    },
  };

  readonly #shortcuts: Record<ShortcutAction, () => void> = {
    microphone: this.#toggleMicrophone,
    camera: () => void this.view.toggleCamera(),
    share: this.#actions.share,
    chat: this.#toggleChat,
    people: this.#actions.people,
    hand: this.#actions.hand,
    full_screen: () => {
      const stage = this.getRootNode();
      if (stage instanceof ShadowRoot) void toggleFullScreen(stage.host);
    },
    help: this.#actions.shortcuts,
  };

  readonly #react = (emoji: string): void => {
    if (this.#model?.react(emoji) !== true) return;
    this.dispatchEvent(
      new CustomEvent('visavis-react', { detail: emoji, bubbles: true, composed: true }),
    );
  };

  readonly #leave = (): void => {
    this.dispatchEvent(new CustomEvent('visavis-leave'));
  };

  #show(panel: Panel): void {
    this.dispatchEvent(
      new CustomEvent('visavis-panel', { detail: panel, bubbles: true, composed: true }),
    );
  }
}

customElements.define('visavis-call-controls', CallControls);
