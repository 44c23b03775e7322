import { VisavisError } from '../base/errors.ts';
import type { IceConfiguration, IceSource } from './ice_servers.ts';
import type { LinkSignal } from './link_signal.ts';
import type { LinkPlan } from './link_plan.ts';
import { createLogger } from '../base/logger.ts';
import { Negotiator } from './negotiator.ts';
import { bytesReceived, pathOf, type Path } from './path.ts';
import type { LinkChannel } from './link_channel.ts';
import { fingerprintsOf, type Fingerprints } from './passphrase.ts';
import type { Platform } from '../base/platform.ts';
import { SenderTuner } from './sender_tuner.ts';
import { SLOTS, SLOT_KIND, type LocalTracks, type Slot } from '../media/slots.ts';
import { VoiceLevel } from './voice_level.ts';

const log = createLogger('link');

/** What getStats says, by id. TypeScript knows an RTCStatsReport only by its forEach. */
export type StatsReport = Parameters<typeof pathOf>[0];

export interface LinkConnectionOptions {
  platform: Platform;
  polite: boolean;
  ice: IceSource;
  tracks: LocalTracks;
  plan: LinkPlan | null;
  /** They go on over this connection. */
  channels: readonly LinkChannel[];
  send: (signal: LinkSignal) => void;
  onStateChange: () => void;
  onTrack: (slot: Slot, track: MediaStreamTrack) => void;
  onError: (error: unknown) => void;
  /** The other side has opened a data channel of its own: there are none but those both sides create. */
  onForeignChannel: () => void;
}

/**
 * One RTCPeerConnection and what belongs to it. Its m-lines never change: the slots and data from the first
 * offer on, and devices and screens come and go by replaceTrack, without renegotiation. Closed once, and never used again.
 */
export class LinkConnection {
  /** Tells this object from the one before it, which the other side may still be talking to. */
  readonly id: string = crypto.randomUUID();

  readonly #pc: RTCPeerConnection;
  readonly #negotiator: Negotiator;
  readonly #options: LinkConnectionOptions;
  readonly #tuners = new Map<RTCRtpSender, SenderTuner>();
  readonly #voice = new VoiceLevel();
  #tracks: LocalTracks;
  #plan: LinkPlan | null;
  #ice: IceConfiguration;
  #peerId: string | null = null;
  // Of the other side: one certificate for the whole life of its connection object.
  #peerFingerprints: string | null = null;

