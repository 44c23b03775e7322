// MediaStream, MediaStreamTrack and getUserMedia as far as the SDK uses them.
import type { MediaSource } from '../../src/local_media.ts';

export class FakeTrack extends EventTarget {
  readonly kind: 'audio' | 'video';
  enabled = true;
  readyState: 'live' | 'ended' = 'live';

  constructor(kind: 'audio' | 'video') {
    super();
    this.kind = kind;
  }

  stop(): void {
    this.readyState = 'ended';
  }

  /** The device is unplugged. */
  unplug(): void {
    this.readyState = 'ended';
    this.dispatchEvent(new Event('ended'));
  }

  get asTrack(): MediaStreamTrack {
    return this as unknown as MediaStreamTrack;
  }
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

/** A computer with the devices that `devices` says; each kind may instead fail with an error of that name. */
export class FakeMediaSource implements MediaSource {
  isSecureContext = true;
  devices: { audio: true | string; video: true | string };
  readonly asked: string[] = [];
  readonly given: FakeTrack[] = [];
  /** Called while the person is asked; getUserMedia goes on when it is done. */
  whileAsking: () => Promise<void> = () => Promise.resolve();

  constructor(
    devices: { audio: true | string; video: true | string } = { audio: true, video: true },
  ) {
    this.devices = devices;
  }

  readonly mediaDevices: MediaSource['mediaDevices'] = {
    getUserMedia: async (constraints) => {
      const kinds = (['audio', 'video'] as const).filter((kind) => constraints?.[kind]);
      this.asked.push(kinds.join('+'));
      await this.whileAsking();
      for (const kind of kinds) {
        const fault = this.devices[kind];
        if (fault !== true) throw new DOMException(`${kind}: ${fault}`, fault);
      }
      const tracks = kinds.map((kind) => new FakeTrack(kind));
      this.given.push(...tracks);
      return new FakeMediaStream(tracks).asStream;
    },
  };

  createStream(): MediaStream {
    return new FakeMediaStream().asStream;
  }
}
