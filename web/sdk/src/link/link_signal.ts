// What two peer links tell each other through the server, which does not look into it (PROTOCOL.md section 7).
import type { ByeReason } from './control_message.ts';
import { SDP_CANDIDATES_MAX, SDP_LINES_MAX, SDP_MEDIA_LINES_MAX } from '../base/limits.ts';
import type { SignalData } from '../base/protocol.ts';

export interface LinkSignal {
  /** The sender's connection object; a new id means that the sender starts afresh. */
  link: string;
  /** The receiver's connection object that this is meant for, once the sender knows it. */
  peer_link?: string;
  /** Counts the sender's descriptions; candidates carry the one they belong to. */
  generation?: number;
  description?: RTCSessionDescriptionInit;
  /** `null` is end-of-candidates (RFC 8838 section 8.2). */
  candidate?: RTCIceCandidateInit | null;
  /** The polite peer asks the first offerer for an ICE restart. */
  restart?: true;
  /** The sender has closed the link for good: too much came from the receiver of this. */
  closed?: ByeReason;
}

const ID_CHARS_MAX = 64;
const CANDIDATE_CHARS_MAX = 2_048;

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= ID_CHARS_MAX;
}

function isDescription(value: unknown): value is RTCSessionDescriptionInit {
  if (typeof value !== 'object' || value === null) return false;
  const { type, sdp } = value as Partial<RTCSessionDescriptionInit>;
  return (type === 'offer' || type === 'answer') && typeof sdp === 'string' && isReadable(sdp);
}

/** What a browser would have to work on for long does not get there. */
function isReadable(sdp: string): boolean {
  return (
    countOf(sdp, '\n', SDP_LINES_MAX) <= SDP_LINES_MAX &&
    countOf(sdp, '\nm=', SDP_MEDIA_LINES_MAX) <= SDP_MEDIA_LINES_MAX &&
    countOf(sdp, '\na=candidate', SDP_CANDIDATES_MAX) <= SDP_CANDIDATES_MAX
  );
}

/** How often `part` is in `text`; where that is more often than `most`, some larger number. */
function countOf(text: string, part: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0 && count <= most; at = text.indexOf(part, at + 1)) {
    count += 1;
  }
  return count;
}

function isCandidate(value: unknown): value is RTCIceCandidateInit | null {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const { candidate } = value as Partial<RTCIceCandidateInit>;
  return typeof candidate === 'string' && candidate.length <= CANDIDATE_CHARS_MAX;
}

/** Reads what came from the other side, which is not to be trusted; null when it makes no sense. */
export function parseLinkSignal(data: SignalData): LinkSignal | null {
  const { link, peer_link, generation, description, candidate, restart, closed } = data as {
    [Field in keyof LinkSignal]?: unknown;
  };
  if (!isId(link)) return null;
  const signal: LinkSignal = { link };
  if (isId(peer_link)) signal.peer_link = peer_link;
  if (restart === true) signal.restart = true;
  if (closed === 'flood') signal.closed = closed;
  if (description === undefined && candidate === undefined) {
    return signal.restart || signal.closed ? signal : null;
  }
  if (!Number.isSafeInteger(generation)) return null;
  signal.generation = generation as number;
  if (description !== undefined) {
    if (!isDescription(description)) return null;
    signal.description = { type: description.type, sdp: description.sdp ?? '' };
  } else {
    if (!isCandidate(candidate)) return null;
    signal.candidate = candidate;
  }
  return signal;
}

/** As `LinkSignal` is sent. */
export function toSignalData(signal: LinkSignal): SignalData {
  return { ...signal };
}
