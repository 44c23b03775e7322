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
}

/** Puts the end of `call` into words, from this side's point of view. `peers` were the others in it. */
export function summarizeEnd(
  call: Public<Call>,
  peers: readonly Person[],
  endedByUs: boolean,
  now: number,
): EndSummary {
  const reason: EndReason = call.endReason ?? 'error';
  const side = call.direction === 'outgoing' ? 'caller' : 'called';
  const names = strings.call.with(peers.map((peer) => peer.name));
  return {
    title: endTitle(reason, side, names, endedByUs),
    detail: whatHappened(reason, call.error) ?? strings.ended.detail[reason][side](names),
    clock: call.connectedAt === null ? null : formatClock(now - call.connectedAt),
    peers,
    video: call.video,
  };
}

/** What an error adds to the reason; null where it adds nothing. */
function whatHappened(reason: EndReason, error: VisavisError | null): string | null {
  if (error?.code === 'no_relay') return strings.ended.noRelay;
  if (reason === 'lost' && error?.code === 'session_lost') return strings.ended.serverRestarted;
  return reason === 'error' ? (error?.message ?? null) : null;
}

function endTitle(
  reason: EndReason,
  side: 'caller' | 'called',
  names: string,
  endedByUs: boolean,
): string {
  if (reason === 'hangup')
    return endedByUs ? strings.ended.youHungUp : strings.ended.theyHungUp(names);
  return strings.ended.title[reason][side](names);
}
