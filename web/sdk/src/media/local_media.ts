import { DeviceList, type Device, type DeviceKind, type ListedDevice } from './device_list.ts';
import { Emitter } from '../base/emitter.ts';
import { LocalInputs } from './local_inputs.ts';
import {
  MEDIA_PREFERENCES,
  parseMediaPreferences,
  type AudioProcessing,
  type DeviceChoice,
  type MediaPreferences,
  type VideoQuality,
} from './media_preferences.ts';
import type { MediaProblem } from './media_problem.ts';
import { browserMediaSource, type MediaSource } from './media_source.ts';
import { ScreenShare, type ShareContent, type ShareOptions } from './screen_share.ts';
import type { LocalTracks } from './slots.ts';

/**
 * A word to the person about a device that came or went.
 * - `lost`: the one in use is gone
 * - `switched`: this one is in use now, without anybody having chosen it at this moment
 * - `found`: this one was plugged in, and may be chosen
 */
export interface DeviceNotice {
  kind: 'switched' | 'lost' | 'found';
  device: DeviceKind;
  label: string;
}

export interface Devices {
  readonly cameras: readonly Device[];
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
}

interface LocalMediaEvents {
  /** Anything readable here, the tracks of `stream` and `screen` included, may be different now. */
  change: void;
  devices: void;
  /** Worth storing for the next time. */
  preferences: MediaPreferences;
  notice: DeviceNotice;
}

/**
 * The microphone, camera and screen of this page. Calls read their tracks from it, so switching here switches in
 * every call, without renegotiation. Asks for devices only when told to; a reconnect never does.
 */
export class LocalMedia extends Emitter<LocalMediaEvents> {
  readonly #source: MediaSource;
  readonly #devices: DeviceList;
  readonly #inputs: LocalInputs;
  readonly #share: ScreenShare;
  #preferences: MediaPreferences = MEDIA_PREFERENCES;

