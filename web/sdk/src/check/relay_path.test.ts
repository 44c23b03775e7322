import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { FakeDataChannel } from '../../test/support/fake_data_channel.ts';
import { FakeIceNetwork } from '../../test/support/fake_peer_connection.ts';
import { FakePage } from '../../test/support/fake_platform.ts';
import { LOAD_BITS_PER_S_MAX, LOAD_MS, WAY_TIMEOUT_MS } from './check_limits.ts';
import { type PathFailure, RelayPath } from './relay_path.ts';
import type { RelayWay } from './relay_ways.ts';

const TURN = { urls: ['turn:calls.example:443'], username: 'u', credential: 'c' };
const WAY: RelayWay = { transport: 'udp', near: TURN, far: { ...TURN, username: 'other' } };

let network: FakeIceNetwork;
let page: FakePage;

beforeEach(() => {
  vi.useFakeTimers();
  network = new FakeIceNetwork();
  page = new FakePage({
    createWebSocket: () => {
      throw new Error('There is none.');
    },
    createPeerConnection: (configuration) => network.create(configuration).asPeerConnection,
  });
});
afterEach(() => {
  vi.useRealTimers();
});

async function open(signal?: AbortSignal): Promise<RelayPath> {
  const opening = RelayPath.open(WAY, { platform: page, ...(signal && { signal }) });
  await vi.advanceTimersByTimeAsync(1_000);
  const path = await opening;
  if (!(path instanceof RelayPath)) throw new Error(path.problem);
  return path;
}

/** The channel by which the path sends. */
function channel(): FakeDataChannel {
  const sending = network.open[0]?.channels.get(0);
  if (!sending) throw new Error('There is no channel.');
  return sending;
}

describe('a path through the relay', () => {
  it('has two ends with their own credentials, and nothing but the relay', async () => {
    await open();
    const [near, far] = network.open.map(({ configuration }) => configuration);
    expect(near).toMatchObject({ iceServers: [WAY.near], iceTransportPolicy: 'relay' });
    expect(far).toMatchObject({ iceServers: [WAY.far], iceTransportPolicy: 'relay' });
  });

  it('is closed at both ends', async () => {
    const path = await open();
    expect(path.isOpen).toBe(true);
    path.close();
    expect(path.isOpen).toBe(false);
    expect(network.open).toEqual([]);
  });

  it.each([
    ['no address was given', { up: false }, 'no_answer'],
    ['nothing comes through', { blocked: true }, 'no_path'],
  ] as const)('is given up where %s', async (_, broken, problem) => {
    Object.assign(network, broken);
    const opening = RelayPath.open(WAY, { platform: page });
    await vi.advanceTimersByTimeAsync(WAY_TIMEOUT_MS);
    expect(await opening).toEqual({ problem, errorCode: null } satisfies PathFailure);
    expect(network.open).toEqual([]);
  });

  it('is not there in a browser without peer connections', async () => {
    vi.spyOn(page, 'createPeerConnection').mockImplementation(() => {
      throw new Error('Turned off.');
    });
    expect(await RelayPath.open(WAY, { platform: page })).toMatchObject({ problem: 'unsupported' });
  });
});

describe('a voice through it', () => {
  it('is measured packet by packet', async () => {
    const path = await open();
    const measuring = path.measurePackets();
    await vi.advanceTimersByTimeAsync(3_000);
    expect(await measuring).toEqual({ sent: 100, loss: 0, delayMs: 1, jitterMs: 0 });
    expect(channel().sent).toHaveLength(100);
  });

  it('misses what is lost', async () => {
    const path = await open();
    let count = 0;
    channel().tamper = (data) => (++count % 4 === 0 ? null : data);
    const measuring = path.measurePackets();
    await vi.advanceTimersByTimeAsync(3_000);
    expect((await measuring).loss).toBe(0.25);
  });

  it('ends where the path does', async () => {
    const path = await open();
    const measuring = path.measurePackets();
    await vi.advanceTimersByTimeAsync(500);
    path.close();
    await vi.advanceTimersByTimeAsync(100);
    expect((await measuring).sent).toBeLessThan(30);
  });
});

describe('as much as it takes', () => {
  it('is what arrives', async () => {
    const path = await open();
    channel().bytesPerMs = 100;
    const measuring = path.measureLoad();
    await vi.advanceTimersByTimeAsync(LOAD_MS + 100);
    const { bitrate, capped } = await measuring;
    expect(bitrate / 800_000).toBeCloseTo(1, 1);
    expect(capped).toBe(false);
  });

  it('is not tried beyond what a call takes', async () => {
    const path = await open();
    const measuring = path.measureLoad();
    await vi.advanceTimersByTimeAsync(LOAD_MS + 100);
    const { bitrate, capped, bytesSent } = await measuring;
    expect(bitrate / LOAD_BITS_PER_S_MAX).toBeCloseTo(1, 1);
    expect(capped).toBe(true);
    expect(bytesSent).toBeLessThanOrEqual((LOAD_BITS_PER_S_MAX / 8_000) * LOAD_MS);
  });

  it('ends with the bytes that are allowed', async () => {
    const path = await open();
    const measuring = path.measureLoad(100_000);
    await vi.advanceTimersByTimeAsync(LOAD_MS + 100);
    const { bitrate, bytesSent } = await measuring;
    expect(bytesSent).toBeGreaterThan(95_000);
    expect(bytesSent).toBeLessThanOrEqual(100_000);
    expect(bitrate).toBeGreaterThan(1_000_000);
  });

  it('is given up', async () => {
    const given = new AbortController();
    const path = await open(given.signal);
    const measuring = path.measureLoad();
    await vi.advanceTimersByTimeAsync(500);
    given.abort();
    await vi.advanceTimersByTimeAsync(100);
    expect((await measuring).bytesSent).toBeLessThan(1_000_000);
  });
});
