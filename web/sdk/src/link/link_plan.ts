import type { Slot } from '../media/slots.ts';

/** What one sender may send: what setParameters of W3C webrtc-pc takes. */
export interface SenderPlan {
  /** False: nothing is sent, and the receiver keeps the last picture. */
  readonly active: boolean;
  /** In bit/s, without the packets' headers. */
  readonly maxBitrate: number;
  /** Of pictures only. */
  readonly scaleResolutionDownBy?: number;
  readonly maxFramerate?: number;
  /** What is to be kept when the bitrate does not carry both. */
  readonly degradationPreference?: 'maintain-resolution' | 'balanced';
}

/** What may be sent over one link. */
export interface LinkPlan {
  readonly senders: Readonly<Record<Slot, SenderPlan>>;
  /** The camera's picture is held back because the uplink does not carry it. */
  readonly videoPaused: boolean;
}
