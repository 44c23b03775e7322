import type { Call, EndReason, Person, VisavisError } from '@visavis/client';

import { formatClock } from '../base/duration.ts';
import type { Public } from '../base/public.ts';

/** What is left of a call that is over, from this side's point of view. */
export interface EndSummary {
  readonly reason: EndReason;
  /** The last thing that went wrong; null if nothing did. */
  readonly error: VisavisError | null;
  readonly side: 'caller' | 'called';
  readonly endedByUs: boolean;
  /** The connection was bad while it stood. */
  readonly troubled: boolean;
  /** How long it stood, as a clock; null if it never did. */
  readonly clock: string | null;
  /** The others in it. */
  readonly peers: readonly Person[];
  readonly video: boolean;
  /** The room that it was; null if it had no name. */
  readonly room: string | null;
}

export function summarizeEnd(
  call: Public<Call>,
  peers: readonly Person[],
  { endedByUs, troubled }: Pick<EndSummary, 'endedByUs' | 'troubled'>,
  now: number,
): EndSummary {
  return {
    reason: call.endReason ?? 'error',
    error: call.error,
    side: call.direction !== 'incoming' ? 'caller' : 'called',
    endedByUs,
    troubled,
    clock: call.connectedAt === null ? null : formatClock(now - call.connectedAt),
    peers,
    video: call.video,
    room: call.room?.name ?? null,
  };
}
