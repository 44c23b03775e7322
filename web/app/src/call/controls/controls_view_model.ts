import type { Call, LocalMedia } from '@visavis/client';

import { Observable } from '../../base/observable.ts';
import type { Public } from '../../base/public.ts';
import { Subscriptions } from '../../base/subscriptions.ts';
import type { Preferences } from '../../preferences/preferences.ts';
import { PushToTalk } from '../../shortcuts/push_to_talk.ts';
import { controls } from '../../strings/controls.ts';
import type { Toast } from '../../toasts/toast_queue.ts';

export type ShareContent = 'text' | 'motion';

/** What the buttons of a call do beside microphone and camera, and what they say about it. */
export class ControlsViewModel extends Observable {
  readonly talk: PushToTalk;
  readonly #call: Public<Call>;
  readonly #media: Public<LocalMedia>;
  readonly #preferences: Preferences;
  readonly #say: (toast: Toast) => void;
  readonly #subscriptions = new Subscriptions();
  #asking = false;
  #videoPaused = false;

  /** `say` tells the person what does not work, or does again. */
  constructor(
    call: Public<Call>,
    media: Public<LocalMedia>,
    preferences: Preferences,
    say: (toast: Toast) => void,
  ) {
    super();
    this.#call = call;
    this.#media = media;
    this.#preferences = preferences;
    this.#say = say;
    const changed = (): void => {
      this.changed();
    };
    this.talk = new PushToTalk(media, changed);
    this.#subscriptions.add(
      call.on('state', (state) => {
        // Or the next call would begin with it; one that is about to be chosen is let go, too.
        if (state === 'ended') media.stopSharing();
        changed();
      }),
      call.on('uplink', ({ state }) => {
        this.#onUplink(state === 'paused');
      }),
      preferences.subscribe(changed),
      media.on('change', () => {
        this.talk.onMicrophone();
        this.changed();
      }),
    );
  }

  dispose(): void {
    this.talk.release();
    this.#subscriptions.end();
  }

  get preferences(): Preferences {
    return this.#preferences;
  }

  get canShare(): boolean {
    return this.#media.canShareScreen;
  }

  get sharing(): boolean {
    return this.#media.sharing;
  }

  get shareContent(): ShareContent {
    return this.#preferences.values.shareMotion ? 'motion' : 'text';
  }

  /** Asks which screen or window; while that question stands, it is not asked again. */
  async toggleShare(): Promise<void> {
    if (this.#media.sharing) {
      this.#media.stopSharing();
      return;
    }
    if (!this.canShare || this.#asking) return;
    this.#asking = true;
    try {
      const problem = await this.#media.shareScreen({
        sound: this.#preferences.values.shareSound,
        content: this.shareContent,
      });
      if (problem === null || problem.reason === 'cancelled') return;
      const { shareFailed } = controls;
      this.#say({ text: problem.reason === 'denied' ? shareFailed.denied : shareFailed.other });
    } finally {
      this.#asking = false;
    }
  }

  /** Takes effect at once where a screen is shared. */
  setShareContent(content: ShareContent): void {
    this.#preferences.set({ shareMotion: content === 'motion' });
    if (this.#media.sharing) this.#media.setShareContent(content);
  }

  get handRaised(): boolean {
    return this.#call.handRaised;
  }

  toggleHand(): void {
    this.#call.setHandRaised(!this.#call.handRaised);
    this.changed();
  }

  /** Returns false for more reactions at once than the others would be shown. */
  react(emoji: string): boolean {
    return this.#call.react(emoji);
  }

  /** Less sharpness is the ordinary way of a narrow connection; no picture at all is worth a word. */
  #onUplink(paused: boolean): void {
    if (paused === this.#videoPaused) return;
    this.#videoPaused = paused;
    this.#say({
      key: 'uplink',
      text: paused ? controls.videoPaused : controls.videoBack,
    });
  }

  /** Listen for speech: the person is muted in a call that stands and wants to be told. */
  get listensForSpeech(): boolean {
    const { microphoneMuted, hasMicrophone } = this.#media;
    const wanted = this.#preferences.values.mutedHint && this.#call.state === 'connected';
    return wanted && microphoneMuted && hasMicrophone;
  }
}
