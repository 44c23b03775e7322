import type { LocalMedia } from './local_media.ts';

/**
 * - `calling`: the server was asked
 * - `ringing`: it rings there (outgoing) or here (incoming)
 * - `connecting`: accepted, and no link is up yet
 * - `connected`: media flows with everyone who has joined
 * - `reconnecting`: a link was up and is down now
 */
export type CallState =
  'calling' | 'ringing' | 'connecting' | 'connected' | 'reconnecting' | 'ended';

/** What we send, and whether that includes video. */
export interface MediaOptions {
  media: LocalMedia;
  /** False turns the camera off first; it can be turned on during the call. Default true. */
  video?: boolean;
}
