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

/** What goes wrong on the way between here and there, and not at the server or by somebody's will. */
const ON_THE_WAY: ReadonlySet<string> = new Set([
  'unreachable',
  'away_too_long',
  'session_lost',
  'negotiation_failed',
  'no_peer_connection',
  'connection_failed',
  'no_channel',
]);

/** Whether one's own connection may be to blame, so that it is worth a look. */
export function isWorthACheck({ reason, error, troubled }: EndSummary): boolean {
  if (troubled || reason === 'lost') return true;
  return reason === 'error' && (error === null || ON_THE_WAY.has(error.code));
}

/** The same can be tried again after a while. */
function waits(error: VisavisError): boolean {
  return error.retryAfterMs !== null;
}
