import type { Call, EndReason, Person, VisavisError } from '@visavis/client';

import { formatClock } from '../base/duration.ts';
import type { Public } from '../base/public.ts';
import { strings } from '../strings.ts';

/** What is left of a call that is over. */
export interface EndSummary {
  readonly title: string;
  readonly detail: string;
  /** How long it stood, as a clock; null if it never did. */
  readonly clock: string | null;
  readonly peers: readonly Person[];
  readonly video: boolean;
  /** The room that it was; null if it had no name. */
  readonly room: string | null;
}

/** Puts the end of `call` into words, from this side's point of view. `peers` were the others in it. */
export function summarizeEnd(
  call: Public<Call>,
  peers: readonly Person[],
  endedByUs: boolean,
  now: number,
): EndSummary {
  const reason: EndReason = call.endReason ?? 'error';
  const room = call.room?.name ?? null;
  const side = call.direction !== 'incoming' ? 'caller' : 'called';
  const names = strings.call.with(peers.map((peer) => peer.name));
  return {
    title: endTitle(reason, side, names, endedByUs, room),
    detail: whatHappened(reason, call.error) ?? detail(reason, side, names, room),
    clock: call.connectedAt === null ? null : formatClock(now - call.connectedAt),
    peers,
    video: call.video,
    room,
  };
}

function detail(
  reason: EndReason,
  side: 'caller' | 'called',
  names: string,
  room: string | null,
): string {
  if (room !== null && reason === 'hangup') return strings.rooms.ended.detail(room);
  // Nobody else need have been there when a room was lost.
  if (reason === 'lost' && names === '') return strings.ended.detail.error[side]();
  return strings.ended.detail[reason][side](names);
}

/** What an error adds to the reason; null where it adds nothing. */
function whatHappened(reason: EndReason, error: VisavisError | null): string | null {
  if (error?.code === 'no_relay') return strings.ended.noRelay;
  if (reason === 'lost' && error?.code === 'session_lost') return strings.ended.serverRestarted;
  if (reason === 'lost' && error?.code === 'away_too_long') return strings.ended.awayTooLong;
  return reason === 'error' ? (error?.message ?? null) : null;
}

function endTitle(
  reason: EndReason,
  side: 'caller' | 'called',
  names: string,
  endedByUs: boolean,
  room: string | null,
): string {
  if (reason === 'hangup' && room !== null) return strings.rooms.ended.youLeft;
  if (reason === 'hangup')
    return endedByUs ? strings.ended.youHungUp : strings.ended.theyHungUp(names);
  return strings.ended.title[reason][side](names);
}
