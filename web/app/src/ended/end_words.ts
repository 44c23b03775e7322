import { endedWords } from '../strings/ended.ts';
import { strings } from '../strings.ts';
import type { EndSummary } from './end_summary.ts';

/** Why a call ended, for whoever was in it. */
export function endInWords(summary: EndSummary): { title: string; detail: string } {
  const names = strings.call.with(summary.peers.map((peer) => peer.name));
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
  if (error?.code === 'no_relay') return endedWords.noRelay;
  if (reason === 'lost' && error?.code === 'session_lost') return endedWords.serverRestarted;
  if (reason === 'lost' && error?.code === 'away_too_long') return endedWords.awayTooLong;
  return reason === 'error' ? (error?.message ?? null) : null;
}

function title({ reason, side, endedByUs, room }: EndSummary, names: string): string {
  if (reason === 'hangup' && room !== null) return endedWords.room.youLeft;
  if (reason === 'hangup') return endedByUs ? endedWords.youHungUp : endedWords.theyHungUp(names);
  return strings.ended.title[reason][side](names);
}
