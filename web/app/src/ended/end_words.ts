import type { VisavisError } from '@visavis/client';

import { withoutWait } from '../base/without_wait.ts';
import { endedWords } from '../strings/ended.ts';
import { callWords } from '../strings/call.ts';
import type { EndSummary } from './end_summary.ts';

/** Why a call ended, for whoever was in it. */
export function endInWords(summary: EndSummary): { title: string; detail: string } {
  const names = callWords.with(summary.peers.map((peer) => peer.name));
  return { title: title(summary, names), detail: whatHappened(summary) ?? detail(summary, names) };
}

function detail({ reason, side, room }: EndSummary, names: string): string {
  if (room !== null && reason === 'hangup') return endedWords.room.detail(room);
  // Nobody else need have been there when a room was lost.
  if (reason === 'lost' && names === '') return endedWords.detail.error[side]();
  return endedWords.detail[reason][side](names);
}

/** What an error adds to the reason; null where it adds nothing. */
function whatHappened({ reason, error }: EndSummary): string | null {
  if (error !== null && waits(error)) return withoutWait(error.message);
  if (error?.code === 'no_relay') return endedWords.noRelay;
  if (reason === 'lost' && error?.code === 'session_lost') return endedWords.serverRestarted;
  if (reason === 'lost' && error?.code === 'away_too_long') return endedWords.awayTooLong;
  return reason === 'error' ? (error?.message ?? null) : null;
}

function title({ reason, side, endedByUs, room, error }: EndSummary, names: string): string {
  if (reason === 'hangup' && room !== null) return endedWords.room.youLeft;
  if (reason === 'hangup') return endedByUs ? endedWords.youHungUp : endedWords.theyHungUp(names);
  if (error !== null && waits(error)) return endedWords.notRung;
  return endedWords.title[reason][side](names);
}

/** The same can be tried again after a while. */
function waits(error: VisavisError): boolean {
  return error.retryAfterMs !== null;
}
