// A path from this page through the relay and back to it: what is sent at one end comes up to the relay and down to the other.
import type { Platform } from '../base/platform.ts';
import * as limits from './check_limits.ts';
import { type CheckOptions, pause, platformOf } from './check_platform.ts';
import {
  type Arrival,
  loadStats,
  type LoadStats,
  type Packet,
  packetStats,
  type PacketStats,
} from './path_stats.ts';
import { isLookupFailure } from './check_udp.ts';
import type { RelayWay } from './relay_ways.ts';

/** Why there is no path. */
export interface PathFailure {
  /**
   * - `no_answer`: the relay was not reached this way
   * - `no_name`: the name of the relay could not be looked up
   * - `refused`: it was, and gave nothing
   * - `no_path`: it gave addresses, and nothing came through
   * - `unsupported`: the browser makes no peer connections
   */
  readonly problem: 'no_answer' | 'no_name' | 'refused' | 'no_path' | 'unsupported';
  /** STUN's (RFC 8489 section 14.8), or the browser's own, 701: no answer. */
  readonly errorCode: number | null;
}

const NUMBER_BYTES = 4;
/** Of the browser itself (W3C webrtc section 4.8.2): the server did not answer. */
const NO_ANSWER = 701;

export class RelayPath {
  /** How long it took. */
  readonly connectedMs: number;
  readonly #platform: Platform;
  readonly #signal: AbortSignal | undefined;
  readonly #ends: Ends;
  #received: (message: ArrayBuffer) => void = () => undefined;

  private constructor(ends: Ends, connectedMs: number, options: CheckOptions) {
    this.#ends = ends;
    this.connectedMs = connectedMs;
    this.#platform = platformOf(options);
    this.#signal = options.signal;
    ends.inbound.binaryType = 'arraybuffer';
    ends.inbound.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      this.#received(data);
    };
  }

  /** Never rejects. The caller closes it. */
  static async open(way: RelayWay, options: CheckOptions = {}): Promise<RelayPath | PathFailure> {
    const platform = platformOf(options);
    const began = performance.now();
    let ends: Ends;
    try {
      ends = new Ends(platform, way);
    } catch {
      return { problem: 'unsupported', errorCode: null };
    }
    const late = pause(platform, limits.WAY_TIMEOUT_MS, options.signal).then(() => false);
    const connected = await Promise.race([ends.connect(), late]).catch(() => false);
    if (connected) return new RelayPath(ends, performance.now() - began, { ...options, platform });
    ends.close();
    return ends.failure;
  }

  get isOpen(): boolean {
    return this.#ends.outbound.readyState === 'open';
  }

  /** A thin, steady stream, as of a voice. */
  async measurePackets(count: number = limits.VOICE_PACKETS): Promise<PacketStats> {
    const packets: { sentAt: number; arrivedAt: number | null }[] = [];
    this.#received = (message) => {
      const packet = packets[numberOf(message)];
      if (packet) packet.arrivedAt ??= performance.now();
    };
    const began = performance.now();
    while (packets.length < count && this.#mayGoOn) {
      packets.push({ sentAt: performance.now(), arrivedAt: null });
      this.#ends.outbound.send(numbered(packets.length - 1, limits.VOICE_BYTES));
      // By the clock, so that late timers do not add up.
      const due = began + packets.length * limits.VOICE_INTERVAL_MS;
      await pause(this.#platform, Math.max(0, due - performance.now()), this.#signal);
    }
    const all = (): boolean => packets.every(({ arrivedAt }) => arrivedAt !== null);
    await this.#grace(all);
    return packetStats(packets satisfies Packet[]);
  }

  /** As much as it takes, up to what a call takes. @param bytesMax Of what is sent; the relay may have fewer left. */
  async measureLoad(bytesMax = Infinity): Promise<LoadStats> {
    const arrivals: Arrival[] = [];
    this.#received = ({ byteLength }) => {
      arrivals.push({ at: performance.now(), bytes: byteLength });
    };
    const began = performance.now();
    const end = began + limits.LOAD_MS;
    const bytesPerMs = limits.LOAD_BITS_PER_S_MAX / 8 / 1_000;
    let sent = 0;
    let ended = end;
    while (performance.now() < end && this.#mayGoOn) {
      const due = Math.min(bytesMax, (performance.now() - began) * bytesPerMs);
      sent = this.#fill(sent, due);
      if (sent + limits.LOAD_MESSAGE_BYTES > bytesMax) {
        ended = Math.min(ended, performance.now());
        break;
      }
      await pause(this.#platform, limits.LOAD_INTERVAL_MS, this.#signal);
    }
    if (!this.isOpen || this.#signal?.aborted === true) ended = Math.min(ended, performance.now());
    const settled = began + limits.LOAD_SETTLE_MS;
    return loadStats(arrivals, {
      from: settled < ended ? settled : began,
      until: ended,
      limit: limits.LOAD_BITS_PER_S_MAX,
      bytesSent: sent,
    });
  }

  close(): void {
    this.#received = () => undefined;
    this.#ends.close();
  }

  get #mayGoOn(): boolean {
    return this.isOpen && this.#signal?.aborted !== true;
  }

  #fill(sent: number, due: number): number {
    const { outbound } = this.#ends;
    let now = sent;
    while (
      now + limits.LOAD_MESSAGE_BYTES <= due &&
      outbound.bufferedAmount < limits.LOAD_BUFFERED_MAX
    ) {
      outbound.send(numbered(0, limits.LOAD_MESSAGE_BYTES));
      now += limits.LOAD_MESSAGE_BYTES;
    }
    return now;
  }

  async #grace(all: () => boolean): Promise<void> {
    const until = performance.now() + limits.ARRIVAL_GRACE_MS;
    while (!all() && performance.now() < until && this.#mayGoOn) {
      await pause(this.#platform, limits.VOICE_INTERVAL_MS, this.#signal);
    }
  }
}

