// What RFC 4787 and 8445 promise for two networks: a direct path, or only one over the relay.
import { behaviours, type Behaviour, type NatKind } from './lab/nat_kind.ts';

export type Protocol = 'udp' | 'tcp' | 'tls';

export function directIsPossible(one: NatKind, other: NatKind): boolean {
  return reaches(one, other) || reaches(other, one);
}

// Whether connectivity checks of `from` get in at `to`, which sends its own at the same time.
function reaches(from: NatKind, to: NatKind): boolean {
  const source = udpOf(from);
  const target = udpOf(to);
  if (source === null || target === null) return false;
  // The address that the target learned from the STUN server must be good for others, too.
  if (target.mapping !== 'endpoint-independent') return false;
  // The target's checks go to the address that the source learned from the STUN server. Where the source sends
  // from another port to the target, they have opened the target's filter for its address at most.
  return (
    source.mapping === 'endpoint-independent' || target.filtering !== 'address-and-port-dependent'
  );
}

function udpOf(kind: NatKind): Behaviour['udp'] {
  return behaviours[kind].udp;
}

// The ways to the relay that a network leaves open, best first.
export function waysToRelay(kind: NatKind): readonly Protocol[] {
  const { udp, tcp } = behaviours[kind];
  if (udp !== null) return ['udp', 'tcp', 'tls'];
  return tcp === 'TLS on port 443' ? ['tls'] : ['tcp', 'tls'];
}