  /** @throws VisavisError `no_peer_connection` */
  constructor(options: LinkConnectionOptions) {
    this.#options = options;
    this.#tracks = options.tracks;
    this.#plan = options.plan;
    this.#ice = options.ice.configuration;
    this.#pc = createPeerConnection(options.platform, toConfiguration(this.#ice));
    this.#pc.onconnectionstatechange = () => {
      this.#tune();
      options.onStateChange();
    };
    this.#pc.ondatachannel = () => {
      options.onForeignChannel();
    };
    this.#pc.ontrack = ({ track, transceiver }) => {
      const slot = SLOTS[this.#pc.getTransceivers().indexOf(transceiver)];
      if (slot) options.onTrack(slot, track);
    };
    this.#negotiator = new Negotiator({
      pc: this.#pc,
      polite: options.polite,
      send: (signal) => {
        this.#send(signal);
      },
      beforeAnswer: () => this.#beforeAnswer(),
      onError: options.onError,
    });
    for (const channel of options.channels) channel.attach(this.#pc);
    if (!options.polite) {
      for (const slot of SLOTS) {
        const track = options.tracks[slot] ?? SLOT_KIND[slot];
        this.#pc.addTransceiver(track, { direction: 'sendrecv' });
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

  /** The certificates that the two sides have described, and DTLS has checked once it is up; null before. */
  get fingerprints(): Fingerprints | null {
    const local = this.#pc.localDescription?.sdp;
    if (local === undefined || this.#peerFingerprints === null) return null;
    return { local: fingerprintsOf(local), remote: this.#peerFingerprints };
  }

  receive(signal: LinkSignal): void {
    if (signal.description && !this.#isSamePeer(signal.description)) {
      // Whoever is proven to be at the other end stays there; a browser that begins anew has another `link`.
      this.#options.onError(
        new VisavisError('negotiation_failed', 'The other side changed its certificate.'),
      );
      return;
    }
    this.#peerId = signal.link;
    this.#negotiator.receive(signal);
  }

  askForRestart(): void {
    this.#send({ restart: true });
  }

  restartIce(): void {
    this.#configure();
    this.#pc.restartIce();
  }

  async setTracks(tracks: LocalTracks): Promise<void> {
    this.#tracks = tracks;
    await this.#replaceTracks();
  }

  /** What may be sent from now on. */
  setPlan(plan: LinkPlan): void {
    this.#plan = plan;
    this.#tune();
  }

  /** Of the other side's voice at this moment, 0 to 1. */
  voiceLevel(): number {
    const receiver = this.#pc.getTransceivers()[SLOTS.indexOf('audio')]?.receiver;
    return this.#voice.of(receiver?.getSynchronizationSources()[0]);
  }

  /** What arrives, and how; null when the connection is closed. */
  async observe(): Promise<{
    bytes: number | null;
    path: Path | null;
    report: StatsReport;
  } | null> {
    if (this.state === 'closed') return null;
    const report = (await this.#pc.getStats()) as unknown as StatsReport;
    return { bytes: bytesReceived(report), path: pathOf(report), report };
  }

  close(): void {
    const pc = this.#pc;
    pc.onnegotiationneeded = pc.onicecandidate = pc.onconnectionstatechange = null;
    pc.ontrack = pc.ondatachannel = null;
    pc.close();
  }

  #isSamePeer({ sdp = '' }: RTCSessionDescriptionInit): boolean {
    const fingerprints = fingerprintsOf(sdp);
    this.#peerFingerprints ??= fingerprints;
    return fingerprints === this.#peerFingerprints;
  }

  #send(signal: Omit<LinkSignal, 'link' | 'peer_link'>): void {
    const peer = this.#peerId === null ? {} : { peer_link: this.#peerId };
    this.#options.send({ link: this.id, ...peer, ...signal });
  }

  /** Takes the ICE servers and the policy as they are now; they serve the next path, not the one that stands. */
  #configure(): void {
    const { configuration } = this.#options.ice;
    const { iceServers, iceTransportPolicy } = this.#ice;
    const same =
      configuration.iceServers === iceServers &&
      configuration.iceTransportPolicy === iceTransportPolicy;
    if (same || this.state === 'closed') return;
    try {
      this.#pc.setConfiguration(toConfiguration(configuration));
      this.#ice = configuration;
    } catch (error) {
      // The servers it has may still do.
      log.error('the ICE servers were not taken', error);
    }
  }

  /** Gathering begins with the answer, so that the servers must be good by then. */
  async #beforeAnswer(): Promise<void> {
    await this.#options.ice.renew();
    this.#configure();
    await this.#attachTracks();
  }

  /** Says in the answer that we send, too: the transceivers that an offer creates only receive. */
  async #attachTracks(): Promise<void> {
    for (const transceiver of this.#pc.getTransceivers()) {
      if (transceiver.direction === 'recvonly') transceiver.direction = 'sendrecv';
    }
    await this.#replaceTracks();
  }

  /** Not before there is something to send over: a sender's parameters settle with the negotiation. */
  #tune(): void {
    if (!this.#plan || this.state !== 'connected') return;
    for (const [index, { sender }] of this.#pc.getTransceivers().entries()) {
      const slot = SLOTS[index];
      if (!slot) continue;
      let tuner = this.#tuners.get(sender);
      if (!tuner) this.#tuners.set(sender, (tuner = new SenderTuner(sender)));
      tuner.want(this.#plan.senders[slot]);
    }
  }

  async #replaceTracks(): Promise<void> {
    for (const [index, { sender }] of this.#pc.getTransceivers().entries()) {
      const slot = SLOTS[index];
      const track = slot ? this.#tracks[slot] : null;
      if (sender.track === track) continue;
      try {
        await sender.replaceTrack(track);
      } catch (error) {
        log.warn(`could not switch ${slot ?? 'an unknown m-line'}`, error);
        if (this.state !== 'closed') this.#options.onError(error);
      }
    }
  }
}

/** Browsers make no more than some hundreds for one page, and none where they are told not to. */
function createPeerConnection(
  platform: Platform,
  configuration: RTCConfiguration,
): RTCPeerConnection {
  try {
    return platform.createPeerConnection(configuration);
  } catch (cause) {
    const words = 'The browser makes no more connections.';
    throw new VisavisError('no_peer_connection', words, { cause });
  }
}

function toConfiguration({ iceServers, iceTransportPolicy }: IceConfiguration): RTCConfiguration {
  return {
    iceServers: [...iceServers],
    iceTransportPolicy,
    // Firefox relays needlessly under the default policy when TURN over TCP is configured.
    bundlePolicy: 'max-bundle',
  };
}
