import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LinkPair, type LinkSide } from '../../test/support/link_pair.ts';
import {
  FRESH_CONNECTIONS_MAX,
  REPLACEMENT_TIMEOUT_MS,
  STATE_INTERVAL_MS,
} from '../base/limits.ts';
import { deriveRoomKey } from './passphrase.ts';
import { fakeSubtle } from '../../test/support/fake_subtle.ts';

let pair: LinkPair;

beforeEach(() => {
  vi.useFakeTimers();
  pair = new LinkPair();
});
afterEach(() => {
  vi.useRealTimers();
});

const openConnections = ({ connections }: LinkSide): number =>
  connections.filter(({ signalingState }) => signalingState !== 'closed').length;

/** The first offer again, as of another connection. */
function foreignOffer(side: LinkSide, number: number): Record<string, unknown> {
  const offer = side.sent.find(({ description }) => description !== undefined);
  return { link: `foreign-${String(number)}`, generation: 1, description: offer?.['description'] };
}

/** As an app that has lost its path and makes another connection, while the other side has noticed nothing. */
function beginAnew(): void {
  pair.impolite.configuration = { ...pair.impolite.configuration, iceTransportPolicy: 'relay' };
  pair.impolite.link.reconfigure();
}

describe('a new connection of the other side', () => {
  test('takes over without a gap', async () => {
    await pair.pass(1_000);
    const heard: unknown[] = [];
    const tracks: unknown[] = [];
    pair.polite.link.control.on('data', (data) => heard.push(data));
    pair.polite.link.on('track', ({ slot }) => tracks.push(slot));
    pair.polite.events.length = 0;
    beginAnew();
    await pair.pass(2_000);
    pair.impolite.link.control.send('over the new one');
    await pair.pass(50);
    expect(pair.polite.events).toEqual([]);
    expect(heard).toEqual(['over the new one']);
    expect(tracks).toEqual(['audio', 'video', 'screen', 'screen_audio']);
    expect([openConnections(pair.polite), openConnections(pair.impolite)]).toEqual([1, 1]);
    expect(pair.polite.link.path?.kind).toBe('relayed');
  });

  test('loses nothing of what comes over it before it takes over', async () => {
    await pair.pass(1_000);
    const heard: unknown[] = [];
    pair.polite.link.chat.on('message', (data) => heard.push(data));
    pair.impolite.link.chat.on('open', () => {
      for (const text of ['one', 'two', 'three']) pair.impolite.link.chat.send(text);
    });
    beginAnew();
    await pair.pass(2_000);
    expect(heard).toEqual(['one', 'two', 'three']);
  });

  test('that does not come up leaves the one that works alone', async () => {
    await pair.pass(1_000);
    pair.polite.events.length = 0;
    pair.polite.link.receive(foreignOffer(pair.impolite, 1));
    await pair.pass(1_000);
    expect(openConnections(pair.polite)).toBe(2);
    await pair.pass(REPLACEMENT_TIMEOUT_MS);
    expect(openConnections(pair.polite)).toBe(1);
    expect([pair.polite.events, pair.polite.link.state]).toEqual([[], 'connected']);
  });

  test('is not one more each time: two at most, and twelve a minute', async () => {
    await pair.pass(1_000);
    const floods: string[] = [];
    pair.polite.standing.guard.onFlood = () => floods.push('flood');
    const before = pair.polite.connections.length;
    for (let number = 0; number < 995; number += 1) {
      pair.polite.link.receive(foreignOffer(pair.impolite, number));
      expect(openConnections(pair.polite)).toBeLessThanOrEqual(2);
    }
    expect(pair.polite.connections.length - before).toBe(FRESH_CONNECTIONS_MAX);
    expect(floods).toEqual(['flood']);
    expect(pair.polite.link.state).toBe('connected');
    await pair.pass(REPLACEMENT_TIMEOUT_MS * 2);
    expect([openConnections(pair.polite), pair.polite.link.state]).toEqual([1, 'connected']);
  });

  test('cannot be made where the browser makes none: that is told, and the one that works stays', async () => {
    await pair.pass(1_000);
    const make = vi.spyOn(pair.polite.page, 'createPeerConnection').mockImplementation(() => {
      throw new DOMException('Cannot create so many PeerConnections', 'UnknownError');
    });
    pair.polite.events.length = 0;
    pair.polite.link.receive(foreignOffer(pair.impolite, 1));
    await pair.pass(10_000);
    expect(make).toHaveBeenCalled();
    expect(pair.polite.events).toEqual(['problem: The browser makes no more connections.']);
    expect(pair.polite.link.state).toBe('connected');
  });

  test('that lasts longer than ours is told of our state, too', async () => {
    await pair.pass(1_000);
    const states: unknown[] = [];
    pair.impolite.link.control.on('media', ({ handRaised }) => states.push(handRaised));
    beginAnew();
    await pair.pass(2_000);
    expect(states).toEqual([false]);
    await pair.pass(STATE_INTERVAL_MS);
  });
});

describe('where there is a passphrase', () => {
  async function withKey(): Promise<void> {
    const key = deriveRoomKey(fakeSubtle, 'lumo-kate-rido-basu', 'open sesame');
    await key;
    pair = new LinkPair(undefined, key);
    await pair.pass(1_000);
  }

  test('a new connection takes over once it is proven, and not before', async () => {
    await withKey();
    expect(pair.polite.link.trust).toBe('proven');
    const trusts: string[] = [];
    pair.polite.link.on('trust', (trust) => trusts.push(trust));
    pair.polite.events.length = 0;
    beginAnew();
    await pair.pass(3_000);
    expect(trusts.filter((trust) => trust !== 'proven')).toEqual([]);
    expect([pair.polite.events, pair.polite.link.trust]).toEqual([[], 'proven']);
    expect(openConnections(pair.polite)).toBe(1);
    expect(pair.polite.connections).toHaveLength(2);
    const heard: unknown[] = [];
    pair.impolite.link.control.on('data', (data) => heard.push(data));
    pair.polite.link.control.send('proven');
    await pair.pass(50);
    expect(heard).toEqual(['proven']);
  });

  test('a new connection without a proof never takes over', async () => {
    await withKey();
    pair.impolite.link.control.sendProof = () => undefined;
    pair.polite.link.receive(foreignOffer(pair.impolite, 1));
    await pair.pass(REPLACEMENT_TIMEOUT_MS + 1_000);
    expect([pair.polite.link.trust, pair.polite.link.state]).toEqual(['proven', 'connected']);
    expect(openConnections(pair.polite)).toBe(1);
  });
});

test('a data channel that the other side opens of its own accord is an attack', async () => {
  await pair.pass(1_000);
  const floods: string[] = [];
  pair.polite.standing.inbound.onFlood = () => floods.push('flood');
  const { ondatachannel } = pair.polite.connection.asPeerConnection;
  ondatachannel?.call(pair.polite.connection.asPeerConnection, {} as RTCDataChannelEvent);
  expect(floods).toEqual(['flood']);
});
