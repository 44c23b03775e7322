import { Emitter } from './emitter.ts';
import type { Path } from './path.ts';

export type ParticipantState = 'invited' | 'joined' | 'left';
export type LinkState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed';

interface ParticipantEvents {
  /** Anything readable here, the tracks of `stream` included, may be different now. */
  change: void;
}

/** Somebody else's part in a call: one of their devices. Owned by its `Call`. */
export class RemoteParticipant extends Emitter<ParticipantEvents> {
  readonly id: string;
  readonly user: string;
  /** Remote tracks appear in it; the same object for the whole call. */
  readonly stream: MediaStream;

  #name: string;
  #state: ParticipantState = 'invited';
  #microphoneMuted = false;
  #cameraOff = false;
  #link: LinkState = 'new';
  #path: Path | null = null;

  /** @internal */
  constructor(id: string, user: string, name: string, stream: MediaStream) {
    super();
    this.id = id;
    this.user = user;
    this.#name = name;
    this.stream = stream;
  }

  get name(): string {
    return this.#name;
  }

  get state(): ParticipantState {
    return this.#state;
  }

  /** As that side tells over the data channel. */
  get microphoneMuted(): boolean {
    return this.#microphoneMuted;
  }

  /** As that side tells over the data channel: it sends no video. */
  get cameraOff(): boolean {
    return this.#cameraOff;
  }

  get link(): LinkState {
    return this.#link;
  }

  /** How media gets there and back; null while the link is not up. */
  get path(): Path | null {
    return this.#path;
  }

  /** @internal */
  update(changes: {
    name?: string;
    state?: ParticipantState;
    microphoneMuted?: boolean;
    cameraOff?: boolean;
    link?: LinkState;
  }): void {
    const before = [this.#name, this.#state, this.#microphoneMuted, this.#cameraOff, this.#link];
    this.#name = changes.name ?? this.#name;
    this.#state = changes.state ?? this.#state;
    this.#microphoneMuted = changes.microphoneMuted ?? this.#microphoneMuted;
    this.#cameraOff = changes.cameraOff ?? this.#cameraOff;
    this.#link = changes.link ?? this.#link;
    const after = [this.#name, this.#state, this.#microphoneMuted, this.#cameraOff, this.#link];
    if (after.some((value, index) => value !== before[index])) this.emit('change');
  }

  /** @internal Puts a track in place of the one of its kind. */
  setTrack(track: MediaStreamTrack): void {
    for (const old of this.stream.getTracks()) {
      if (old !== track && old.kind === track.kind) this.stream.removeTrack(old);
    }
    this.stream.addTrack(track);
    this.emit('change');
  }

  /** @internal */
  setPath(path: Path | null): void {
    this.#path = path;
    this.emit('change');
  }

  /** @internal */
  clearTracks(): void {
    for (const track of this.stream.getTracks()) this.stream.removeTrack(track);
  }
}
