/** How media gets to another participant: what the candidate pair in use says (W3C webrtc-stats). */
export interface Path {
  /** `relayed`: through a TURN server, at this end, at the other one, or at both. */
  readonly kind: 'direct' | 'relayed';
  /** Between this browser and the next hop, which is the relay or the other browser. */
  readonly protocol: 'udp' | 'tcp' | 'tls';
  readonly local: RTCIceCandidateType;
  readonly remote: RTCIceCandidateType;
}

export type Stats = RTCStats & Record<string, unknown>;
export type Report = ReadonlyMap<string, Stats>;

/**
 * The path of the pair in use; null while there is none. Which pair that is, Chromium says in the transport's stats, Firefox
 * in the pair's own `selected`; pairs of former ICE generations may still be listed as nominated.
 */
export function pathOf(report: Report): Path | null {
  const pair = pairInUse(report);
  const local = candidate(report, pair?.['localCandidateId']);
  const remote = candidate(report, pair?.['remoteCandidateId']);
  if (!local || !remote) return null;
  return {
    kind: local.type === 'relay' || remote.type === 'relay' ? 'relayed' : 'direct',
    protocol: local.protocol,
    local: local.type,
    remote: remote.type,
  };
}

/** What all candidate pairs have received so far, in bytes; null when the browser does not tell. */
export function bytesReceived(report: Report): number | null {
  const counts = pairs(report)
    .map((pair) => pair['bytesReceived'])
    .filter((bytes) => typeof bytes === 'number');
  return counts.length === 0 ? null : counts.reduce((sum, bytes) => sum + bytes);
}

function pairs(report: Report): Stats[] {
  return [...report.values()].filter(({ type }) => type === 'candidate-pair');
}

/** The candidate pair that carries everything. */
export function pairInUse(report: Report): Stats | undefined {
  for (const { type, selectedCandidatePairId: id } of report.values()) {
    if (type === 'transport' && typeof id === 'string' && report.has(id)) return report.get(id);
  }
  const candidates = pairs(report);
  return (
    candidates.find(({ selected }) => selected === true) ??
    candidates.find(
      ({ selected, nominated, state }) =>
        selected === undefined && nominated === true && state === 'succeeded',
    )
  );
}

function candidate(
  report: Report,
  id: unknown,
): { type: RTCIceCandidateType; protocol: Path['protocol'] } | null {
  const stats = typeof id === 'string' ? report.get(id) : undefined;
  const type = stats?.['candidateType'];
  if (type !== 'host' && type !== 'srflx' && type !== 'prflx' && type !== 'relay') return null;
  // `protocol` of a relay candidate is that of its far side.
  const protocol = (type === 'relay' ? stats?.['relayProtocol'] : undefined) ?? stats?.['protocol'];
  return { type, protocol: protocol === 'tcp' || protocol === 'tls' ? protocol : 'udp' };
}
