import { Emitter } from '../base/emitter.ts';
import { SCREEN_FRAME_RATE_MAX, SCREEN_HEIGHT_MAX, SCREEN_WIDTH_MAX } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import { describeScreenProblem, mediaProblem, type MediaProblem } from './media_problem.ts';
import type { MediaSource } from './media_source.ts';

const log = createLogger('screen');

/** `text`: every letter legible, few frames. `motion`: fluent, at the price of sharpness. */
export type ShareContent = 'text' | 'motion';

export interface ShareOptions {
  /** The sound of what is shared as well, where the browser can. Default true. */
  sound?: boolean;
  /** Default `text`. */
  content?: ShareContent;
}

interface ScreenShareEvents {
  change: void;
}

/** The one screen, window or tab that this page shows to others. */
export class ScreenShare extends Emitter<ScreenShareEvents> {
  /** For the preview; always the same object. */
  readonly stream: MediaStream;

  readonly #source: MediaSource;
  #content: ShareContent = 'text';
  #starting: Promise<MediaProblem | null> | null = null;
  // Counts `stop`s: what is chosen after the stop it was asked before is let go again.
  #life = 0;

  constructor(source: MediaSource) {
    super();
    this.#source = source;
    this.stream = source.createStream();
  }

  get isPossible(): boolean {
    return typeof this.#source.mediaDevices?.getDisplayMedia === 'function';
  }

  get content(): ShareContent {
    return this.#content;
  }

  track(kind: 'video' | 'audio'): MediaStreamTrack | null {
    return this.stream.getTracks().find((track) => track.kind === kind) ?? null;
  }

  /** Asks the person what to show; what is shown already goes on until that is chosen. Null: it is shown. */
  start(options: ShareOptions): Promise<MediaProblem | null> {
    // Two of the browser's dialogues at once would be one too many.
    this.#starting ??= this.#ask(options).finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  setContent(content: ShareContent): void {
    if (content === this.#content) return;
    this.#content = content;
    this.#hint();
    this.emit('change');
  }

  stop(): void {
    this.#life += 1;
    if (this.#release()) this.emit('change');
  }

  async #ask({ sound = true, content = 'text' }: ShareOptions): Promise<MediaProblem | null> {
    const life = this.#life;
    const { mediaDevices, isSecureContext: secure } = this.#source;
    if (!mediaDevices?.getDisplayMedia) return describeScreenProblem(null, secure);
    let tracks: MediaStreamTrack[];
    try {
      tracks = (await mediaDevices.getDisplayMedia(constraints(sound))).getTracks();
    } catch (error) {
      log.info('no screen', error);
      return describeScreenProblem(error, secure);
    }
    if (life !== this.#life) {
      for (const track of tracks) track.stop();
      return mediaProblem('screen', 'cancelled');
    }
    this.#release();
    this.#content = content;
    for (const track of tracks) this.#adopt(track);
    this.#hint();
    this.emit('change');
    return null;
  }

  #adopt(track: MediaStreamTrack): void {
    // Fires at the browser's own "stop sharing", and when what is shown is closed.
    track.addEventListener('ended', () => {
      if (!this.stream.getTracks().includes(track)) return;
      if (track.kind === 'video') this.#release();
      else this.stream.removeTrack(track);
      this.emit('change');
    });
    this.stream.addTrack(track);
  }

  #hint(): void {
    const track = this.track('video');
    if (track) track.contentHint = this.#content;
  }

  #release(): boolean {
    const tracks = this.stream.getTracks();
    for (const track of tracks) {
      this.stream.removeTrack(track);
      track.stop();
    }
    return tracks.length > 0;
  }
}

// W3C screen-capture; what a browser does not know it ignores.
function constraints(sound: boolean): DisplayMediaStreamOptions {
  const hints = {
    // Showing the call in the call is a hall of mirrors.
    selfBrowserSurface: 'exclude',
    surfaceSwitching: 'include',
    systemAudio: sound ? 'include' : 'exclude',
  };
  // Music and films suffer from what is good for voices; and the others must not hear themselves.
  const unprocessed = {
    echoCancellation: false,
    noiseSuppression: false,
    autoGainControl: false,
    suppressLocalAudioPlayback: false,
    restrictOwnAudio: true,
  };
  return {
    video: {
      width: { max: SCREEN_WIDTH_MAX },
      height: { max: SCREEN_HEIGHT_MAX },
      frameRate: { ideal: SCREEN_FRAME_RATE_MAX, max: SCREEN_FRAME_RATE_MAX },
    },
    audio: sound ? unprocessed : false,
    ...hints,
  };
}
