import { SELF_STATE, type SelfState } from './control_message.ts';
import { Emitter } from '../base/emitter.ts';
import type { Path } from './path.ts';
import { isSame } from '../base/same.ts';
import type { Slot } from '../media/slots.ts';

export type ParticipantState = 'invited' | 'joined' | 'left';
/**
 * - `open`: the room has no passphrase here
 * - `proving`: nothing is sent to them or taken from them yet
 * - `proven`: they know the passphrase
 * - `refused`: they do not, or we do not; the link is closed
 */
export type Trust = 'open' | 'proving' | 'proven' | 'refused';
export type LinkState = 'new' | 'connecting' | 'connected' | 'disconnected' | 'failed' | 'removed';
/** Who has closed a link for good because too much was sent over it: we, as they sent too much, or they, as we did. */
export type RemovedBy = 'us' | 'them';

interface ParticipantEvents {
  /** Anything readable here, the tracks of `stream` included, may be different now. */
  change: void;
}

/** Somebody else's part in a call: one of their devices. Owned by its `Call`. */
export class RemoteParticipant extends Emitter<ParticipantEvents> {
  readonly id: string;
  readonly user: string;
  /** Microphone and camera; tracks appear in it, the object is the same for the whole call. */
  readonly stream: MediaStream;
  /** The screen they share and its sound; worth showing while `sharing`. */
  readonly screen: MediaStream;

  #name: string;
  #confusable = false;
  #state: ParticipantState = 'invited';
  #self: SelfState = SELF_STATE;
  #link: LinkState = 'new';
  #trust: Trust = 'open';
  #removedBy: RemovedBy | null = null;
  #unstable = false;
  #path: Path | null = null;
  #audioLevel = 0;

  /** @internal */
  constructor(
    id: string,
    user: string,
    name: string,
    streams: { stream: MediaStream; screen: MediaStream },
  ) {
    super();
    this.id = id;
    this.user = user;
    this.#name = name;
    this.stream = streams.stream;
    this.screen = streams.screen;
  }

  get name(): string {
    return this.#name;
  }

  /** Somebody else online had this name, or one that looks like it, before. */
  get confusable(): boolean {
    return this.#confusable;
  }

  get state(): ParticipantState {
    return this.#state;
  }

  /** As that side tells over the data channel. */
  get microphoneMuted(): boolean {
    return this.#self.microphoneMuted;
  }

  /** As that side tells over the data channel: it sends no video. */
  get cameraOff(): boolean {
    return this.#self.cameraOff;
  }

  /** As that side tells: a screen is sent as well, in `screen`. */
  get sharing(): boolean {
    return this.#self.sharing;
  }

  get handRaised(): boolean {
    return this.#self.handRaised;
  }

  /** Their camera is on, but their connection does not carry its picture to us. */
  get videoPaused(): boolean {
    return this.#self.videoPaused;
  }

  /**
   * `failed`: given up, and tried again now and then; see `Call.retry`. While it is we who cannot reach the server, every link
   * that is not up is `disconnected`: all are made anew once it is back. `removed`: closed for good, see `removedBy`.
   */
  get link(): LinkState {
    return this.#link;
  }

  /** Null while the link is not `removed`. */
  get removedBy(): RemovedBy | null {
    return this.#removedBy;
  }

  /** They begin new connections again and again, faster than is good for anybody; what is too much is ignored. */
  get unstable(): boolean {
    return this.#unstable;
  }

  /** Whether they have proven to know the room's passphrase. */
  get trust(): Trust {
    return this.#trust;
  }

  /** How media gets there and back; null while the link is not up. */
  get path(): Path | null {
    return this.#path;
  }

  /** How loud they are at this moment, 0 to 1, for a meter; no `change` tells of it. */
  get audioLevel(): number {
    return this.#audioLevel;
  }

  /** @internal */
  setAudioLevel(level: number): void {
    this.#audioLevel = level;
  }

  /** @internal */
  update(
    changes: Partial<SelfState> & {
      name?: string;
      confusable?: boolean;
      state?: ParticipantState;
      link?: LinkState;
      trust?: Trust;
      removedBy?: RemovedBy;
      unstable?: boolean;
    },
  ): void {
    const {
      name = this.#name,
      confusable = this.#confusable,
      state = this.#state,
      link = this.#link,
      trust = this.#trust,
      removedBy = this.#removedBy,
      unstable = this.#unstable,
      ...self
    } = changes;
    const next = { ...this.#self, ...self };
    const same =
      name === this.#name &&
      confusable === this.#confusable &&
      state === this.#state &&
      link === this.#link &&
      trust === this.#trust &&
      removedBy === this.#removedBy &&
      unstable === this.#unstable &&
      isSame(next, this.#self);
    if (same) return;
    this.#name = name;
    this.#confusable = confusable;
    this.#state = state;
    this.#link = link;
    this.#trust = trust;
    this.#removedBy = removedBy;
    this.#unstable = unstable;
    this.#self = next;
    this.emit('change');
  }

  /** @internal Puts a track in place of the one of its slot. */
  setTrack(slot: Slot, track: MediaStreamTrack): void {
    const stream = slot === 'audio' || slot === 'video' ? this.stream : this.screen;
    for (const old of stream.getTracks()) {
      if (old !== track && old.kind === track.kind) stream.removeTrack(old);
    }
    stream.addTrack(track);
    this.emit('change');
  }

  /** @internal */
  setPath(path: Path | null): void {
    this.#path = path;
    this.emit('change');
  }

  /** @internal */
  clearTracks(): void {
    for (const stream of [this.stream, this.screen]) {
      for (const track of stream.getTracks()) stream.removeTrack(track);
    }
  }
}
