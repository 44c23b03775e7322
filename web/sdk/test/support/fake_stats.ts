export interface FakeStats {
  id: string;
  type: string;
  [name: string]: unknown;
}

/** What getStats tells of the one pair of a connection, as Chromium does. */
export function statsOf(
  types: { local: RTCIceCandidateType; remote: RTCIceCandidateType },
  bytes: number,
  estimate: number | null = null,
): FakeStats[] {
  const relayProtocol = types.local === 'relay' ? { relayProtocol: 'tls' } : {};
  return [
    { id: 'transport', type: 'transport', selectedCandidatePairId: 'pair' },
    {
      id: 'pair',
      type: 'candidate-pair',
      nominated: true,
      state: 'succeeded',
      bytesReceived: Math.floor(bytes),
      ...(estimate !== null && { availableOutgoingBitrate: estimate }),
      localCandidateId: 'local',
      remoteCandidateId: 'remote',
    },
    {
      id: 'local',
      type: 'local-candidate',
      candidateType: types.local,
      protocol: 'udp',
      ...relayProtocol,
    },
    { id: 'remote', type: 'remote-candidate', candidateType: types.remote, protocol: 'udp' },
  ];
}
