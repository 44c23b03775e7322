import { capture, type InputKind } from './device_capture.ts';
import type { DeviceList, ListedDevice } from './device_list.ts';
import { Emitter } from '../base/emitter.ts';
import { createLogger } from '../base/logger.ts';
import { audioConstraints, videoConstraints, type MediaPreferences } from './media_preferences.ts';
import type { MediaProblem } from './media_problem.ts';
import type { MediaSource } from './media_source.ts';

const log = createLogger('media');

/** The microphone in use went (`lost`), another one or the chosen one took over (`switched`). */
export interface InputNotice {
  kind: 'lost' | 'switched';
  device: InputKind;
  label: string;
}

interface LocalInputsEvents {
  change: void;
  notice: InputNotice;
}

const TRACK_KIND = { microphone: 'audio', camera: 'video' } as const;

/**
 * The microphone and the camera in use. Whatever takes time is done one after the other, each step looking at what is
 * wanted by then, so that quick clicks end in the state of the last one.
 */
export class LocalInputs extends Emitter<LocalInputsEvents> {
  readonly stream: MediaStream;

  readonly #source: MediaSource;
  readonly #devices: DeviceList;
  readonly #preferences: () => MediaPreferences;
  readonly #wanted = new Set<InputKind>();
  // Of which the track is from the chosen device.
  readonly #chosen = new Set<InputKind>();
  // Ids of devices that went while they were in use: back again, they are taken again.
  readonly #lost = new Map<InputKind, string>();
  #problems: MediaProblem[] = [];
  #ready = false;
  #microphoneMuted = false;
  #cameraOff = false;
  #cameraKnown = false;
  #starting: Promise<void> | null = null;
  #queue: Promise<void> = Promise.resolve();
  // Counts `stop`s: a device that arrives after the stop it was asked before is let go again.
  #life = 0;

  constructor(source: MediaSource, devices: DeviceList, preferences: () => MediaPreferences) {
    super();
    this.#source = source;
    this.#devices = devices;
    this.#preferences = preferences;
    this.stream = source.createStream();
    devices.on('moved', ({ plugged, unplugged }) => {
      for (const device of unplugged) this.#onUnplugged(device);
      for (const device of plugged) this.#onPlugged(device);
    });
  }

  get ready(): boolean {
    return this.#ready;
  }

  get problems(): readonly MediaProblem[] {
    return this.#problems;
  }

  get microphoneMuted(): boolean {
    return this.#microphoneMuted;
  }

  get cameraOff(): boolean {
    return this.#cameraOff;
  }

  get hasCamera(): boolean {
    const refused = this.#problems.some(({ kind }) => kind === 'camera');
    return this.#cameraKnown || (this.#ready && !refused && this.#devices.has('camera'));
  }

  track(kind: InputKind): MediaStreamTrack | null {
    return this.stream.getTracks().find((track) => track.kind === TRACK_KIND[kind]) ?? null;
  }

