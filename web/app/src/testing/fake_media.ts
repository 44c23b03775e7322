import {
  Emitter,
  parseMediaPreferences,
  type AudioProcessing,
  type DeviceChoice,
  type DeviceNotice,
  type Devices,
  type LocalMedia,
  type MediaPreferences,
  type MediaProblem,
  type ShareContent,
  type ShareOptions,
  type VideoQuality,
} from '@visavis/client';

import type { Public } from '../base/public.ts';
import { emptyStream } from './empty_stream.ts';
import type { Events } from './events.ts';

/** What the view models see of microphone and camera, played by a test or by the gallery. */
export class FakeMedia extends Emitter<Events<LocalMedia>> implements Public<LocalMedia> {
  readonly stream: MediaStream;
  ready = false;
  problems: readonly MediaProblem[] = [];
  hasMicrophone = true;
  hasCamera = true;
  microphoneMuted = false;
  cameraOff = false;
  devices: Devices = { cameras: [], microphones: [], speakers: [] };
  canSelectSpeaker = true;
  preferences = parseMediaPreferences(null);
  screen = emptyStream();
  canShareScreen = true;
  sharing = false;
  sharesSound = false;
  shareContent: ShareContent = 'text';
  /** What comes of the next `shareScreen`. */
  shareProblem: MediaProblem | null = null;
  starts = 0;
  #started = Promise.withResolvers<void>();

  constructor(stream = emptyStream()) {
    super();
    this.stream = stream;
  }

  start(): Promise<void> {
    this.starts += 1;
    return this.#started.promise;
  }

  /** Plays the devices' arrival, or what is wrong with them. */
  arrive(...problems: MediaProblem[]): void {
    this.problems = problems;
    this.hasMicrophone = problems.every((problem) => problem.kind !== 'microphone');
    this.hasCamera = problems.every((problem) => problem.kind !== 'camera');
    this.ready = true;
    this.emit('change');
    this.#started.resolve();
  }

  setMicrophoneMuted(muted: boolean): void {
    this.microphoneMuted = muted;
    this.emit('change');
  }

  setCameraOff(off: boolean): Promise<void> {
    this.cameraOff = off;
    this.emit('change');
    return Promise.resolve();
  }

  readonly tracks = { audio: null, video: null, screen: null, screen_audio: null };

  track(): MediaStreamTrack | null {
    return null;
  }

  stop(): void {
    this.ready = false;
    this.emit('change');
  }

  get selected(): DeviceChoice {
    const { camera, microphone, speaker } = this.preferences;
    return { camera, microphone, speaker };
  }

  get processing(): AudioProcessing {
    return this.preferences.processing;
  }

  get quality(): VideoQuality {
    return this.preferences.quality;
  }

  selectCamera(camera: string | null): Promise<void> {
    return this.#prefer({ camera });
  }

  selectMicrophone(microphone: string | null): Promise<void> {
    return this.#prefer({ microphone });
  }

  selectSpeaker(speaker: string | null): void {
    void this.#prefer({ speaker });
  }

  setProcessing(changes: Partial<AudioProcessing>): Promise<void> {
    return this.#prefer({ processing: { ...this.processing, ...changes } });
  }

  setQuality(changes: Partial<VideoQuality>): Promise<void> {
    return this.#prefer({ quality: { ...this.quality, ...changes } });
  }

  setJoining({ muted, withoutCamera }: { muted?: boolean; withoutCamera?: boolean }): void {
    void this.#prefer({
      joinMuted: muted ?? this.preferences.joinMuted,
      joinWithoutCamera: withoutCamera ?? this.preferences.joinWithoutCamera,
    });
  }

  restore(stored: unknown): void {
    this.preferences = parseMediaPreferences(stored);
  }

  shareScreen({ sound = true, content = 'text' }: ShareOptions = {}): Promise<MediaProblem | null> {
    if (!this.shareProblem) {
      this.sharing = true;
      this.sharesSound = sound;
      this.shareContent = content;
      this.emit('change');
    }
    return Promise.resolve(this.shareProblem);
  }

  stopSharing(): void {
    this.sharing = this.sharesSound = false;
    this.emit('change');
  }

  setShareContent(content: ShareContent): void {
    this.shareContent = content;
    this.emit('change');
  }

  /** Plays a list of devices. */
  list(devices: Partial<Devices>): void {
    this.devices = { ...this.devices, ...devices };
    this.emit('devices');
  }

  /** Plays a device that comes or goes. */
  notice(notice: DeviceNotice): void {
    this.emit('notice', notice);
  }

  #prefer(changes: Partial<MediaPreferences>): Promise<void> {
    this.preferences = { ...this.preferences, ...changes };
    this.emit('preferences', this.preferences);
    this.emit('change');
    return Promise.resolve();
  }
}
