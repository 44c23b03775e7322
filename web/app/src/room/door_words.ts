import { VisavisError } from '@visavis/client';

import { withoutWait } from '../base/without_wait.ts';
import { doorWords } from '../strings/door.ts';
import type { RoomEntry } from '../flow/room_entry.ts';

/** Why somebody did not get in, and what to do. */
export interface RoomProblem {
  readonly title: string;
  readonly detail: string;
}

/** Who is inside. */
export function insideInWords({ preview, unreachable }: RoomEntry): string {
  const { preview: words } = doorWords;
  if (preview === null) return unreachable ? words.noAnswer : words.looking;
  const { count, participantsMax, participants } = preview;
  if (count >= participantsMax) return words.full(count, participantsMax);
  if (count === 0) return words.nobody;
  if (participants.length < count) return words.insideCount(count);
  return words.inside(participants.map(({ name }) => name));
}

export function problemInWords(problem: Error): RoomProblem {
  const { other, pause, seats, ...known } = doorWords.problem;
  const words: Record<string, RoomProblem | undefined> = known;
  const code = 'code' in problem ? String(problem.code) : '';
  if (problem instanceof VisavisError && problem.retryAfterMs !== null)
    return pause(withoutWait(problem.message));
  // Full for this person alone.
  if (code === 'call_full' && /\bdevices\b/.test(problem.message)) return seats;
  return words[code] ?? other(problem.message);
}
