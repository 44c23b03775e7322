import type { Away } from '../signaling/absence.ts';
import type { LocalMedia } from '../media/local_media.ts';

/**
 * - `calling`: the server was asked
 * - `waiting`: we knock at a room
 * - `ringing`: it rings there (outgoing) or here (incoming)
 * - `alone`: in a room, and nobody else is, or none who knows its passphrase
 * - `connecting`: accepted, and no link is up yet
 * - `connected`: media flows with someone; each participant's `link` tells whether with them
 * - `reconnecting`: a link was up, and none is now; or we were away from the server for too long and are on our way
 *   back into the room
 */
export type CallState =
  | 'calling'
  | 'waiting'
  | 'ringing'
  | 'alone'
  | 'connecting'
  | 'connected'
  | 'reconnecting'
  | 'ended';

/** The server knows nothing of our calls any more. */
export interface SessionLoss extends Away {
  /** It knows nothing of anybody's. */
  readonly serverRestarted: boolean;
}

/** What we send, and whether that includes video. */
export interface MediaOptions {
  media: LocalMedia;
  /** False turns the camera off first; it can be turned on during the call. Default true. */
  video?: boolean;
}

/** How we enter a room. */
export interface RoomOptions extends MediaOptions {
  /** If we are the one who makes it: others must knock. Default false. */
  knock?: boolean;
  /** Whoever else is in the room must prove to know it, and we to them. Default null: nobody proves anything. */
  passphrase?: string | null;
}
