import type { MediaProblem } from '@visavis/client';

import { strings } from '../strings/strings.ts';

/** One sentence for each thing to do: the same trouble with both devices is told once. */
export function problemTexts(problems: readonly MediaProblem[]): readonly string[] {
  const [first, second] = problems;
  if (first && second?.reason === first.reason) {
    return [sentence(strings.media.problem.both, first)];
  }
  return problems.map((problem) => sentence(strings.media.problem[problem.kind], problem));
}

function sentence(subject: string, problem: MediaProblem): string {
  return `${subject}: ${strings.media.reason[problem.reason]}`;
}
