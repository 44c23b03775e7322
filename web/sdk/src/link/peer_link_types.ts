// What a PeerLink is given, and what it tells.
import type { SelfState } from './control_message.ts';
import type { VisavisError } from '../base/errors.ts';
import type { IceSource } from './ice_servers.ts';
import type { StatsReport } from './link_connection.ts';
import type { LinkProof } from './link_proof.ts';
import type { LinkState, RemovedBy } from './participant.ts';
import type { Path } from './path.ts';
import type { Platform } from '../base/platform.ts';
import type { SignalData } from '../base/protocol.ts';
import type { LocalTracks, Slot } from '../media/slots.ts';
import type { Standing } from './standings.ts';

export interface PeerLinkEvents {
  state: LinkState;
  path: Path | null;
  track: { slot: Slot; track: MediaStreamTrack };
  /** What getStats said, every LINK_CHECK_INTERVAL_MS while the link is up. */
  stats: StatsReport;
  /** Something failed that the link is about to mend. */
  problem: VisavisError;
  /** What the other side has proven, or has still to prove. */
  trust: LinkProof['trust'];
  /** The link is given up; it has closed itself. */
  lost: VisavisError;
  /** One side does not know the room's passphrase; the link has closed itself. */
  refused: VisavisError;
  /** Too much was sent, and who has closed the link because of it; it has closed itself. */
  flooded: RemovedBy;
}

export interface PeerLinkOptions {
  platform: Platform;
  /** The side that joined later: it waits for the first offer, and never makes an ICE restart's. */
  polite: boolean;
  ice: IceSource;
  /** What both sides must prove to have before anything is sent or taken; null if there is nothing to prove here. */
  roomKey: Promise<CryptoKey> | null;
  /** What the other side may cause here, over all links to them. */
  standing: Standing;
  tracks: LocalTracks;
  media: SelfState;
  /** Takes a signal to the other side, once and in order. Called at any time until `close`. */
  send: (data: SignalData) => void;
  /** Whether what is sent arrives, sooner or later: else what stands is left alone, and may come back by itself. */
  canSend: () => boolean;
}
