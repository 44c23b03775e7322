import { describe, expect, test } from 'vitest';
import { bytesReceived, pathOf } from './path.ts';

type Entry = { id: string; type: string } & Record<string, unknown>;
type Report = Parameters<typeof pathOf>[0];

const report = (...entries: Entry[]): Report =>
  new Map(entries.map((entry) => [entry.id, entry])) as unknown as Report;
const local = (id: string, fields: object): Entry => ({ id, type: 'local-candidate', ...fields });
const remote = (id: string, fields: object): Entry => ({ id, type: 'remote-candidate', ...fields });
const pair = (id: string, fields: object): Entry => ({
  id,
  type: 'candidate-pair',
  nominated: true,
  state: 'succeeded',
  localCandidateId: 'L',
  remoteCandidateId: 'R',
  ...fields,
});

const host = { candidateType: 'host', protocol: 'udp' };
const relayOver = (relayProtocol: string): object => ({
  candidateType: 'relay',
  protocol: 'udp',
  relayProtocol,
});

describe('Chromium, whose transport names the pair in use', () => {
  const transport = { id: 'T', type: 'transport', selectedCandidatePairId: 'P2' };

  test('among pairs of former ICE generations', () => {
    const path = pathOf(
      report(
        pair('P1', { localCandidateId: 'L', remoteCandidateId: 'R' }),
        pair('P2', { localCandidateId: 'L2', remoteCandidateId: 'R' }),
        transport,
        local('L', relayOver('udp')),
        local('L2', host),
        remote('R', { candidateType: 'prflx', protocol: 'udp' }),
      ),
    );
    expect(path).toEqual({ kind: 'direct', protocol: 'udp', local: 'host', remote: 'prflx' });
  });

  test.each(['udp', 'tcp', 'tls'] as const)('a relay reached over %s', (protocol) => {
    const path = pathOf(
      report(transport, pair('P2', {}), local('L', relayOver(protocol)), remote('R', host)),
    );
    expect(path).toEqual({ kind: 'relayed', protocol, local: 'relay', remote: 'host' });
  });

  test('a relay at the other end alone', () => {
    const path = pathOf(
      report(transport, pair('P2', {}), local('L', host), remote('R', relayOver('tcp'))),
    );
    expect(path).toEqual({ kind: 'relayed', protocol: 'udp', local: 'host', remote: 'relay' });
  });
});

describe('Firefox, whose pair says that it is selected', () => {
  test('among nominated ones', () => {
    const path = pathOf(
      report(
        pair('P1', { selected: false }),
        pair('P2', { selected: true, localCandidateId: 'L2' }),
        local('L', host),
        local('L2', relayOver('tls')),
        remote('R', { candidateType: 'relay', protocol: 'udp' }),
      ),
    );
    expect(path).toEqual({ kind: 'relayed', protocol: 'tls', local: 'relay', remote: 'relay' });
  });

  test('not yet', () => {
    expect(
      pathOf(report(pair('P1', { selected: false }), local('L', host), remote('R', host))),
    ).toBeNull();
  });
});

test('another browser: the pair that is nominated and works', () => {
  const path = pathOf(
    report(
      pair('P1', { state: 'in-progress', localCandidateId: 'none' }),
      pair('P2', { nominated: false, localCandidateId: 'none' }),
      pair('P3', {}),
      local('L', { candidateType: 'srflx', protocol: 'tcp' }),
      remote('R', host),
    ),
  );
  expect(path).toEqual({ kind: 'direct', protocol: 'tcp', local: 'srflx', remote: 'host' });
});

test('nothing is made up where stats are missing', () => {
  expect(pathOf(report())).toBeNull();
  expect(pathOf(report(pair('P', {})))).toBeNull();
  expect(
    pathOf(report(pair('P', {}), local('L', { candidateType: 'new' }), remote('R', host))),
  ).toBeNull();
});

test('received bytes are those of all pairs, where they are told', () => {
  expect(bytesReceived(report(pair('P1', {}), remote('R', host)))).toBeNull();
  expect(
    bytesReceived(report(pair('P1', { bytesReceived: 2 }), pair('P2', { bytesReceived: 3 }))),
  ).toBe(5);
});
