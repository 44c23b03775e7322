import type { Call } from './call.ts';
import type { VisavisError } from '../base/errors.ts';
import type { Answer } from '../signaling/pending_requests.ts';
import type { Platform } from '../base/platform.ts';
import type { Request } from '../base/protocol.ts';
import type { RoomTokenStore } from '../room/room_token_store.ts';

/** What a call needs of its client. */
export interface CallContext {
  readonly platform: Platform;
  /** Whether a message would leave at once. */
  readonly signalingUp: boolean;
  /** For what has none of its own. */
  iceServers(): readonly RTCIceServer[];
  readonly iceTransportPolicy: RTCIceTransportPolicy;
  readonly dataSaver: boolean;
  /** Who we are; null before the first welcome. */
  readonly user: string | null;
  readonly roomTokens: Pick<RoomTokenStore, 'get' | 'keep' | 'forget'>;
  post(message: Request, onError?: (error: VisavisError) => void): void;
  request(message: Request, onAnswer: (answer: Answer) => void): void;
  /** Whether we are in another call than this, or on our way into one. */
  isInAnother(call: Call): boolean;
  /** The call is about to be accepted: we knock nowhere else any more. */
  joining(): void;
  /** The call has its id. May end another Call object that stood for it. */
  started(call: Call, id: string): void;
  /** The server does not know us in the call of this id any more; we are on our way back into its room. */
  leftBehind(call: Call, id: string): void;
  /** It ended without a word of the server, which should come soon; else the server is to be told. */
  farewell(id: string): void;
  ended(call: Call): void;
}
