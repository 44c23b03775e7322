import { ControlChannel } from './control_channel.ts';
import type { LinkSignal } from './link_signal.ts';
import { createLogger } from './logger.ts';
import { Negotiator } from './negotiator.ts';
import type { Platform } from './platform.ts';

const log = createLogger('link');

/** What we send; null where there is no such device, or it is off. */
export interface LocalTracks {
  audio: MediaStreamTrack | null;
  video: MediaStreamTrack | null;
}

export interface LinkConnectionOptions {
  platform: Platform;
  polite: boolean;
  iceServers: readonly RTCIceServer[];
  tracks: LocalTracks;
  send: (signal: LinkSignal) => void;
  onStateChange: () => void;
  onTrack: (track: MediaStreamTrack) => void;
  onError: (error: unknown) => void;
}

/**
 * One RTCPeerConnection and what belongs to it. Its m-lines never change: audio, video and data from the first
 * offer on, and devices come and go by replaceTrack, without renegotiation. Closed once, and never used again.
 */
export class LinkConnection {
  /** Tells this object from the one before it, which the other side may still be talking to. */
  readonly id: string = crypto.randomUUID();
  readonly control: ControlChannel;

  readonly #pc: RTCPeerConnection;
  readonly #negotiator: Negotiator;
  readonly #options: LinkConnectionOptions;
  #tracks: LocalTracks;
  #peerId: string | null = null;

  constructor(options: LinkConnectionOptions) {
    this.#options = options;
    this.#tracks = options.tracks;
    this.#pc = options.platform.createPeerConnection({
      iceServers: [...options.iceServers],
      // Firefox relays needlessly under the default policy when TURN over TCP is configured.
      bundlePolicy: 'max-bundle',
    });
    this.#pc.onconnectionstatechange = () => {
      options.onStateChange();
    };
    this.#pc.ontrack = ({ track }) => {
      options.onTrack(track);
    };
    this.#negotiator = new Negotiator({
      pc: this.#pc,
      polite: options.polite,
      send: (signal) => {
        this.#send(signal);
      },
      beforeAnswer: () => this.#attachTracks(),
      onError: options.onError,
    });
    this.control = new ControlChannel(this.#pc);
    if (!options.polite) {
      for (const kind of ['audio', 'video'] as const) {
        this.#pc.addTransceiver(options.tracks[kind] ?? kind, { direction: 'sendrecv' });
      }
    }
  }

  /** The other side's object that this one is connected with; null until it has spoken. */
  get peerId(): string | null {
    return this.#peerId;
  }

  get state(): RTCPeerConnectionState {
    return this.#pc.connectionState;
  }

  /** The path stands but its encryption does not: restarting ICE cannot mend that. */
  get isBroken(): boolean {
    const { connectionState, iceConnectionState } = this.#pc;
    return (
      connectionState === 'failed' &&
      (iceConnectionState === 'connected' || iceConnectionState === 'completed')
    );
  }

  /** How long our offer has been waiting for its answer, in ms; 0 when there is none. */
  get offerAge(): number {
    return this.#negotiator.offerAge;
  }

  receive(signal: LinkSignal): void {
    this.#peerId = signal.link;
    this.#negotiator.receive(signal);
  }

  askForRestart(): void {
    this.#send({ restart: true });
  }

  restartIce(): void {
    this.#pc.restartIce();
  }

  async setTracks(tracks: LocalTracks): Promise<void> {
    this.#tracks = tracks;
    await this.#replaceTracks();
  }

  /** What all candidate pairs have received so far, in bytes; null when the browser does not tell. */
  async bytesReceived(): Promise<number | null> {
    let sum: number | null = null;
    for (const stats of await this.#stats()) {
      if (stats.type !== 'candidate-pair') continue;
      const { bytesReceived } = stats as RTCIceCandidatePairStats;
      if (bytesReceived !== undefined) sum = (sum ?? 0) + bytesReceived;
    }
    return sum;
  }

  /** Whether the candidate pair in use goes through a relay; null while there is none. */
  async path(): Promise<'direct' | 'relay' | null> {
    const stats = new Map((await this.#stats()).map((entry) => [entry.id, entry]));
    for (const entry of stats.values()) {
      if (entry.type !== 'candidate-pair') continue;
      const pair = entry as RTCIceCandidatePairStats & { selected?: boolean };
      if (!pair.nominated || pair.state !== 'succeeded' || pair.selected === false) continue;
      const ends = [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)];
      const relayed = ends.some(
        (end) => (end as { candidateType?: string } | undefined)?.candidateType === 'relay',
      );
      return relayed ? 'relay' : 'direct';
    }
    return null;
  }

  close(): void {
    const pc = this.#pc;
    pc.onnegotiationneeded = pc.onicecandidate = pc.onconnectionstatechange = pc.ontrack = null;
    pc.close();
  }

  #send(signal: Omit<LinkSignal, 'link' | 'peer_link'>): void {
    const peer = this.#peerId === null ? {} : { peer_link: this.#peerId };
    this.#options.send({ link: this.id, ...peer, ...signal });
  }

  async #stats(): Promise<RTCStats[]> {
    if (this.state === 'closed') return [];
    const report = await this.#pc.getStats();
    return [...(report as unknown as Map<string, RTCStats>).values()];
  }

  /** Says in the answer that we send, too: the transceivers that an offer creates only receive. */
  async #attachTracks(): Promise<void> {
    for (const transceiver of this.#pc.getTransceivers()) {
      if (transceiver.direction === 'recvonly') transceiver.direction = 'sendrecv';
    }
    await this.#replaceTracks();
  }

  async #replaceTracks(): Promise<void> {
    for (const { sender, receiver } of this.#pc.getTransceivers()) {
      const track = receiver.track.kind === 'audio' ? this.#tracks.audio : this.#tracks.video;
      if (sender.track === track) continue;
      try {
        await sender.replaceTrack(track);
      } catch (error) {
        log.warn(`could not switch ${receiver.track.kind}`, error);
        if (this.state !== 'closed') this.#options.onError(error);
      }
    }
  }
}
