// What a check has seen so far. Sentences about it are made by findings.ts and verdict.ts.
import type {
  DownloadStats,
  LoadStats,
  MediaProblemReason,
  PacketStats,
  PathFailure,
  RelayTransport,
  SignalingCheck,
  UdpCheck,
} from '@visavis/client';

import type { BrowserFacts } from './browser_facts.ts';

/**
 * What the server lets this check use.
 * - `relay`: all of it
 * - `no_code`: what anybody may use; `code_invalid`, `code_expired`, `code_used_up`: the same, as the code is not good
 * - `no_relay`: the server has no relay
 * - `rate_limited`: nothing at the moment
 * - `unavailable`: something answered that knows no checks; `unreachable`: nothing answered
 */
export type Access =
  | 'relay'
  | 'no_code'
  | 'code_invalid'
  | 'code_expired'
  | 'code_used_up'
  | 'no_relay'
  | 'rate_limited'
  | 'unavailable'
  | 'unreachable';

export interface WayOutcome {
  readonly transport: RelayTransport;
  readonly state: 'trying' | 'works' | 'fails';
  /** From this page to the relay and back; null where it was not measured. */
  readonly roundTripMs: number | null;
  readonly failure: PathFailure | null;
}

export type DeviceState = 'starting' | 'works' | 'off' | MediaProblemReason;

export interface DeviceFacts {
  readonly camera: DeviceState;
  readonly microphone: DeviceState;
  /** How loud the recording was at its loudest, 0 to 1; null before there is one, and where it was not measured. */
  readonly voicePeak: number | null;
  /** What the person answered; null before they did. */
  readonly heardVoice: boolean | null;
  readonly heardSound: boolean | null;
}

/** Null: not known yet. */
export interface NetworkFacts {
  readonly access: Access | null;
  readonly signaling: SignalingCheck | null;
  readonly udp: UdpCheck | null;
  readonly ways: readonly WayOutcome[];
  /** Of the best way, over which `voice` and `load` were measured. */
  readonly over: RelayTransport | null;
  readonly voice: PacketStats | null;
  readonly load: LoadStats | null;
  /** What comes down alone, not through the relay; null where it was not measured, as where `load` says it all. */
  readonly download: DownloadStats | null;
  /** The page was not looked at meanwhile: browsers slow such pages down. */
  readonly wasHidden: boolean;
}

export interface Observations extends NetworkFacts {
  readonly browser: BrowserFacts;
  readonly devices: DeviceFacts;
}

export const NOTHING_YET: NetworkFacts = {
  access: null,
  signaling: null,
  udp: null,
  ways: [],
  over: null,
  voice: null,
  load: null,
  download: null,
  wasHidden: false,
};

/** Whether any way leads to the relay; null where none was tried, or some still are. */
export function reachesRelay({ ways }: NetworkFacts): boolean | null {
  if (ways.some(({ state }) => state === 'works')) return true;
  return ways.length === 0 || ways.some(({ state }) => state === 'trying') ? null : false;
}

/** The same for UDP, by whatever has shown it. */
export function wayOf({ ways }: NetworkFacts, transport: RelayTransport): WayOutcome | null {
  const those = ways.filter((way) => way.transport === transport);
  return those.find(({ state }) => state === 'works') ?? those[0] ?? null;
}
