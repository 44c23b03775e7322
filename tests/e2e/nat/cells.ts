// Which cells there are.
import type { BrowserKind } from '../driver/tab.ts';
import type { Cell } from './cell.ts';
import { natKinds, type NatKind } from './lab/nat_kind.ts';
import type { Side } from './pair.ts';

type Pair = readonly [NatKind, NatKind];

function cellsOf(pairs: readonly Pair[], caller: BrowserKind, callee: BrowserKind): Cell[] {
  const side = (nat: NatKind, browser: BrowserKind): Side => ({ nat, browser });
  return pairs.map(([one, other]) => ({ caller: side(one, caller), callee: side(other, callee) }));
}

const everyPair = natKinds.flatMap((one, index) =>
  natKinds.slice(index).map((other): Pair => [one, other]),
);
// Each kind once and more, in pairs where the other browser may do something else.
const tellingPairs: readonly Pair[] = [
  ['none', 'none'],
  ['full-cone', 'symmetric'],
  ['address-restricted', 'symmetric'],
  ['port-restricted', 'port-restricted'],
  ['port-restricted', 'symmetric'],
  ['symmetric', 'symmetric'],
  ['udp-blocked', 'none'],
  ['udp-blocked', 'udp-blocked'],
  ['tcp-443', 'symmetric'],
  ['tls-443', 'port-restricted'],
  ['tls-443', 'tls-443'],
];

export const matrix: readonly Cell[] = [
  ...cellsOf(everyPair, 'chromium', 'chromium'),
  ...cellsOf(tellingPairs, 'chromium', 'firefox'),
  ...cellsOf(tellingPairs, 'firefox', 'chromium'),
  ...cellsOf(tellingPairs, 'firefox', 'firefox'),
];

// One cell for each way that media may go, and the other browser.
export const shortForm: readonly Cell[] = [
  ...cellsOf([['port-restricted', 'port-restricted']], 'chromium', 'chromium'), // direct
  ...cellsOf([['symmetric', 'symmetric']], 'chromium', 'chromium'), // relay over UDP
  ...cellsOf([['udp-blocked', 'udp-blocked']], 'chromium', 'chromium'), // relay over TCP
  ...cellsOf([['tls-443', 'tls-443']], 'chromium', 'chromium'), // relay over TLS
  ...cellsOf([['tcp-443', 'port-restricted']], 'chromium', 'firefox'), // mixed
  ...cellsOf([['symmetric', 'port-restricted']], 'firefox', 'firefox'),
];
