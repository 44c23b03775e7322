import { Emitter } from './emitter.ts';
import { createLogger } from './logger.ts';
import type { LocalTracks } from './slots.ts';
import { describeMediaProblem, type MediaKind, type MediaProblem } from './media_problem.ts';

const log = createLogger('media');

const CONSTRAINTS = {
  audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  video: {
    width: { ideal: 1280 },
    height: { ideal: 720 },
    frameRate: { ideal: 30 },
    facingMode: 'user',
  },
} satisfies MediaStreamConstraints;

interface LocalMediaEvents {
  /** Anything readable here, the tracks of `stream` included, may be different now. */
  change: void;
}

/** What browsers offer as `navigator.mediaDevices`; a seam for tests. */
export interface MediaSource {
  readonly mediaDevices: Pick<MediaDevices, 'getUserMedia'> | undefined;
  readonly isSecureContext: boolean;
  createStream(): MediaStream;
}

const browserSource: MediaSource = {
  get mediaDevices() {
    // Undefined outside secure contexts, whatever the types say.
    return navigator.mediaDevices as MediaDevices | undefined;
  },
  get isSecureContext() {
    return isSecureContext;
  },
  createStream: () => new MediaStream(),
};

/**
 * The microphone and camera of this page. Calls read their tracks from it, so switching here switches in
 * every call, without renegotiation. Asks for devices only when told to; a reconnect never does.
 */
export class LocalMedia extends Emitter<LocalMediaEvents> {
  /** For the preview; always the same object. */
  readonly stream: MediaStream;

  readonly #source: MediaSource;
  #ready = false;
  #problems: MediaProblem[] = [];
  #microphoneMuted = false;
  #cameraOff = false;
  #cameraKnown = false;
  #starting: Promise<void> | null = null;
  #switching: Promise<void> = Promise.resolve();
  // Counts `stop`s: a device that arrives after the stop it was asked before is let go again.
  #life = 0;

  constructor(source: MediaSource = browserSource) {
    super();
    this.#source = source;
    this.stream = source.createStream();
  }

  /** `start` has finished, with or without devices. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Why a device that was asked for is not there; at most one entry of each kind. */
  get problems(): readonly MediaProblem[] {
    return this.#problems;
  }

  get hasMicrophone(): boolean {
    return this.track('audio') !== null;
  }

  /** True also while the camera is off. */
  get hasCamera(): boolean {
    return this.#cameraKnown;
  }

  get microphoneMuted(): boolean {
    return this.#microphoneMuted;
  }

  get cameraOff(): boolean {
    return this.#cameraOff;
  }

  /** @internal What calls send. */
  get tracks(): LocalTracks {
    return {
      audio: this.track('audio'),
      video: this.track('video'),
      screen: null,
      screen_audio: null,
    };
  }

  /** @internal The live track of a kind. */
  track(kind: 'audio' | 'video'): MediaStreamTrack | null {
    return this.stream.getTracks().find((track) => track.kind === kind) ?? null;
  }

  /**
   * Asks for what is wanted and not there yet: both at once, then each alone if that fails. Never rejects: what
   * could not be had is told in `problems`.
   */
  start(wanted: { audio?: boolean; video?: boolean } = {}): Promise<void> {
    this.#starting ??= this.#acquireWanted(wanted.audio ?? true, wanted.video ?? true).finally(
      () => {
        this.#starting = null;
      },
    );
    return this.#starting;
  }

  setMicrophoneMuted(muted: boolean): void {
    if (muted === this.#microphoneMuted) return;
    this.#microphoneMuted = muted;
    const track = this.track('audio');
    if (track) track.enabled = !muted;
    this.emit('change');
  }

  /**
   * Off stops the camera (its light goes out); on acquires it again. Never rejects: if the camera can't be had,
   * it stays off and `problems` says why.
   */
  setCameraOff(off: boolean): Promise<void> {
    // One after the other, so that quick clicks end in the state of the last one.
    this.#switching = this.#switching.then(() => this.#switchCamera(off));
    return this.#switching;
  }

  /** Lets all devices go. `start` may be called again. */
  stop(): void {
    this.#life += 1;
    for (const track of this.stream.getTracks()) this.#release(track);
    this.#ready = false;
    this.#cameraKnown = false;
    this.#problems = [];
    this.emit('change');
  }

  async #acquireWanted(audio: boolean, video: boolean): Promise<void> {
    const kinds: MediaKind[] = [];
    if (audio && !this.track('audio')) kinds.push('microphone');
    if (video && !this.track('video') && !this.#cameraOff) kinds.push('camera');
    if (kinds.length === 2 && (await this.#acquire(kinds)) === null) {
      this.#setReady();
      return;
    }
    for (const kind of kinds) {
      const problem = await this.#acquire([kind]);
      if (problem) this.#setProblem(kind, problem);
    }
    this.#setReady();
  }

  #setReady(): void {
    this.#ready = true;
    this.emit('change');
  }

  async #switchCamera(off: boolean): Promise<void> {
    if (off) {
      const track = this.track('video');
      if (this.#cameraOff && !track) return;
      this.#cameraOff = true;
      if (track) this.#release(track);
    } else if (this.track('video')) {
      return;
    } else {
      const problem = await this.#acquire(['camera']);
      this.#setProblem('camera', problem);
      this.#cameraOff = problem !== null;
    }
    this.emit('change');
  }

  /** Returns null, or why it did not work. */
  async #acquire(kinds: readonly MediaKind[]): Promise<MediaProblem | null> {
    const life = this.#life;
    const kind = kinds[0] ?? 'microphone';
    const { mediaDevices, isSecureContext: secure } = this.#source;
    if (!mediaDevices) return describeMediaProblem(kind, null, secure);
    try {
      const stream = await mediaDevices.getUserMedia({
        ...(kinds.includes('microphone') && { audio: CONSTRAINTS.audio }),
        ...(kinds.includes('camera') && { video: CONSTRAINTS.video }),
      });
      for (const track of stream.getTracks()) {
        if (life === this.#life) this.#adopt(track);
        else track.stop();
      }
      return null;
    } catch (error) {
      log.warn(`no ${kinds.join(' and ')}`, error);
      return describeMediaProblem(kind, error, secure);
    }
  }

  #adopt(track: MediaStreamTrack): void {
    const kind: MediaKind = track.kind === 'audio' ? 'microphone' : 'camera';
    if (kind === 'microphone') track.enabled = !this.#microphoneMuted;
    else this.#cameraKnown = true;
    // Fires when the device goes away, not when `stop()` is called.
    track.addEventListener('ended', () => {
      this.#onDeviceLost(kind, track);
    });
    this.stream.addTrack(track);
    this.#setProblem(kind, null);
  }

  #onDeviceLost(kind: MediaKind, track: MediaStreamTrack): void {
    if (!this.stream.getTracks().includes(track)) return;
    this.stream.removeTrack(track);
    if (kind === 'camera') this.#cameraKnown = false;
    this.#setProblem(kind, {
      kind,
      reason: 'no_device',
      message: `The ${kind} was unplugged or taken away.`,
    });
    this.emit('change');
  }

  #release(track: MediaStreamTrack): void {
    this.stream.removeTrack(track);
    track.stop();
  }

  #setProblem(kind: MediaKind, problem: MediaProblem | null): void {
    this.#problems = this.#problems.filter((known) => known.kind !== kind);
    if (problem) this.#problems.push(problem);
  }
}