  constructor(source: MediaSource = browserMediaSource) {
    super();
    this.#source = source;
    this.#devices = new DeviceList(source);
    this.#inputs = new LocalInputs(source, this.#devices, () => this.#preferences);
    this.#share = new ScreenShare(source);
    const changed = (): void => {
      this.emit('change');
    };
    this.#inputs.on('change', changed);
    this.#share.on('change', changed);
    this.#inputs.on('notice', (notice) => {
      this.emit('notice', notice);
    });
    this.#devices.on('change', () => {
      this.emit('devices');
      this.emit('change');
    });
    this.#devices.on('moved', (moved) => {
      this.#onMoved(moved);
    });
  }

  /** For the preview; always the same object. */
  get stream(): MediaStream {
    return this.#inputs.stream;
  }

  /** `start` has finished, with or without devices. */
  get ready(): boolean {
    return this.#inputs.ready;
  }

  /** Why a device that was asked for is not there; at most one entry of each kind. */
  get problems(): readonly MediaProblem[] {
    return this.#inputs.problems;
  }

  get hasMicrophone(): boolean {
    return this.track('audio') !== null;
  }

  /** True also while the camera is off. */
  get hasCamera(): boolean {
    return this.#inputs.hasCamera;
  }

  get microphoneMuted(): boolean {
    return this.#inputs.microphoneMuted;
  }

  get cameraOff(): boolean {
    return this.#inputs.cameraOff;
  }

  /** @internal What calls send. */
  get tracks(): LocalTracks {
    return {
      audio: this.track('audio'),
      video: this.track('video'),
      screen: this.#share.track('video'),
      screen_audio: this.#share.track('audio'),
    };
  }

  /** @internal The live track of a kind. */
  track(kind: 'audio' | 'video'): MediaStreamTrack | null {
    return this.#inputs.track(kind === 'audio' ? 'microphone' : 'camera');
  }

  /**
   * Asks for what is wanted and not there yet: both at once, then each alone if that fails. Never rejects: what
   * could not be had is told in `problems`.
   */
  start(wanted: { audio?: boolean; video?: boolean } = {}): Promise<void> {
    return this.#inputs.start({ audio: wanted.audio ?? true, video: wanted.video ?? true });
  }

  setMicrophoneMuted(muted: boolean): void {
    this.#inputs.setMicrophoneMuted(muted);
  }

  /**
   * Off stops the camera (its light goes out); on acquires it again. Never rejects: if the camera can't be had,
   * it stays off and `problems` says why.
   */
  setCameraOff(off: boolean): Promise<void> {
    return this.#inputs.setCameraOff(off);
  }

  /** Lets all devices go, and the screen. `start` may be called again. */
  stop(): void {
    this.#share.stop();
    this.#inputs.stop();
  }

  // --- Which devices, and how ---

  /** Empty until the person has given leave to use such a device. */
  get devices(): Devices {
    return {
      cameras: this.#listed('camera'),
      microphones: this.#listed('microphone'),
      speakers: this.#listed('speaker'),
    };
  }

  /** Null: the system's choice, also while the chosen device is not there. */
  get selected(): DeviceChoice {
    const present = (kind: DeviceKind): string | null =>
      this.#devices.find(kind, this.#preferences[kind])?.id ?? null;
    return {
      camera: present('camera'),
      microphone: present('microphone'),
      speaker: present('speaker'),
    };
  }

  /** Null leaves the choice to the system. Takes effect now if a camera is in use, else when one is. Never rejects. */
  selectCamera(id: string | null): Promise<void> {
    this.#prefer({ camera: id });
    return this.#inputs.switch('camera');
  }

  /** As `selectCamera`. */
  selectMicrophone(id: string | null): Promise<void> {
    this.#prefer({ microphone: id });
    return this.#inputs.switch('microphone');
  }

  /** Only remembered: whoever plays the others' sound follows `selected.speaker` at every `change`. */
  selectSpeaker(id: string | null): void {
    this.#prefer({ speaker: id });
  }

  get canSelectSpeaker(): boolean {
    return this.#source.canSelectSpeaker;
  }

  get processing(): AudioProcessing {
    return this.#preferences.processing;
  }

  /** What the browser does to the microphone's sound. Never rejects. */
  setProcessing(changes: Partial<AudioProcessing>): Promise<void> {
    this.#prefer({ processing: { ...this.#preferences.processing, ...changes } });
    return this.#inputs.adjust('microphone');
  }

  get quality(): VideoQuality {
    return this.#preferences.quality;
  }

  /** What the camera is asked for; what others get of it depends on our connection, too. Never rejects. */
  setQuality(changes: Partial<VideoQuality>): Promise<void> {
    this.#prefer({ quality: { ...this.#preferences.quality, ...changes } });
    return this.#inputs.adjust('camera');
  }

  /** Everything chosen here, for the app to store at every `preferences` event. */
  get preferences(): MediaPreferences {
    return this.#preferences;
  }

  /** How to begin the next time: takes effect with `restore`. */
  setJoining(changes: { muted?: boolean; withoutCamera?: boolean }): void {
    const { muted = this.#preferences.joinMuted } = changes;
    const { withoutCamera = this.#preferences.joinWithoutCamera } = changes;
    this.#prefer({ joinMuted: muted, joinWithoutCamera: withoutCamera });
  }

  /**
   * To be called before `start`, with what a `preferences` event gave at some former time, or anything else: what makes no
   * sense is ignored.
   */
  restore(stored: unknown): void {
    this.#preferences = parseMediaPreferences(stored);
    if (this.#preferences.joinMuted) this.setMicrophoneMuted(true);
    if (this.#preferences.joinWithoutCamera) void this.setCameraOff(true);
    this.emit('change');
  }

  // --- The screen ---

  /** What of the screen others see, for one's own preview; always the same object. */
  get screen(): MediaStream {
    return this.#share.stream;
  }

  /** Phones' browsers can't. */
  get canShareScreen(): boolean {
    return this.#share.isPossible;
  }

  get sharing(): boolean {
    return this.#share.track('video') !== null;
  }

  get sharesSound(): boolean {
    return this.#share.track('audio') !== null;
  }

  get shareContent(): ShareContent {
    return this.#share.content;
  }

  /**
   * Lets the person choose what to show, beside the camera; to be called from a click. While something is shown, what is
   * chosen takes its place. Never rejects. Null: it is shown. A person who chose nothing is a problem with the
   * reason `cancelled`.
   */
  shareScreen(options: ShareOptions = {}): Promise<MediaProblem | null> {
    return this.#share.start(options);
  }

  stopSharing(): void {
    this.#share.stop();
  }

  /** While sharing: what is to be kept when not everything fits, sharpness or fluency. */
  setShareContent(content: ShareContent): void {
    this.#share.setContent(content);
  }

  // --- Inside ---

  #listed(kind: DeviceKind): readonly Device[] {
    return this.#devices.of(kind).map(({ id, label }) => ({ id, label }));
  }

  #prefer(changes: Partial<MediaPreferences>): void {
    this.#preferences = { ...this.#preferences, ...changes };
    this.emit('preferences', this.#preferences);
    this.emit('change');
  }

  #onMoved(moved: { plugged: readonly ListedDevice[]; unplugged: readonly ListedDevice[] }): void {
    // Who plays sound follows the speaker at every change.
    const speakersMoved = [...moved.plugged, ...moved.unplugged].some(
      (device) => device.kind === 'speaker',
    );
    if (speakersMoved) this.emit('change');
    for (const { kind, id, label } of moved.unplugged) {
      const chosen = kind === 'speaker' && id === this.#preferences.speaker;
      if (chosen) this.emit('notice', { kind: 'lost', device: kind, label });
    }
    for (const device of moved.plugged) this.#onPlugged(device, moved.plugged);
  }

  #onPlugged({ kind, id, label, group }: ListedDevice, plugged: readonly ListedDevice[]): void {
    if (kind !== 'speaker') {
      if (!this.#inputs.takesAgain(kind, id)) {
        this.emit('notice', { kind: 'found', device: kind, label });
      }
      return;
    }
    const ofHeadset = plugged.some(
      (other) => other.kind === 'microphone' && other.group !== '' && other.group === group,
    );
    if (id === this.#preferences.speaker) {
      this.emit('notice', { kind: 'switched', device: kind, label });
    } else if (!ofHeadset) {
      // Its microphone has told of it.
      this.emit('notice', { kind: 'found', device: kind, label });
    }
  }
}