  start(wanted: { audio: boolean; video: boolean }): Promise<void> {
    if (wanted.audio) this.#wanted.add('microphone');
    if (wanted.video && !this.#cameraOff) this.#wanted.add('camera');
    if (this.#starting) return this.#starting;
    const life = this.#life;
    const starting = this.#enqueue(() => this.#acquireWanted(wanted))
      .then(() => this.#list())
      .then(() => {
        if (this.#starting === starting) this.#starting = null;
        if (life !== this.#life) return;
        this.#ready = true;
        this.emit('change');
      });
    this.#starting = starting;
    return starting;
  }

  setMicrophoneMuted(muted: boolean): void {
    if (muted === this.#microphoneMuted) return;
    this.#microphoneMuted = muted;
    const track = this.track('microphone');
    if (track) track.enabled = !muted;
    this.emit('change');
  }

  setCameraOff(off: boolean): Promise<void> {
    this.#lost.delete('camera');
    if (off) {
      this.#wanted.delete('camera');
      const track = this.track('camera');
      if (track) this.#release(track);
      if (track || !this.#cameraOff) {
        this.#cameraOff = true;
        this.emit('change');
      }
    } else {
      this.#wanted.add('camera');
    }
    const done = this.#enqueue(() => this.#turnCameraOn());
    return off ? done : done.then(() => this.#list());
  }

  /** Another device was chosen. */
  switch(kind: InputKind): Promise<void> {
    this.#lost.delete(kind);
    return this.#enqueue(async () => {
      if (!this.#ready || !this.#wanted.has(kind) || this.#usesChosen(kind)) return;
      await this.#renew(kind);
    });
  }

  /** Other constraints were chosen: changed in place where the browser does so, else by opening the device anew. */
  adjust(kind: InputKind): Promise<void> {
    return this.#enqueue(async () => {
      const track = this.track(kind);
      if (!track) return;
      const done = await this.#constrain(kind, track);
      if (!done && this.track(kind) === track) await this.#renew(kind);
      else this.emit('change');
    });
  }

  stop(): void {
    this.#life += 1;
    for (const track of this.stream.getTracks()) this.#release(track);
    this.#starting = null;
    this.#wanted.clear();
    this.#lost.clear();
    this.#ready = false;
    this.#cameraKnown = false;
    this.#problems = [];
    this.emit('change');
  }

  // --- One after the other ---

  #enqueue(operation: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(operation);
    return this.#queue;
  }

  async #acquireWanted({ audio, video }: { audio: boolean; video: boolean }): Promise<void> {
    const kinds: InputKind[] = [];
    if (audio && this.#lacks('microphone')) kinds.push('microphone');
    if (video && this.#lacks('camera')) kinds.push('camera');
    const life = this.#life;
    if (kinds.length !== 2 || (await this.#acquire(kinds)) !== null) {
      for (const kind of kinds) {
        if (life === this.#life) this.#setProblem(kind, await this.#acquire([kind]));
      }
    }
    if (life !== this.#life || this.stream.getTracks().length === 0) return;
    // Without its picture, only the list tells whether there is a camera.
    this.#ready ||= this.track('camera') !== null;
    this.emit('change');
  }

  async #turnCameraOn(): Promise<void> {
    if (!this.#lacks('camera')) return;
    const life = this.#life;
    const problem = await this.#acquire(['camera']);
    if (life !== this.#life) return;
    this.#setProblem('camera', problem);
    const on = this.track('camera') !== null;
    this.#cameraOff = !on;
    if (!on) this.#wanted.delete('camera');
    this.emit('change');
  }

  /**
   * After leave to use a device, more of the list may be known. Outside of the queue and after everything else: Firefox
   * answers only once its window is in front.
   */
  #list(): Promise<void> {
    return this.#devices.refresh();
  }

  /** The device in use is let go first: phones open one camera at a time, and Chromium keeps the processing of what is open. */
  async #renew(kind: InputKind, id = this.#preferences()[kind]): Promise<void> {
    const old = this.track(kind);
    old?.stop();
    const problem = await this.#acquire([kind], { [kind]: id }, old);
    // Off by now, and no problem any more.
    if (!this.#wanted.has(kind)) return;
    if (old && this.track(kind) === old) this.stream.removeTrack(old);
    this.#setProblem(kind, problem);
    this.emit('change');
  }

  /** Returns null, or why it did not work. Devices that are not wanted any more by the time they come are let go. */
  async #acquire(
    kinds: readonly InputKind[],
    choice: Partial<MediaPreferences> = {},
    inPlaceOf: MediaStreamTrack | null = null,
  ): Promise<MediaProblem | null> {
    const life = this.#life;
    const { tracks, problem } = await capture(this.#source, kinds, {
      ...this.#preferences(),
      ...choice,
    });
    for (const track of tracks) {
      const kind = track.kind === 'audio' ? 'microphone' : 'camera';
      if (life !== this.#life || !this.#wanted.has(kind)) {
        track.stop();
        continue;
      }
      if (inPlaceOf) this.stream.removeTrack(inPlaceOf);
      this.#adopt(kind, track);
    }
    return problem;
  }

  #lacks(kind: InputKind): boolean {
    return this.#wanted.has(kind) && !this.track(kind);
  }

  #usesChosen(kind: InputKind): boolean {
    const track = this.track(kind);
    const id = this.#preferences()[kind];
    if (!track) return false;
    return id === null ? !this.#chosen.has(kind) : track.getSettings().deviceId === id;
  }

  /** Whether the track is as it should be now. */
  async #constrain(kind: InputKind, track: MediaStreamTrack): Promise<boolean> {
    const preferences = this.#preferences();
    const id = this.#chosen.has(kind) ? preferences[kind] : null;
    try {
      await track.applyConstraints(
        kind === 'microphone'
          ? audioConstraints(preferences, id)
          : videoConstraints(preferences, id),
      );
    } catch (error) {
      log.warn(`the ${kind} could not be changed in place`, error);
      return false;
    }
    // Chromium takes the constraints of a microphone that is open, and leaves it as it is.
    const settings = track.getSettings();
    if (kind === 'camera') {
      const { width = 0, height = 0 } = settings;
      return Math.min(width, height) === preferences.quality.height;
    }
    const { processing } = preferences;
    return (Object.keys(processing) as (keyof typeof processing)[]).every(
      (name) => settings[name] === undefined || settings[name] === processing[name],
    );
  }

  #adopt(kind: InputKind, track: MediaStreamTrack): void {
    const id = this.#preferences()[kind];
    if (kind === 'microphone') track.enabled = !this.#microphoneMuted;
    else {
      this.#cameraKnown = true;
      this.#cameraOff = false;
    }
    if (id !== null && track.getSettings().deviceId === id) this.#chosen.add(kind);
    else this.#chosen.delete(kind);
    this.#lost.delete(kind);
    // Fires when the device goes away, not when `stop()` is called.
    track.addEventListener('ended', () => {
      this.#onEnded(kind, track);
    });
    this.stream.addTrack(track);
    this.#setProblem(kind, null);
  }

  #release(track: MediaStreamTrack): void {
    this.stream.removeTrack(track);
    track.stop();
  }

