import type { Path } from '@visavis/client';

import { callWords } from '../strings/call.ts';

/** How a call gets there, in words. */
export interface PathText {
  readonly kind: Path['kind'];
  readonly text: string;
}

/** Of a call with everybody in `paths`; null while none is known. Where some are relayed, it is relayed. */
export function pathInWords(paths: readonly Path[]): PathText | null {
  const relayed = paths.filter((path) => path.kind === 'relayed');
  const [first] = relayed;
  if (paths.length === 0) return null;
  if (!first) return { kind: 'direct', text: callWords.path.direct };
  const kind = 'relayed';
  if (relayed.length < paths.length) return { kind, text: callWords.path.partlyRelayed };
  const alike = relayed.every(({ protocol }) => protocol === first.protocol);
  return { kind, text: callWords.path.relayed(alike ? first.protocol.toUpperCase() : null) };
}
