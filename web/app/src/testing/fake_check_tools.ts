import type {
  DownloadStats,
  LoadStats,
  PacketStats,
  PathFailure,
  RelayPath,
  RelayTransport,
  RelayWay,
  SignalingCheck,
  UdpCheck,
} from '@visavis/client';

import type { Public } from '../base/public.ts';
import type { BrowserFacts } from '../check/browser_facts.ts';
import type { CheckTools } from '../check/check_view_model.ts';
import type { Grant } from '../check/grant.ts';
import type { Access } from '../check/observations.ts';

export const FIREFOX: BrowserFacts = {
  name: 'Firefox 153 on Linux',
  tried: true,
  secure: true,
  calls: true,
  choosesSpeaker: true,
  sharesScreen: true,
};

export const SIGNALING: SignalingCheck = {
  openedMs: 48,
  roundTripsMs: [23, 21, 24],
  brokenAfterMs: null,
};

export const UDP: UdpCheck = {
  servers: 1,
  mappings: [
    { address: '203.0.113.7', port: 50_000, base: { address: '192.168.1.5', port: 50_000 } },
  ],
  sockets: 1,
  failures: 0,
  complete: true,
  lookupFailures: 0,
  errorText: null,
  tellsFailures: true,
};

export const NO_UDP: UdpCheck = { ...UDP, mappings: [], failures: 1 };

export const VOICE: PacketStats = { sent: 100, loss: 0, delayMs: 31, jitterMs: 2 };
export const LOAD: LoadStats = { bitrate: 9_800_000, capped: true, bytesSent: 6_250_000 };

export const way = (transport: RelayTransport): RelayWay => ({
  transport,
  near: { urls: `turn:${transport}.example` },
  far: { urls: `turn:${transport}.example` },
});

/** A path through a relay, played. */
export class FakePath implements Public<RelayPath> {
  readonly connectedMs = 180;
  isOpen = true;
  readonly bytesMax: number[] = [];
  readonly #voice: PacketStats;
  readonly #load: LoadStats;

  constructor(voice = VOICE, load = LOAD) {
    this.#voice = voice;
    this.#load = load;
  }

  measurePackets(): Promise<PacketStats> {
    return Promise.resolve(this.#voice);
  }

  measureLoad(bytesMax = Infinity): Promise<LoadStats> {
    this.bytesMax.push(bytesMax);
    return Promise.resolve(this.#load);
  }

  close(): void {
    this.isOpen = false;
  }
}

/** What a check finds, played by a test or by the gallery. */
export class FakeCheckTools implements CheckTools {
  browser = FIREFOX;
  access: Access = 'relay';
  signalingSeen = SIGNALING;
  udpSeen = UDP;
  bytesMax = 1_000_000;
  voice = VOICE;
  load = LOAD;
  downloadSeen: DownloadStats | null = null;
  downloads = 0;
  /** By transport, in the order in which the server names them; a failure where there is no path. */
  ways: Partial<Record<RelayTransport, FakePath | PathFailure>> | null = null;
  hide: () => void = () => undefined;

  /** Plays that nothing comes of it yet. */
  held: Promise<void> = Promise.resolve();

  async grant(): Promise<Grant> {
    await this.held;
    const stun = [{ urls: 'stun:calls.example' }];
    if (this.access !== 'relay') return { access: this.access, stun, ways: [], bytesMax: 0 };
    this.ways ??= { udp: this.#path(), tcp: this.#path(), tls: this.#path() };
    const transports = Object.keys(this.ways) as RelayTransport[];
    return { access: 'relay', stun, ways: transports.map(way), bytesMax: this.bytesMax };
  }

  async signaling(): Promise<SignalingCheck> {
    await this.held;
    return this.signalingSeen;
  }

  udp(): Promise<UdpCheck> {
    return Promise.resolve(this.udpSeen);
  }

  open({ transport }: RelayWay): Promise<Public<RelayPath> | PathFailure> {
    const path = this.ways?.[transport];
    return Promise.resolve(path ?? { problem: 'no_answer', errorCode: 701 });
  }

  download(): Promise<DownloadStats | null> {
    this.downloads += 1;
    return Promise.resolve(this.downloadSeen);
  }

  onHidden(listener: () => void): () => void {
    this.hide = listener;
    return () => {
      this.hide = () => undefined;
    };
  }

  #path(): FakePath {
    return new FakePath(this.voice, this.load);
  }
}
