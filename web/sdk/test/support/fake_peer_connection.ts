// RTCPeerConnections that find each other in one page, in virtual time: offers and answers with rollback, operations
// that queue, candidates that must match a description, certificates, ICE that connects when the network lets it, and time passing
// before a browser notices that it does not. Follows W3C webrtc-pc where the SDK relies on it; SDP is JSON.
import { FakeDataChannel } from './fake_data_channel.ts';
import { FakeIceNetwork } from './fake_ice_network.ts';
import { FakeTrack } from './fake_media.ts';
import { FakeReceiver, FakeSender } from './fake_rtp.ts';
import { statsOf, type FakeStats } from './fake_stats.ts';

export { FakeIceNetwork };

interface FakeSdp {
  pc: number;
  ufrag: string;
  lines: { kind: string; direction: RTCRtpTransceiverDirection }[];
}

interface FakeTransceiver {
  kind: 'audio' | 'video';
  mid: number | null;
  direction: RTCRtpTransceiverDirection;
  sender: FakeSender;
  receiver: FakeReceiver;
}

export class FakePeerConnection {
  configuration: RTCConfiguration;
  /** On whose machine it is; null if that does not matter. */
  owner: object | null = null;
  signalingState: RTCSignalingState = 'stable';
  connectionState: RTCPeerConnectionState = 'new';
  iceConnectionState: RTCIceConnectionState = 'new';
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: object | null }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: ((event: { track: MediaStreamTrack; transceiver: FakeTransceiver }) => void) | null =
    null;
  readonly channels = new Map<number, FakeDataChannel>();
  peer: FakePeerConnection | null = null;
  /** For tests: what getStats tells beside the path; added to the pair in use. */
  estimate: number | null = null;
  readonly streams: FakeStats[] = [];
  /** For tests: what happened, in order. */
  readonly history: string[] = [];

  readonly #network: FakeIceNetwork;
  readonly #id: number;
  #transceivers: FakeTransceiver[] = [];
  #current: { local: FakeSdp | null; remote: FakeSdp | null } = { local: null, remote: null };
  #pendingLocal: FakeSdp | null = null;
  #pendingRemote: FakeSdp | null = null;
  #operations: Promise<unknown> = Promise.resolve();
  #operationsPending = 0;
  #restartWanted = false;
  #negotiationNeeded = false;
  #generations = 0;
  #gatheredFor = '';
  #candidateType: 'host' | 'relay' | null = null;
  // By ufrag of the other side: the network epochs of its candidates.
  readonly #remoteCandidates = new Map<string, Set<number>>();
  #connectedEpoch = 0;
  #connectedSince = 0;
  #connectedUfrag = '';
  #bytesBefore = 0;
  #timers: ReturnType<typeof setTimeout>[] = [];

  constructor(network: FakeIceNetwork, id: number, configuration: RTCConfiguration) {
    this.#network = network;
    this.#id = id;
    this.configuration = configuration;
  }

  get asPeerConnection(): RTCPeerConnection {
    return this as unknown as RTCPeerConnection;
  }

  get localDescription(): RTCSessionDescriptionInit | null {
    const sdp = this.#pendingLocal ?? this.#current.local;
    if (!sdp) return null;
    const type = this.signalingState === 'have-local-offer' ? 'offer' : 'answer';
    return {
      type,
      sdp: `${JSON.stringify(sdp)}\r\na=fingerprint:sha-256 ${this.#certificate}\r\n`,
    };
  }

  /** As SDP writes it: its own for each connection, as browsers make them. */
  get #certificate(): string {
    return `AB:CD:${String(this.#id).padStart(4, '0')}`;
  }

  get pathWorks(): boolean {
    return (
      this.#network.up &&
      this.signalingState !== 'closed' &&
      this.#connectedEpoch === this.#network.epoch &&
      this.peer?.signalingState !== 'closed' &&
      !this.#network.isBlocked(this, this.peer)
    );
  }

  createDataChannel(_label: string, { id = 0 }: RTCDataChannelInit): FakeDataChannel {
    const channel = new FakeDataChannel(this, id);
    this.channels.set(id, channel);
    this.#updateNegotiationNeeded();
    return channel;
  }

  addTransceiver(
    trackOrKind: MediaStreamTrack | 'audio' | 'video',
    init: { direction: RTCRtpTransceiverDirection },
  ): FakeTransceiver {
    const track = typeof trackOrKind === 'string' ? null : trackOrKind;
    const kind =
      typeof trackOrKind === 'string' ? trackOrKind : (trackOrKind.kind as 'audio' | 'video');
    const transceiver = this.#newTransceiver(kind, init.direction, track);
    this.#updateNegotiationNeeded();
    return transceiver;
  }

  getTransceivers(): FakeTransceiver[] {
    return this.#transceivers;
  }

  restartIce(): void {
    this.history.push('restartIce');
    this.#restartWanted = true;
    this.#updateNegotiationNeeded();
  }

  setConfiguration(configuration: RTCConfiguration): void {
    if (configuration.bundlePolicy !== this.configuration.bundlePolicy) {
      throw new DOMException('the bundle policy stays', 'InvalidModificationError');
    }
    this.history.push('setConfiguration');
    this.configuration = configuration;
  }

  setLocalDescription(): Promise<void> {
    return this.#enqueue(() => {
      const isOffer = this.signalingState !== 'have-remote-offer';
      const sdp = this.#makeSdp(isOffer);
      this.history.push(isOffer ? 'local offer' : 'local answer');
      if (isOffer) {
        this.#pendingLocal = sdp;
        this.signalingState = 'have-local-offer';
      } else {
        this.#becomeStable(sdp, this.#pendingRemote);
      }
      if (sdp.ufrag !== this.#gatheredFor) this.#gather(sdp.ufrag);
    });
  }

  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    return this.#enqueue(() => {
      const sdp = JSON.parse(description.sdp?.split('\r\n')[0] ?? '') as FakeSdp;
      if (description.type === 'offer') {
        if (this.signalingState === 'have-local-offer') this.#rollback();
        this.history.push('remote offer');
        this.#pendingRemote = sdp;
        this.signalingState = 'have-remote-offer';
        this.#applyRemoteLines(sdp);
      } else {
        if (this.signalingState !== 'have-local-offer') {
          throw new DOMException('no offer to answer', 'InvalidStateError');
        }
        this.history.push('remote answer');
        this.#applyRemoteLines(sdp);
        this.#becomeStable(this.#pendingLocal, sdp);
      }
    });
  }

  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    return this.#enqueue(() => {
      const remote = this.#pendingRemote ?? this.#current.remote;
      if (!remote) throw new DOMException('no remote description', 'InvalidStateError');
      if (candidate.candidate === '') {
        this.history.push('end of candidates');
        return;
      }
      if (candidate.usernameFragment !== remote.ufrag) {
        throw new DOMException('unknown ufrag', 'OperationError');
      }
      this.history.push('candidate');
      const epochs = this.#remoteCandidates.get(remote.ufrag) ?? new Set();
      epochs.add(Number(candidate.candidate?.split(' ').at(-1)));
      this.#remoteCandidates.set(remote.ufrag, epochs);
      this.tryConnect();
    });
  }

  getStats(): Promise<Map<string, object>> {
    const types = {
      local: this.#candidateType ?? 'host',
      remote: (this.peer ? this.peer.#candidateType : null) ?? 'host',
    };
    const { estimate, streams } = this;
    const path = statsOf(types, this.#bytesReceived, estimate);
    const entries = this.#connectedEpoch > 0 ? [...path, ...streams] : [];
    return Promise.resolve(new Map(entries.map((entry) => [entry.id, entry])));
  }

  close(): void {
    if (this.signalingState === 'closed') return;
    this.history.push('close');
    this.signalingState = 'closed';
    this.connectionState = 'closed';
    this.iceConnectionState = 'closed';
    for (const channel of this.channels.values()) channel.readyState = 'closed';
    this.#clearTimers();
    // The other side only notices that nothing comes any more.
    if (this.peer?.peer === this) this.peer.pathDied();
  }

  // --- The network, as this side of it ---

  pathDied(): void {
    if (this.signalingState === 'closed' || this.connectionState === 'new') return;
    this.#bytesBefore = this.#bytesReceived;
    this.#connectedSince = Infinity;
    this.#clearTimers();
    this.#timers = [
      setTimeout(() => this.#setState('disconnected'), FakeIceNetwork.DISCONNECTED_AFTER_MS),
      setTimeout(() => this.#setState('failed'), FakeIceNetwork.FAILED_AFTER_MS),
    ];
  }

  tryConnect(): void {
    const { local, remote } = this.#current;
    const peer = remote && this.#network.connections.get(remote.pc);
    if (!local || !remote || !peer || !this.#network.up) return;
    if (this.#network.isBlocked(this, peer)) return;
    const matches =
      peer.#current.local?.ufrag === remote.ufrag && peer.#current.remote?.ufrag === local.ufrag;
    const reachable = this.#knowsAddressOf(remote.ufrag) || peer.#knowsAddressOf(local.ufrag);
    if (!matches || !reachable || peer.signalingState === 'closed') return;
    const epoch = this.#network.epoch;
    setTimeout(() => {
      if (epoch !== this.#network.epoch || !this.#network.up) return;
      if (this.#network.isBlocked(this, peer)) return;
      this.#connected(peer, local.ufrag);
      peer.#connected(this, remote.ufrag);
    }, FakeIceNetwork.CONNECT_MS);
  }

  #knowsAddressOf(ufrag: string): boolean {
    return this.#remoteCandidates.get(ufrag)?.has(this.#network.epoch) ?? false;
  }

  #connected(peer: FakePeerConnection, ufrag: string): void {
    if (this.signalingState === 'closed') return;
    if (this.#connectedUfrag === ufrag && this.pathWorks && this.connectionState === 'connected')
      return;
    this.#clearTimers();
    this.#bytesBefore = this.#bytesReceived;
    this.peer = peer;
    this.#connectedUfrag = ufrag;
    this.#connectedEpoch = this.#network.epoch;
    this.#connectedSince = performance.now();
    this.iceConnectionState = 'connected';
    this.#setState('connected');
    for (const channel of this.channels.values()) channel.pathStands();
  }

  get #bytesReceived(): number {
    if (this.#connectedSince === Infinity || this.#connectedSince === 0) return this.#bytesBefore;
    return this.#bytesBefore + (performance.now() - this.#connectedSince);
  }

  #setState(state: RTCPeerConnectionState): void {
    if (this.connectionState === state || this.signalingState === 'closed') return;
    this.connectionState = state;
    this.iceConnectionState = state === 'failed' ? 'failed' : this.iceConnectionState;
    this.onconnectionstatechange?.();
  }

  #clearTimers(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  // --- Descriptions ---

  /** W3C webrtc-pc section 4.4.1.2: operations run one after the other, and not at once. */
  #enqueue(operation: () => void): Promise<void> {
    this.#operationsPending += 1;
    const result = this.#operations.then(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (this.signalingState === 'closed') return new Promise<void>(() => undefined);
      this.#operationsPending -= 1;
      operation();
      this.#updateNegotiationNeeded();
      return undefined;
    });
    this.#operations = result.catch(() => undefined);
    return result;
  }

  #makeSdp(isOffer: boolean): FakeSdp {
    if (isOffer) {
      for (const transceiver of this.#transceivers) {
        transceiver.mid ??= this.#transceivers.indexOf(transceiver);
      }
    }
    const known = this.#pendingLocal ?? this.#current.local;
    const remoteRestarts =
      !isOffer &&
      this.#current.remote !== null &&
      this.#pendingRemote?.ufrag !== this.#current.remote.ufrag;
    let ufrag = known?.ufrag;
    if (ufrag === undefined || this.#restartWanted || remoteRestarts) {
      ufrag = `pc${String(this.#id)}.${String(++this.#generations)}`;
      this.#restartWanted = false;
    }
    const lines = this.#transceivers.map(({ kind, direction }) => ({ kind, direction }));
    return {
      pc: this.#id,
      ufrag,
      lines: [...lines, { kind: 'application', direction: 'sendrecv' }],
    };
  }

  #becomeStable(local: FakeSdp | null, remote: FakeSdp | null): void {
    this.#current = { local, remote };
    this.#pendingLocal = this.#pendingRemote = null;
    this.signalingState = 'stable';
    if (this.connectionState === 'new') {
      this.iceConnectionState = 'checking';
      this.#setState('connecting');
    }
    this.tryConnect();
  }

  #rollback(): void {
    this.history.push('rollback');
    if (this.#pendingLocal?.ufrag !== this.#current.local?.ufrag && this.#current.local) {
      this.#restartWanted = true;
    }
    this.#pendingLocal = null;
    this.signalingState = 'stable';
  }

  #applyRemoteLines(sdp: FakeSdp): void {
    sdp.lines.forEach(({ kind, direction }, mid) => {
      if (kind === 'application') return;
      let transceiver = this.#transceivers.find((candidate) => candidate.mid === mid);
      if (!transceiver) {
        transceiver = this.#newTransceiver(kind as 'audio' | 'video', 'recvonly', null);
        transceiver.mid = mid;
      }
      const { track } = transceiver.receiver;
      if (direction === 'sendrecv') setTimeout(() => this.ontrack?.({ track, transceiver }));
    });
  }

  #newTransceiver(
    kind: 'audio' | 'video',
    direction: RTCRtpTransceiverDirection,
    track: MediaStreamTrack | null,
  ): FakeTransceiver {
    const sender = new FakeSender(track);
    const receiver = new FakeReceiver(new FakeTrack(kind).asTrack);
    const transceiver = { kind, mid: null, direction, sender, receiver };
    this.#transceivers.push(transceiver);
    return transceiver;
  }

  #gather(ufrag: string): void {
    this.#gatheredFor = ufrag;
    const emit = (candidate: object | null): void => {
      if (this.signalingState !== 'closed') this.onicecandidate?.({ candidate });
    };
    const { iceTransportPolicy, iceServers = [] } = this.configuration;
    const relayOnly = iceTransportPolicy === 'relay';
    // As in Chromium, a socket of an earlier policy goes on being used.
    this.#candidateType = relayOnly ? (this.#candidateType ?? 'relay') : 'host';
    setTimeout(() => {
      if (!this.#network.up || (relayOnly && iceServers.length === 0)) return;
      const init = {
        candidate: `candidate ${String(this.#network.epoch)}`,
        usernameFragment: ufrag,
      };
      emit({ ...init, toJSON: () => init });
    }, FakeIceNetwork.GATHER_MS);
    setTimeout(() => emit(null), FakeIceNetwork.GATHER_MS * 2);
  }

  #updateNegotiationNeeded(): void {
    const stable = this.signalingState === 'stable';
    const { local } = this.#current;
    const lines = (this.channels.size > 0 ? 1 : 0) + this.#transceivers.length;
    const needed = this.#restartWanted || lines > (local?.lines.length ?? 0);
    if (!stable || !needed || this.#negotiationNeeded) {
      this.#negotiationNeeded &&= needed;
      return;
    }
    this.#negotiationNeeded = true;
    setTimeout(() => {
      const needed = this.#negotiationNeeded && this.#operationsPending === 0;
      this.#negotiationNeeded = false;
      if (needed && this.signalingState === 'stable') this.onnegotiationneeded?.();
    });
  }
}
