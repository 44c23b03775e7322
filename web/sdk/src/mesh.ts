import { Emitter } from './emitter.ts';
import { VisavisError } from './errors.ts';
import type { IceSource } from './ice_servers.ts';
import { LINK_CHECK_INTERVAL_MS } from './limits.ts';
import type { LocalTracks } from './link_connection.ts';
import type { LocalMedia } from './local_media.ts';
import type { RemoteParticipant } from './participant.ts';
import { PeerLink } from './peer_link.ts';
import type { Platform } from './platform.ts';
import type { SignalData } from './protocol.ts';

interface MeshEvents {
  /** A link came up or went down. */
  change: void;
  data: { from: RemoteParticipant; data: string | ArrayBuffer };
  /** That participant says, without the server, that they leave. */
  bye: RemoteParticipant;
  problem: VisavisError;
  /** The link to that participant is given up. */
  lost: { participant: RemoteParticipant; error: VisavisError };
}

interface Member {
  participant: RemoteParticipant;
  link: PeerLink;
}

/** The peer links of one call, one to each other participant who has joined. */
export class Mesh extends Emitter<MeshEvents> {
  readonly #platform: Platform;
  readonly #ice: IceSource;
  readonly #canSignal: (to: string) => boolean;
  readonly #sendSignal: (to: string, data: SignalData) => void;
  readonly #members = new Map<string, Member>();
  #media: LocalMedia | null = null;
  #offMedia: (() => void) | null = null;
  #cancelCheck: (() => void) | null = null;
  // Who has been connected at some time: for them, not connected means reconnecting.
  readonly #wereConnected = new Set<string>();

  constructor(options: {
    platform: Platform;
    ice: IceSource;
    /** Whether the server would pass a signal on to that participant, sooner or later. */
    canSignal: (to: string) => boolean;
    sendSignal: (to: string, data: SignalData) => void;
  }) {
    super();
    this.#platform = options.platform;
    this.#ice = options.ice;
    this.#canSignal = options.canSignal;
    this.#sendSignal = options.sendSignal;
  }

  /** `down`: some link was up and is not now. `up`: some link is up and none is down. */
  get health(): 'none' | 'up' | 'down' {
    let up = false;
    for (const [id, { link }] of this.#members) {
      if (link.state === 'connected') up = true;
      else if (this.#wereConnected.has(id)) return 'down';
    }
    return up ? 'up' : 'none';
  }

  /** What is sent over all links, now and whenever it changes. */
  setMedia(media: LocalMedia): void {
    this.#offMedia?.();
    this.#media = media;
    this.#offMedia = media.on('change', () => {
      this.#applyMedia();
    });
    this.#applyMedia();
  }

  /** @param polite Whether the other side joined before us, and so makes the first offer. */
  connect(participant: RemoteParticipant, polite: boolean): void {
    if (this.#members.has(participant.id)) return;
    const link = new PeerLink({
      platform: this.#platform,
      polite,
      ice: this.#ice,
      tracks: this.#tracks,
      media: this.#mediaState,
      send: (data) => {
        this.#sendSignal(participant.id, data);
      },
      canSend: () => this.#canSignal(participant.id),
    });
    this.#members.set(participant.id, { participant, link });
    this.#listen(participant, link);
    this.#checkLater();
  }

  disconnect(participant: RemoteParticipant): void {
    const member = this.#members.get(participant.id);
    if (!member) return;
    this.#members.delete(participant.id);
    member.link.close();
    participant.clearTracks();
    this.emit('change');
  }

  receive(from: string, data: SignalData): boolean {
    const member = this.#members.get(from);
    member?.link.receive(data);
    return member !== undefined;
  }

  /** To everyone whose channel is open. @throws VisavisError `no_channel`, `too_large`, `buffer_full` */
  send(data: string | ArrayBuffer): void {
    const open = this.#links().filter((link) => link.canSend);
    if (open.length === 0) throw new VisavisError('no_channel', 'No data channel is open.');
    for (const link of open) link.send(data);
  }

  /** A signal could not be delivered: what it was part of must be made again. */
  signalLost(to: string): void {
    this.#members.get(to)?.link.signalLost();
  }

  reconfigure(): void {
    for (const link of this.#links()) link.reconfigure();
  }

  networkChanged(): void {
    for (const link of this.#links()) link.networkChanged();
  }

  signalingBack(): void {
    for (const link of this.#links()) link.signalingBack();
  }

  /** The server has restarted, and can be used again to signal to that participant. */
  serverRestarted(participant: RemoteParticipant): void {
    this.#members.get(participant.id)?.link.serverRestarted();
  }

  isUp(participant: RemoteParticipant): boolean {
    return this.#members.get(participant.id)?.link.state === 'connected';
  }

  /** Says `bye` on every link, then closes them, after `lingerMs` if that is not zero. */
  leave(lingerMs: number): void {
    for (const link of this.#links()) link.sendBye();
    this.close(lingerMs);
  }

  close(lingerMs = 0): void {
    this.#offMedia?.();
    this.#offMedia = null;
    this.#cancelCheck?.();
    this.#cancelCheck = null;
    for (const { link, participant } of this.#members.values()) {
      link.close(lingerMs);
      participant.clearTracks();
    }
    this.#members.clear();
  }

  #links(): PeerLink[] {
    return [...this.#members.values()].map(({ link }) => link);
  }

  #listen(participant: RemoteParticipant, link: PeerLink): void {
    link.on('state', (state) => {
      if (state === 'connected') this.#wereConnected.add(participant.id);
      participant.update({ link: state });
      this.emit('change');
    });
    link.on('path', (path) => {
      participant.setPath(path);
    });
    link.on('track', (track) => {
      participant.setTrack(track);
    });
    link.on('media', (state) => {
      participant.update(state);
    });
    link.on('data', (data) => {
      this.emit('data', { from: participant, data });
    });
    link.on('bye', () => {
      this.emit('bye', participant);
    });
    link.on('problem', (error) => {
      this.emit('problem', error);
    });
    link.on('lost', (error) => {
      this.emit('lost', { participant, error });
    });
  }

  get #tracks(): LocalTracks {
    return {
      audio: this.#media?.track('audio') ?? null,
      video: this.#media?.track('video') ?? null,
    };
  }

  get #mediaState(): { microphoneMuted: boolean; cameraOff: boolean } {
    const { audio, video } = this.#tracks;
    return {
      microphoneMuted: audio === null || (this.#media?.microphoneMuted ?? false),
      cameraOff: video === null,
    };
  }

  #applyMedia(): void {
    for (const link of this.#links()) link.setTracks(this.#tracks, this.#mediaState);
  }

  #checkLater(): void {
    this.#cancelCheck ??= this.#platform.timers.set(() => {
      this.#cancelCheck = null;
      for (const link of this.#links()) link.check();
      if (this.#members.size > 0) this.#checkLater();
    }, LINK_CHECK_INTERVAL_MS);
  }
}
