import type { RemoteParticipant } from '@visavis/client';

import type { Public } from '../../base/public.ts';
import { stageWords } from '../../strings/stage.ts';

/** What keeps one person from being seen and heard here; the others may be fine. */
export interface TileStatus {
  readonly text: string;
  /** Something is under way. */
  readonly busy: boolean;
  /** It may be tried again by hand. */
  readonly retry: boolean;
}

type Facts = Pick<Public<RemoteParticipant>, 'state' | 'link' | 'trust' | 'removedBy'>;

/** Null where all is well. */
export function tileStatus({ state, link, trust, removedBy }: Facts): TileStatus | null {
  const { status } = stageWords;
  const busy = (text: string): TileStatus => ({ text, busy: true, retry: false });
  if (state === 'invited') return busy(status.ringing);
  if (trust === 'refused') return { text: status.refused, busy: false, retry: false };
  switch (link) {
    case 'removed': {
      const text = removedBy === 'them' ? status.removedUs : status.removed;
      return { text, busy: false, retry: false };
    }
    case 'failed':
      return { text: status.failed, busy: false, retry: true };
    case 'disconnected':
      return busy(status.reconnecting);
    case 'new':
    case 'connecting':
      return busy(status.connecting);
    case 'connected':
      return trust === 'proving' ? busy(status.proving) : null;
  }
}
