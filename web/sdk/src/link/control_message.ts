// What the two sides of a peer link tell each other without the server (PROTOCOL.md section 13).
import { CONTROL_CHARS_MAX, DATA_MESSAGE_BYTES_MAX } from '../base/limits.ts';
import { parseObject } from '../base/untrusted.ts';

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
  /** The sender leaves the call; the server may be out of reach. Or closes the link, for a reason. */
  | { type: 'bye'; reason: ByeReason | null }
  /** HMAC over the connection's certificates: the sender knows the room's passphrase. 32 bytes, on the wire as base64. */
  | { type: 'proof'; mac: Uint8Array<ArrayBuffer> }
  /** The receiver's proof was right: everything the sender of this says and sends may follow. */
  | { type: 'proof_taken' }
  /** The receiver's proof was wrong, or the sender has no passphrase: the link closes. */
  | { type: 'proof_refused' }
  /** How the sender shows what we send. */
  | { type: 'view'; camera: ViewSize; screen: ViewSize }
  | { type: 'reaction'; emoji: string }
  /** An app's string. */
  | { type: 'data'; data: string };

/** Why a link is closed: the receiver of this has sent too much. */
export type ByeReason = 'flood';

/** An emoji may be several code points (families, flags); this is more than any needs. */
export const EMOJI_CHARS_MAX = 32;

export function encodeControlMessage(message: ControlMessage): string {
  if (message.type === 'proof') {
    return JSON.stringify({ type: 'proof', mac: btoa(String.fromCharCode(...message.mac)) });
  }
  if (message.type === 'bye' && message.reason === null) return '{"type":"bye"}';
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
  // A character is at least one byte; what is longer is not worth the work of reading it.
  const isData = text.startsWith('{"type":"data"');
  if (text.length > (isData ? DATA_MESSAGE_BYTES_MAX : CONTROL_CHARS_MAX)) return null;
  const message = parseObject(text);
  if (message === null) return null;
  switch (message['type']) {
    case 'bye':
      return { type: 'bye', reason: message['reason'] === 'flood' ? 'flood' : null };
    case 'alive':
    case 'proof_taken':
    case 'proof_refused':
      return { type: message['type'] };
    case 'proof':
      return parseProof(message['mac']);
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

/** 32 bytes in base64. */
const MAC = /^[A-Za-z0-9+/]{43}=$/;

function parseProof(mac: unknown): ControlMessage | null {
  if (typeof mac !== 'string' || !MAC.test(mac)) return null;
  return { type: 'proof', mac: Uint8Array.from(atob(mac), (char) => char.charCodeAt(0)) };
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