  #setProblem(kind: InputKind, problem: MediaProblem | null): void {
    this.#problems = this.#problems.filter((known) => known.kind !== kind);
    if (problem) this.#problems.push(problem);
  }

  // --- Devices that come and go ---

  #onEnded(kind: InputKind, track: MediaStreamTrack): void {
    if (!this.stream.getTracks().includes(track)) return;
    this.stream.removeTrack(track);
    const settings = track.getSettings();
    if (settings.deviceId !== undefined) this.#lost.set(kind, settings.deviceId);
    if (kind === 'camera') this.#cameraKnown = false;
    this.#setProblem(kind, {
      kind,
      reason: 'no_device',
      message: `The ${kind} was unplugged or taken away.`,
    });
    this.emit('change');
    this.emit('notice', { kind: 'lost', device: kind, label: track.label });
    void this.#enqueue(() => this.#replaceLost(kind, settings));
  }

  async #replaceLost(kind: InputKind, settings: MediaTrackSettings): Promise<void> {
    await this.#devices.refresh();
    // Still there: the person took it away in the browser's own bar, and asking again would be rude.
    const gone = !this.#devices.listsSourceOf(kind, settings);
    if (!gone || this.#devices.of(kind).length === 0 || this.track(kind)) return;
    if (kind === 'microphone') {
      await this.#takeOver(kind);
      return;
    }
    // Another camera would show what nobody thought of: it is for the person to turn on.
    this.#cameraKnown = true;
    this.#cameraOff = true;
    this.#setProblem(kind, null);
    this.emit('change');
  }

  async #takeOver(kind: InputKind, id?: string): Promise<void> {
    if (!this.#wanted.has(kind)) return;
    await this.#renew(kind, id);
    const track = this.track(kind);
    if (track) this.emit('notice', { kind: 'switched', device: kind, label: track.label });
  }

  #onUnplugged({ kind, id }: ListedDevice): void {
    if (kind === 'speaker') return;
    const track = this.track(kind);
    if (track?.getSettings().deviceId === id) this.#onEnded(kind, track);
  }

  #onPlugged({ kind, id }: ListedDevice): void {
    if (kind === 'speaker' || !this.takesAgain(kind, id)) return;
    void this.#enqueue(async () => {
      if (this.track(kind)?.getSettings().deviceId !== id) await this.#takeOver(kind, id);
    });
  }

  /** Whether a device that was just plugged in is the one that was chosen, or that went while it was in use. */
  takesAgain(kind: InputKind, id: string): boolean {
    if (!this.#ready || !this.#wanted.has(kind)) return false;
    return this.#preferences()[kind] === id || this.#lost.get(kind) === id;
  }
}
