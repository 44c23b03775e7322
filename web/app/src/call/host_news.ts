import type { Call } from '@visavis/client';

import type { Public } from '../base/public.ts';
import { hostWords } from '../strings/hosts.ts';

/** Tells us, once each time, that we host a room which we have not made, or do so no more. */
export class HostNews {
  readonly #off: () => void;
  #wasHost: boolean;

  constructor(call: Public<Call>, tell: (text: string) => void) {
    this.#wasHost = call.isHost;
    if (call.isHost && !call.isCreator) tell(hostWords.youAreHost);
    this.#off = call.on('rules', () => {
      const { isHost, isCreator } = call;
      if (isHost === this.#wasHost) return;
      this.#wasHost = isHost;
      // Left or sent to the door, we are told of that.
      if (call.hosts.length === 0 || isCreator) return;
      tell(isHost ? hostWords.youAreHost : hostWords.youAreNoHost);
    });
  }

  dispose(): void {
    this.#off();
  }
}
