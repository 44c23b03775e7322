// The server dies with everybody's allocations, and comes back: a call that it relayed finds each other anew.
import { connect, hangUpAndLeave, talk } from '../fixtures/person.ts';
import type { BrowserKind } from '../driver/tab.ts';
import type { Lab } from './lab/lab.ts';
import { withPair, type Note, type Side } from './pair.ts';

export function relayedCallOutlivesARestart(
  lab: Lab,
  [caller, callee]: readonly [BrowserKind, BrowserKind],
  note: Note,
): Promise<void> {
  const behindSymmetricNat = (browser: BrowserKind): Side => ({ nat: 'symmetric', browser });
  const sides = [behindSymmetricNat(caller), behindSymmetricNat(callee)] as const;
  return withPair('restart', sides, lab, note, async (people) => {
    await connect(...people);
    await lab.restartServer();
    // Nothing of the old path is left, so what arrives now takes a new one.
    await talk(...people);
    // And the new server knows the call.
    await hangUpAndLeave(...people);
    await connect(...people);
  });
}
