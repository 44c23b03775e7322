import { vi } from 'vitest';
import type { IceConfiguration, IceSource } from '../../src/link/ice_servers.ts';
import { SELF_STATE } from '../../src/link/control_message.ts';
import { InboundQueue } from '../../src/base/inbound_queue.ts';
import { SignalGuard } from '../../src/link/signal_guard.ts';
import { Slices } from '../../src/base/slices.ts';
import { NO_TRACKS } from '../../src/media/slots.ts';
import { PeerLink } from '../../src/link/peer_link.ts';
import type { SignalData } from '../../src/base/protocol.ts';
import { LINK_CHECK_INTERVAL_MS } from '../../src/base/limits.ts';
import { FakeTrack } from './fake_media.ts';
import { FakeIceNetwork, type FakePeerConnection } from './fake_peer_connection.ts';
import { FakePage } from './fake_platform.ts';

const noServer = {
  createWebSocket: () => {
    throw new Error('a peer link knows no server');
  },
};

/** One side of a link, and what it has sent. */
export class LinkSide implements IceSource {
  readonly page: FakePage;
  readonly link: PeerLink;
  readonly standing = {
    inbound: new InboundQueue(new Slices((callback) => void setTimeout(callback))),
    guard: new SignalGuard(),
  };
  readonly sent: SignalData[] = [];
  readonly tracks = {
    ...NO_TRACKS,
    audio: new FakeTrack('audio').asTrack,
    video: new FakeTrack('video').asTrack,
  };
  /** Where what it sends goes. */
  deliver: (data: SignalData) => void = () => undefined;
  readonly events: string[] = [];
  configuration: IceConfiguration = {
    iceServers: [{ urls: 'turn:relay.example.org' }],
    iceTransportPolicy: 'all',
  };
  /** What the link waits for before its next path. */
  renew: () => Promise<void> | null = () => null;
  canSend = true;

  constructor(
    network: FakeIceNetwork,
    polite: boolean,
    configuration?: IceConfiguration,
    roomKey: Promise<CryptoKey> | null = null,
  ) {
    if (configuration) this.configuration = configuration;
    this.page = new FakePage({
      ...noServer,
      createPeerConnection: (configuration) => network.create(configuration).asPeerConnection,
    });
    this.link = new PeerLink({
      platform: this.page,
      polite,
      ice: this,
      standing: this.standing,
      roomKey,
      canSend: () => this.canSend,
      tracks: this.tracks,
      media: SELF_STATE,
      send: (data) => {
        const copy = JSON.parse(JSON.stringify(data)) as SignalData;
        this.sent.push(copy);
        this.deliver(copy);
      },
    });
    this.link.on('state', (state) => this.events.push(state));
    this.link.on('lost', () => this.events.push('lost'));
    this.link.on('problem', ({ message }) => this.events.push(`problem: ${message}`));
    const check = (): void => {
      this.link.check();
      setTimeout(check, LINK_CHECK_INTERVAL_MS);
    };
    setTimeout(check, LINK_CHECK_INTERVAL_MS);
  }

  get connections(): FakePeerConnection[] {
    return this.page.peerConnections as unknown as FakePeerConnection[];
  }

  get connection(): FakePeerConnection {
    return this.connections.at(-1)!;
  }
}

/** Two ends of a link with a signaling path between them that takes 10 ms. */
export class LinkPair {
  readonly ice = new FakeIceNetwork();
  readonly impolite: LinkSide;
  readonly polite: LinkSide;

  /**
   * @param configuration Of the polite side.
   * @param roomKey Of both sides.
   */
  constructor(configuration?: IceConfiguration, roomKey: Promise<CryptoKey> | null = null) {
    this.impolite = new LinkSide(this.ice, false, undefined, roomKey);
    this.polite = new LinkSide(this.ice, true, configuration, roomKey);
    this.impolite.deliver = (data) => void setTimeout(() => this.polite.link.receive(data), 10);
    this.polite.deliver = (data) => void setTimeout(() => this.impolite.link.receive(data), 10);
  }

  pass(ms: number): Promise<void> {
    return vi.advanceTimersByTimeAsync(ms).then(() => undefined);
  }
}
