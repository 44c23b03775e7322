// What mapped addresses say about the NAT in front of a browser, and what they cannot say.
import type { Mapping, UdpCheck } from './check_udp.ts';

export type UdpReach = 'works' | 'blocked' | 'unknown';

/**
 * By the mapping of RFC 4787 section 4.1; how a NAT filters cannot be learned from within a browser.
 * - `none`: the machine's own address is the one that others see
 * - `same_port`: two servers saw one socket under the same port (endpoint-independent mapping): direct paths are likely
 * - `other_port`: two servers saw one socket under different ports (address-dependent mapping, "symmetric"): direct paths only to
 *   whoever is easier to reach
 * - `keeps_port`: only one server was asked, and it saw the socket's own port: most likely `same_port`
 * - `changes_port`: only one server was asked, and it saw another port: may be either
 */
export type NatKind =
  'none' | 'same_port' | 'other_port' | 'keeps_port' | 'changes_port' | 'unknown';

export function udpReach(check: UdpCheck): UdpReach {
  if (check.servers === 0) return 'unknown';
  if (check.mappings.length > 0) return 'works';
  if (lookupFailed(check)) return 'unknown';
  if (check.failures > 0 || !check.complete) return 'blocked';
  // Browsers leave a mapping out that is the machine's own address; some tell nothing at all of a server that is silent.
  return check.tellsFailures ? 'works' : 'unknown';
}

/** No server was asked, since its name could not be looked up. */
export function lookupFailed({ mappings, failures, lookupFailures }: UdpCheck): boolean {
  return mappings.length === 0 && failures > 0 && lookupFailures === failures;
}

export function natKind(check: UdpCheck): NatKind {
  const { mappings } = check;
  if (udpReach(check) !== 'works') return 'unknown';
  if (mappings.length === 0) return 'none';
  const sockets = bySocket(check);
  if (!sockets) return 'unknown';
  if (sockets.some((seen) => seen.length > 1)) return 'other_port';
  // A server that is silent is told of, and what two servers see alike is told once.
  if (check.servers > 1 && check.tellsFailures && check.failures === 0 && check.complete) {
    return mappings.every(isOwn) ? 'none' : 'same_port';
  }
  if (mappings.some(({ base }) => base === null)) return 'unknown';
  if (mappings.every(isOwn)) return 'none';
  return mappings.every(({ port, base }) => port === base?.port) ? 'keeps_port' : 'changes_port';
}

/** As what each socket was seen, without repetitions; null where it is not known which is which. */
function bySocket({ mappings, sockets }: UdpCheck): string[][] | null {
  const seen = new Map<string, Set<string>>();
  for (const mapping of mappings) {
    if (mapping.base === null && sockets > 1) return null;
    const socket = mapping.base ? `${mapping.base.address} ${mapping.base.port}` : '';
    seen.set(socket, (seen.get(socket) ?? new Set()).add(`${mapping.address} ${mapping.port}`));
  }
  return [...seen.values()].map((ports) => [...ports]);
}

const isOwn = ({ address, port, base }: Mapping): boolean =>
  base !== null && address === base.address && port === base.port;
