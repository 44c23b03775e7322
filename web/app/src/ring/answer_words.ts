import type { AnswerProblem } from '../flow/incoming_calls.ts';
import { ringWords } from '../strings/ring.ts';

/** What went wrong with the answer to a call. */
export function answerProblemInWords({ call, wanted, error }: AnswerProblem): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (wanted === 'accept') return code === 'no_relay' ? ringWords.noRelay : ringWords.failed;
  const { addFailed } = ringWords;
  if (code === 'call_full') return addFailed.call_full;
  if (code === 'not_host') return addFailed.not_host;
  return addFailed.other(call.from?.name ?? '');
}