function numbered(number: number, bytes: number): ArrayBuffer {
  const message = new ArrayBuffer(bytes);
  new DataView(message).setUint32(0, number);
  return message;
}

function numberOf(message: ArrayBuffer): number {
  return message.byteLength < NUMBER_BYTES ? -1 : new DataView(message).getUint32(0);
}

/** The two peer connections, and the channel that both know of. */
class Ends {
  readonly outbound: RTCDataChannel;
  readonly inbound: RTCDataChannel;
  readonly #near: RTCPeerConnection;
  readonly #far: RTCPeerConnection;
  #gathered = false;
  #errorCode: number | null = null;
  #lookupFailed = false;

  constructor(platform: Platform, way: RelayWay) {
    const make = (server: RTCIceServer): RTCPeerConnection =>
      platform.createPeerConnection({
        iceServers: [server],
        iceTransportPolicy: 'relay',
        bundlePolicy: 'max-bundle',
      });
    this.#near = make(way.near);
    try {
      this.#far = make(way.far);
    } catch (error) {
      this.#near.close();
      throw error;
    }
    // As media: what is lost stays lost, and holds nothing back that comes later.
    const loose = { negotiated: true, id: 0, ordered: false, maxRetransmits: 0 };
    this.outbound = this.#near.createDataChannel('check', loose);
    this.inbound = this.#far.createDataChannel('check', loose);
  }

  async connect(): Promise<boolean> {
    const open = Promise.all([opened(this.outbound), opened(this.inbound)]);
    const failed = Promise.race([failure(this.#near), failure(this.#far)]);
    const toFar = this.#carry(this.#near, this.#far);
    const toNear = this.#carry(this.#far, this.#near);
    await this.#near.setLocalDescription();
    if (this.#near.localDescription)
      await this.#far.setRemoteDescription(this.#near.localDescription);
    toFar();
    await this.#far.setLocalDescription();
    if (this.#far.localDescription)
      await this.#near.setRemoteDescription(this.#far.localDescription);
    toNear();
    return Promise.race([open.then(() => true), failed.then(() => false)]);
  }

  get failure(): PathFailure {
    const errorCode = this.#errorCode;
    if (this.#gathered) return { problem: 'no_path', errorCode };
    if (errorCode === NO_ANSWER && this.#lookupFailed) return { problem: 'no_name', errorCode };
    const answered = errorCode !== null && errorCode !== NO_ANSWER;
    return { problem: answered ? 'refused' : 'no_answer', errorCode };
  }

  close(): void {
    for (const connection of [this.#near, this.#far]) {
      connection.onicecandidate = connection.onicecandidateerror = null;
      connection.close();
    }
  }

  /** Hands candidates over, once the description that they belong to is there. Returns what says that it is. */
  #carry(from: RTCPeerConnection, to: RTCPeerConnection): () => void {
    let waiting: RTCIceCandidate[] | null = [];
    const add = (candidate: RTCIceCandidate): void => {
      void to.addIceCandidate(candidate).catch(() => undefined);
    };
    from.onicecandidate = ({ candidate }) => {
      if (candidate === null || candidate.candidate === '') return;
      this.#gathered = true; // relayed ones only, by the policy
      if (waiting) waiting.push(candidate);
      else add(candidate);
    };
    from.onicecandidateerror = (event) => {
      const { errorCode } = event;
      if (isLookupFailure(event)) this.#lookupFailed = true;
      // What a server says is worth more than that another address of it was silent.
      if (this.#errorCode === null || this.#errorCode === NO_ANSWER) this.#errorCode = errorCode;
    };
    return () => {
      for (const candidate of waiting ?? []) add(candidate);
      waiting = null;
    };
  }
}

function opened(channel: RTCDataChannel): Promise<void> {
  return new Promise((resolve) => {
    if (channel.readyState === 'open') resolve();
    else channel.onopen = () => resolve();
  });
}

function failure(connection: RTCPeerConnection): Promise<void> {
  return new Promise((resolve) => {
    connection.onconnectionstatechange = () => {
      if (connection.connectionState === 'failed') resolve();
    };
  });
}
