import type { Call } from '@visavis/client';

import type { Public } from '../../base/public.ts';
import type { CallViewModel } from '../call_view_model.ts';

/** What is shown in the small window, and what can be done there. */
export interface SmallCall {
  readonly call: Public<Call>;
  readonly view: CallViewModel;
  readonly leave: () => void;
}

/** Document Picture-in-Picture (WICG); the types of TypeScript do not have it yet. */
interface DocumentPictureInPicture {
  requestWindow(options: { width: number; height: number }): Promise<Window & typeof globalThis>;
}

const SIZE = { width: 420, height: 280 };

function documentPictureInPicture(): DocumentPictureInPicture | null {
  const { documentPictureInPicture: offered } = window as {
    documentPictureInPicture?: DocumentPictureInPicture;
  };
  return offered ?? null;
}

/**
 * The call in a small window above all others: with everybody and the main buttons where a page may fill such a
 * window, with one picture where it may only lift a video out. To be opened from a click.
 */
export class PictureInPicture {
  readonly #onChange: () => void;
  #close: (() => void) | null = null;
  #opening = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Not in every browser; those of Firefox without it have a button of their own on every video. */
  static get isOffered(): boolean {
    return documentPictureInPicture() !== null || document.pictureInPictureEnabled;
  }

  get open(): boolean {
    return this.#close !== null;
  }

  async toggle(small: SmallCall): Promise<void> {
    if (this.open) {
      this.close();
      return;
    }
    if (this.#opening) return;
    this.#opening = true;
    try {
      const offered = documentPictureInPicture();
      if (offered) await this.#openWindow(offered, small);
      else await this.#liftVideo(small);
    } catch {
      this.close(); // refused by the browser or the person
    } finally {
      this.#opening = false;
    }
    this.#onChange();
  }

  close(): void {
    const close = this.#close;
    this.#close = null;
    close?.();
  }

  async #openWindow(offered: DocumentPictureInPicture, small: SmallCall): Promise<void> {
    // The window first: the click allows it only for a moment.
    const opened = await offered.requestWindow(SIZE);
    this.#close = () => {
      opened.close();
    };
    opened.addEventListener('pagehide', this.#onGone, { once: true });
    const { fillWindow } = await import('./small_window.ts');
    const end = fillWindow(opened, small);
    opened.addEventListener('pagehide', end, { once: true });
  }

  async #liftVideo({ call }: SmallCall): Promise<void> {
    const shown = call.participants.find(({ sharing, cameraOff }) => sharing || !cameraOff);
    if (!shown) return;
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = shown.sharing ? shown.screen : shown.stream;
    await video.play();
    await video.requestPictureInPicture();
    this.#close = () => {
      video.srcObject = null;
      if (document.pictureInPictureElement === video) void document.exitPictureInPicture();
    };
    video.addEventListener('leavepictureinpicture', this.#onGone, { once: true });
  }

  readonly #onGone = (): void => {
    this.#close = null;
    this.#onChange();
  };
}
