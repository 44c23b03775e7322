// MediaStream, MediaStreamTrack, getUserMedia and what else LocalMedia uses of the browser.
import type { MediaDevicesPart, MediaSource } from '../../src/media/media_source.ts';

export class FakeTrack extends EventTarget {
  readonly kind: 'audio' | 'video';
  readonly label: string;
  enabled = true;
  readyState: 'live' | 'ended' = 'live';
  contentHint = '';
  settings: MediaTrackSettings;
  /** As Chromium with a microphone: constraints are taken, and change nothing. */
  stubborn = false;

  constructor(kind: 'audio' | 'video', settings: MediaTrackSettings = {}, label = '') {
    super();
    this.kind = kind;
    this.settings = settings;
    this.label = label;
  }

  getSettings(): MediaTrackSettings {
    return { ...this.settings };
  }

  applyConstraints(constraints: MediaTrackConstraints): Promise<void> {
    if (!this.stubborn) Object.assign(this.settings, settled(constraints));
    return Promise.resolve();
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** The device is unplugged, or the share ended from the browser's own bar. */
  unplug(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }

  get asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
}

/** What a device that can do everything settles for. */
function settled(constraints: MediaTrackConstraints): MediaTrackSettings {
  const values = Object.entries(constraints).map(([name, wanted]) => {
    const { ideal, exact, max } = (typeof wanted === 'object' ? wanted : {}) as Record<
      string,
      unknown
    >;
    return [name, ideal ?? exact ?? max ?? wanted] as const;
  });
  return Object.fromEntries(values);
}

export class FakeMediaStream {
  readonly #tracks = new Set<FakeTrack>();

  constructor(tracks: FakeTrack[] = []) {
    for (const track of tracks) this.#tracks.add(track);
  }

  getTracks(): FakeTrack[] {
    return [...this.#tracks];
  }

  addTrack(track: FakeTrack): void {
    this.#tracks.add(track);
  }

  removeTrack(track: FakeTrack): void {
    this.#tracks.delete(track);
  }

  get asStream(): MediaStream {
    return this as unknown as MediaStream;
  }
}

export interface FakeDevice {
  kind: MediaDeviceKind;
  deviceId: string;
  label: string;
  groupId: string;
}

export const device = (
  kind: MediaDeviceKind,
  deviceId: string,
  groupId = deviceId,
): FakeDevice => ({
  kind,
  deviceId,
  label: `the ${deviceId}`,
  groupId,
});

const KIND = { audio: 'audioinput', video: 'videoinput' } as const;

/** A computer with a microphone, a camera and a speaker; each kind may instead fail with an error of the name in `devices`. */
export class FakeMediaSource implements MediaSource {
  isSecureContext = true;
  canSelectSpeaker = true;
  devices: { audio: true | string; video: true | string };
  /** What is plugged in, the system's choice of each kind first. */
  plugged: FakeDevice[] = [
    device('audioinput', 'mic'),
    device('videoinput', 'cam'),
    device('audiooutput', 'speaker'),
  ];
  readonly asked: string[] = [];
  readonly given: FakeTrack[] = [];
  /** What the person shows when asked for a screen; a string is the name of an error. */
  screen: FakeTrack[] | string = [];
  readonly askedForScreen: (DisplayMediaStreamOptions | undefined)[] = [];
  /** Called while the person is asked; getUserMedia goes on when it is done. */
  whileAsking: () => Promise<void> = () => Promise.resolve();
  /** The devices are listed when it is done; Firefox waits until its window is in front. */
  whileListing: () => Promise<void> = () => Promise.resolve();
  /** New tracks are `stubborn`. */
  stubborn = false;

  readonly #events = new EventTarget();
  readonly #allowed = new Set<string>();

  constructor(
    devices: { audio: true | string; video: true | string } = { audio: true, video: true },
  ) {
    this.devices = devices;
  }

  readonly mediaDevices: MediaDevicesPart | undefined = {
    getUserMedia: async (constraints) => {
      const kinds = (['audio', 'video'] as const).filter((kind) => constraints?.[kind]);
      this.asked.push(kinds.join('+'));
      await this.whileAsking();
      for (const kind of kinds) {
        const fault = this.devices[kind];
        if (fault !== true) throw new DOMException(`${kind}: ${fault}`, fault);
      }
      const tracks = kinds.map((kind) =>
        this.#open(kind, constraints?.[kind] as MediaTrackConstraints),
      );
      for (const kind of kinds) this.#allowed.add(KIND[kind]);
      this.given.push(...tracks);
      return new FakeMediaStream(tracks).asStream;
    },
    getDisplayMedia: async (options) => {
      this.askedForScreen.push(options);
      await this.whileAsking();
      if (typeof this.screen === 'string') throw new DOMException(this.screen, this.screen);
      return new FakeMediaStream(this.screen).asStream;
    },
    enumerateDevices: async () => {
      await this.whileListing();
      const listed = this.plugged.filter(({ kind }) => this.#works(kind));
      return listed.map((info) => {
        // Leave for the microphone is leave for what plays sound.
        const allowed = this.#allowed.has(info.kind.replace('output', 'input'));
        const known = allowed ? info : { ...info, deviceId: '', label: '', groupId: '' };
        return known as MediaDeviceInfo;
      });
    },
    addEventListener: this.#events.addEventListener.bind(this.#events),
  };

  createStream(): MediaStream {
    return new FakeMediaStream().asStream;
  }

  plug(...devices: FakeDevice[]): void {
    this.plugged.push(...devices);
    this.#events.dispatchEvent(new Event('devicechange'));
  }

  /** The tracks of it end, too. */
  unplug(deviceId: string): void {
    this.plugged = this.plugged.filter((info) => info.deviceId !== deviceId);
    for (const track of this.given) {
      if (track.settings.deviceId === deviceId && track.readyState === 'live') track.unplug();
    }
    this.#events.dispatchEvent(new Event('devicechange'));
  }

  #works(kind: MediaDeviceKind): boolean {
    if (kind === 'audiooutput') return true;
    return this.devices[kind === 'audioinput' ? 'audio' : 'video'] !== 'NotFoundError';
  }

  #open(kind: 'audio' | 'video', constraints: MediaTrackConstraints): FakeTrack {
    const { deviceId } = settled(constraints);
    const found = this.plugged.find(
      (info) => info.kind === KIND[kind] && (deviceId === undefined || info.deviceId === deviceId),
    );
    if (!found) {
      const name = deviceId === undefined ? 'NotFoundError' : 'OverconstrainedError';
      throw new DOMException(`${kind}: ${name}`, name);
    }
    const settings = { ...settled(constraints), deviceId: found.deviceId, groupId: found.groupId };
    const track = new FakeTrack(kind, settings, found.label);
    track.stubborn = this.stubborn;
    return track;
  }
}
