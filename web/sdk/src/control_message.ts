// What the two sides of a peer link tell each other without the server (PROTOCOL.md section 12).
import { DATA_MESSAGE_BYTES_MAX } from './limits.ts';

/** What somebody tells about themselves; absent fields of older clients are taken as false. */
export interface SelfState {
  readonly microphoneMuted: boolean;
  /** No camera picture is sent. */
  readonly cameraOff: boolean;
  /** A screen is sent as well. */
  readonly sharing: boolean;
  readonly handRaised: boolean;
  /** The camera is on, but its picture is held back on this link: the sender's uplink does not carry it. */
  readonly videoPaused: boolean;
}

export const SELF_STATE: SelfState = {
  microphoneMuted: false,
  cameraOff: false,
  sharing: false,
  handRaised: false,
  videoPaused: false,
};

/** How large the receiver shows a picture: the sender sends accordingly. `hidden`: not at all. */
export type ViewSize = 'large' | 'small' | 'hidden';

// Text messages are JSON; a binary message is an app's ArrayBuffer as it is.
export type ControlMessage =
  | { type: 'media'; state: SelfState }
  /** So that silence means a dead path, even when nobody sends audio or video. */
  | { type: 'alive' }
  /** The sender leaves the call; the server may be out of reach. */
  | { type: 'bye' }
  /** How the sender shows what we send. */
  | { type: 'view'; camera: ViewSize; screen: ViewSize }
  | { type: 'reaction'; emoji: string }
  /** An app's string. */
  | { type: 'data'; data: string };

/** An emoji may be several code points (families, flags); this is more than any needs. */
export const EMOJI_CHARS_MAX = 32;

export function encodeControlMessage(message: ControlMessage): string {
  if (message.type !== 'media') return JSON.stringify(message);
  const { state } = message;
  return JSON.stringify({
    type: 'media',
    microphone_muted: state.microphoneMuted,
    camera_off: state.cameraOff,
    sharing: state.sharing,
    hand_raised: state.handRaised,
    video_paused: state.videoPaused,
  });
}

/** Reads what came from the other side, which is not to be trusted; null when it makes no sense. */
export function parseControlMessage(text: string): ControlMessage | null {
  // A character is at least one byte; what is longer was not sent by us.
  if (text.length > DATA_MESSAGE_BYTES_MAX) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const message = value as { type?: unknown } & Record<string, unknown>;
  switch (message.type) {
    case 'alive':
    case 'bye':
      return { type: message.type };
    case 'data':
      return typeof message['data'] === 'string' ? { type: 'data', data: message['data'] } : null;
    case 'media':
      return parseSelfState(message);
    case 'view': {
      const { camera, screen } = message;
      return isViewSize(camera) && isViewSize(screen) ? { type: 'view', camera, screen } : null;
    }
    case 'reaction': {
      const { emoji } = message;
      const fits = typeof emoji === 'string' && emoji.length > 0 && emoji.length <= EMOJI_CHARS_MAX;
      return fits ? { type: 'reaction', emoji } : null;
    }
    default:
      return null;
  }
}

function parseSelfState(message: Record<string, unknown>): ControlMessage | null {
  const { microphone_muted, camera_off } = message;
  if (typeof microphone_muted !== 'boolean' || typeof camera_off !== 'boolean') return null;
  return {
    type: 'media',
    state: {
      microphoneMuted: microphone_muted,
      cameraOff: camera_off,
      sharing: message['sharing'] === true,
      handRaised: message['hand_raised'] === true,
      videoPaused: message['video_paused'] === true,
    },
  };
}

function isViewSize(value: unknown): value is ViewSize {
  return value === 'large' || value === 'small' || value === 'hidden';
}
