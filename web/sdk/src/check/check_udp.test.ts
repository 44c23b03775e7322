import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { FakePage } from '../../test/support/fake_platform.ts';
import { UDP_GATHER_MS } from './check_limits.ts';
import { checkUdp, type UdpCheck } from './check_udp.ts';
import { udpReach } from './nat.ts';

const STUN = [{ urls: ['stun:calls.example:443', 'stun:calls.example:3478'] }];

/** What a peer connection does when it gathers. */
type Gathering = (connection: FakeConnection) => void;

class FakeConnection {
  onicecandidate: ((event: { candidate: object | null }) => void) | null = null;
  onicecandidateerror: ((event: { errorCode: number; errorText: string }) => void) | null = null;
  closed = false;
  readonly #gather: Gathering;

  constructor(gather: Gathering) {
    this.#gather = gather;
  }
  createDataChannel(): void {
    // Something to gather candidates for.
  }
  setLocalDescription(): Promise<void> {
    setTimeout(() => this.#gather(this), 10);
    return Promise.resolve();
  }
  close(): void {
    this.closed = true;
  }
  give(candidate: object | null): void {
    this.onicecandidate?.({ candidate: candidate && { protocol: 'udp', ...candidate } });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function check(gather: Gathering, servers: RTCIceServer[] = STUN): Promise<UdpCheck> {
  const made: FakeConnection[] = [];
  const page = new FakePage({
    createWebSocket: () => {
      throw new Error('There is none.');
    },
    createPeerConnection: () => {
      made.push(new FakeConnection(gather));
      return made[0] as unknown as RTCPeerConnection;
    },
  });
  const checking = checkUdp(servers, { platform: page });
  await vi.advanceTimersByTimeAsync(UDP_GATHER_MS + 100);
  const seen = await checking;
  expect(made.every(({ closed }) => closed)).toBe(true);
  return seen;
}

const HOST = { type: 'host', address: '192.168.1.5', port: 50_000 };
const SEEN = { type: 'srflx', address: '203.0.113.7', port: 40_000 };

it('tells as what the servers see us', async () => {
  const seen = await check((connection) => {
    connection.give(HOST);
    connection.give({ ...HOST, protocol: 'tcp', port: 9 });
    connection.give({ ...SEEN, relatedAddress: '192.168.1.5', relatedPort: 50_000 });
    connection.give(null);
  });
  expect(seen).toEqual({
    servers: 2,
    mappings: [
      { address: '203.0.113.7', port: 40_000, base: { address: '192.168.1.5', port: 50_000 } },
    ],
    sockets: 1,
    failures: 0,
    complete: true,
    lookupFailures: 0,
    errorText: null,
    tellsFailures: true,
  });
});

it.each([
  ['0.0.0.0', 0],
  ['0.0.0.0', 9],
  [null, null],
])('knows no socket by %s:%s', async (relatedAddress, relatedPort) => {
  const seen = await check((connection) => {
    connection.give({ ...SEEN, relatedAddress, relatedPort });
  });
  expect(seen.mappings).toEqual([{ address: '203.0.113.7', port: 40_000, base: null }]);
});

it('tells that nobody answers', async () => {
  const seen = await check((connection) => {
    connection.give(HOST);
    connection.onicecandidateerror?.({
      errorCode: 701,
      errorText: 'STUN binding request timed out.',
    });
  });
  expect(seen).toMatchObject({ mappings: [], failures: 1, complete: false });
});

it('tells a name that cannot be looked up from a server that is silent', async () => {
  const errorText = 'STUN host lookup received error.';
  const seen = await check((connection) => {
    connection.onicecandidateerror?.({ errorCode: 701, errorText });
    connection.give(null);
  });
  expect(seen).toMatchObject({ failures: 1, lookupFailures: 1, errorText });
  expect(udpReach(seen)).toBe('unknown');
});

it('asks nobody where there is nobody to ask', async () => {
  const gather = vi.fn();
  expect(await check(gather, [{ urls: 'turn:calls.example' }])).toMatchObject({ servers: 0 });
  expect(gather).not.toHaveBeenCalled();
});
