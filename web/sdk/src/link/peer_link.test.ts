import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { LinkPair, type LinkSide } from '../../test/support/link_pair.ts';
import { CANDIDATES_MAX, KEPT_CANDIDATES_MAX } from '../base/limits.ts';

let pair: LinkPair;

beforeEach(() => {
  vi.useFakeTimers();
  pair = new LinkPair();
});

afterEach(() => {
  vi.useRealTimers();
});

const offers = (history: string[]): number =>
  history.filter((entry) => entry === 'local offer').length;

describe('setting up', () => {
  test('the impolite side offers, the polite side answers, and nobody asks twice', async () => {
    await pair.pass(500);
    expect(pair.impolite.events).toEqual(['connecting', 'connected']);
    expect(pair.polite.events).toEqual(['connecting', 'connected']);
    expect(offers(pair.impolite.connection.history)).toBe(1);
    expect(offers(pair.polite.connection.history)).toBe(0);
    expect(pair.polite.sent[0]?.['description']).toMatchObject({ type: 'answer' });
  });

  test('both sides send audio and video on the m-lines of the first offer, with room for screens', async () => {
    await pair.pass(500);
    for (const { connection, tracks } of [pair.impolite, pair.polite]) {
      const lines = connection.getTransceivers();
      expect(lines.map(({ kind, direction }) => [kind, direction])).toEqual([
        ['audio', 'sendrecv'],
        ['video', 'sendrecv'],
        ['video', 'sendrecv'],
        ['audio', 'sendrecv'],
      ]);
      expect(lines.map(({ sender }) => sender.track)).toEqual([
        tracks.audio,
        tracks.video,
        null,
        null,
      ]);
    }
  });

  test('candidates that come before their description are kept', async () => {
    const held: (() => void)[] = [];
    const { deliver } = pair.impolite;
    pair.impolite.deliver = (data) => {
      if (data['description']) setTimeout(() => deliver(data), 400);
      else deliver(data);
    };
    await pair.pass(300);
    expect(held).toEqual([]);
    expect(pair.polite.connection.history).toEqual([]);
    await pair.pass(500);
    expect(pair.polite.connection.history).toEqual([
      'remote offer',
      'candidate',
      'end of candidates',
      'local answer',
    ]);
    expect(pair.polite.link.state).toBe('connected');
  });

  test('no more candidates are kept than the limit says', async () => {
    pair.impolite.deliver = () => undefined;
    await pair.pass(50);
    const [offer, candidate] = pair.impolite.sent;
    for (let i = 0; i < KEPT_CANDIDATES_MAX + 50; i += 1) pair.polite.link.receive(candidate!);
    pair.polite.link.receive(offer!);
    await pair.pass(KEPT_CANDIDATES_MAX * 2);
    const { history } = pair.polite.connection;
    expect(history.filter((entry) => entry === 'candidate')).toHaveLength(KEPT_CANDIDATES_MAX);
  });

  test('no more candidates of one description reach the browser than the limit says', async () => {
    await pair.pass(500);
    const candidate = pair.impolite.sent.find((signal) => signal['candidate']);
    const { history } = pair.polite.connection;
    for (let i = 0; i < CANDIDATES_MAX * 3; i += 1) pair.polite.link.receive(candidate!);
    await pair.pass(CANDIDATES_MAX * 4);
    expect(history.filter((entry) => entry === 'candidate').length).toBeLessThanOrEqual(
      CANDIDATES_MAX,
    );
    expect(pair.polite.link.state).toBe('connected');
  });

  test('the end of candidates is told to both', async () => {
    await pair.pass(500);
    for (const { sent, connection } of [pair.impolite, pair.polite]) {
      expect(sent.filter(({ candidate }) => candidate === null)).toHaveLength(1);
      expect(connection.history).toContain('end of candidates');
    }
  });

  test('signals that make no sense are dropped', async () => {
    for (const data of [
      {},
      { link: 5 },
      { link: 'x' },
      { link: 'x', generation: 1, description: { type: 'rollback' } },
      { link: 'x', generation: 'one', candidate: null },
      { link: 'x', generation: 1, candidate: 'candidate' },
      { link: 'x'.repeat(65), restart: true },
    ]) {
      pair.polite.link.receive(data);
    }
    await pair.pass(500);
    expect(pair.polite.events).toEqual(['connecting', 'connected']);
  });
});

describe('glare', () => {
  test('both offer at once: the impolite one goes on, the polite one rolls back and answers', async () => {
    await pair.pass(500);
    // Something only a negotiation can settle, on both sides at the same moment.
    pair.impolite.connection.addTransceiver('video', { direction: 'sendrecv' });
    pair.polite.connection.addTransceiver('audio', { direction: 'sendrecv' });
    await pair.pass(500);
    expect(pair.polite.connection.history).toContain('rollback');
    expect(pair.impolite.connection.history).not.toContain('rollback');
    expect(pair.impolite.connection.signalingState).toBe('stable');
    expect(pair.polite.connection.signalingState).toBe('stable');
    expect([...pair.impolite.events, ...pair.polite.events]).not.toContainEqual(
      expect.stringContaining('problem'),
    );
    expect(pair.impolite.link.state).toBe('connected');
  });

  test('an answer that nobody waits for changes nothing', async () => {
    await pair.pass(500);
    const answer = pair.polite.sent.find(({ description }) => description)!;
    pair.impolite.link.receive(answer);
    await pair.pass(500);
    expect(pair.impolite.events).toEqual(['connecting', 'connected']);
  });
});

describe('coming back', () => {
  test('only the first offerer restarts; the other asks it to', async () => {
    await pair.pass(500);
    pair.ice.change();
    pair.polite.link.networkChanged();
    await pair.pass(300);
    expect(pair.polite.sent.at(-1)).not.toHaveProperty('candidate.candidate', '');
    expect(pair.polite.sent.some(({ restart }) => restart === true)).toBe(true);
    expect(pair.impolite.connection.history).toContain('restartIce');
    expect(pair.polite.connection.history).not.toContain('restartIce');
    await pair.pass(2_000);
    expect(pair.impolite.link.state).toBe('connected');
    expect(offers(pair.polite.connection.history)).toBe(0);
  });

  test('when both notice at once, one restart is made', async () => {
    await pair.pass(500);
    pair.ice.change();
    pair.impolite.link.networkChanged();
    pair.polite.link.networkChanged();
    await pair.pass(1_500);
    const restarts = pair.impolite.connection.history.filter((entry) => entry === 'restartIce');
    expect(restarts).toHaveLength(1);
    expect(pair.polite.link.state).toBe('connected');
  });

  test('a restart that was not needed is not repeated', async () => {
    await pair.pass(500);
    pair.impolite.link.networkChanged();
    await pair.pass(60_000);
    const restarts = pair.impolite.connection.history.filter((entry) => entry === 'restartIce');
    expect(restarts).toHaveLength(1);
    expect(pair.impolite.events).toEqual(['connecting', 'connected']);
  });

  test('late candidates of an earlier generation are dropped', async () => {
    await pair.pass(500);
    const late = pair.impolite.sent.find(({ candidate }) => candidate)!;
    pair.impolite.link.networkChanged();
    await pair.pass(500);
    const before = pair.polite.connection.history.length;
    pair.polite.link.receive(late);
    await pair.pass(500);
    expect(pair.polite.connection.history).toHaveLength(before);
  });

  test('an offer that takes long to arrive does not keep the restart from happening', async () => {
    await pair.pass(500);
    pair.ice.change();
    const { deliver } = pair.impolite;
    // Signaling is away for three seconds: what is sent waits, as the outbox keeps it.
    pair.impolite.deliver = (data) => void setTimeout(() => deliver(data), 3_000);
    pair.impolite.link.networkChanged();
    await pair.pass(3_000);
    pair.impolite.deliver = deliver;
    pair.impolite.link.signalingBack();
    await pair.pass(3_000);
    expect([pair.impolite.link.state, pair.polite.link.state]).toEqual(['connected', 'connected']);
    expect(pair.impolite.connections).toHaveLength(1);
  });

  test('when ICE restarts do not help, the connection is made anew on both sides', async () => {
    await pair.pass(500);
    pair.ice.cut();
    await pair.pass(24_000);
    pair.ice.mend();
    await pair.pass(10_000);
    expect([pair.impolite.link.state, pair.polite.link.state]).toEqual(['connected', 'connected']);
    for (const { connections } of [pair.impolite, pair.polite]) {
      expect(connections.length).toBeGreaterThan(1);
      expect(connections.slice(0, -1).every((pc) => pc.signalingState === 'closed')).toBe(true);
    }
    expect(pair.polite.connections).toHaveLength(pair.impolite.connections.length);
  });

  test('is given up after thirty seconds, and everything is closed', async () => {
    await pair.pass(500);
    pair.ice.cut();
    await pair.pass(40_000);
    expect(pair.impolite.events.slice(-2)).toEqual(['failed', 'lost']);
    expect(pair.polite.events.slice(-2)).toEqual(['failed', 'lost']);
    expect(pair.ice.open).toEqual([]);
  });

  test('what a former connection still sends is dropped', async () => {
    await pair.pass(500);
    const former = pair.polite.sent.find(({ description }) => description)!;
    pair.ice.cut();
    await pair.pass(24_000);
    pair.ice.mend();
    await pair.pass(10_000);
    const before = pair.impolite.connection.history.length;
    pair.impolite.link.receive(former);
    await pair.pass(100);
    expect(pair.impolite.connection.history).toHaveLength(before);
    expect(pair.impolite.link.state).toBe('connected');
  });
});

describe('the ICE configuration', () => {
  const fresh = {
    iceServers: [{ urls: 'turn:relay.example.org', username: 'fresh', credential: 'x' }],
    iceTransportPolicy: 'all' as const,
  };
  const fetchIn = (side: LinkSide, ms: number): void => {
    let renewal: Promise<void> | null = null;
    side.renew = () =>
      (renewal ??=
        side.configuration === fresh
          ? null
          : new Promise((resolve) => {
              setTimeout(() => {
                side.configuration = fresh;
                renewal = null;
                resolve();
              }, ms);
            }));
  };

  test('is renewed on both sides before an ICE restart, and nobody waits twice', async () => {
    await pair.pass(500);
    for (const side of [pair.impolite, pair.polite]) {
      expect(side.connection.configuration.iceServers).not.toEqual(fresh.iceServers);
      fetchIn(side, 200);
    }
    pair.ice.change();
    pair.polite.link.networkChanged(); // both ask at once; the answer's servers are there before the offer
    await pair.pass(10 + 200 + 100);
    for (const { connection, link } of [pair.impolite, pair.polite]) {
      expect(connection.configuration.iceServers).toEqual(fresh.iceServers);
      expect(connection.configuration.bundlePolicy).toBe('max-bundle');
      expect(link.state).toBe('connected');
    }
    const { history } = pair.impolite.connection;
    expect(history.indexOf('setConfiguration')).toBe(history.indexOf('restartIce') - 1);
    const answered = pair.polite.connection.history;
    expect(answered.indexOf('setConfiguration')).toBe(answered.lastIndexOf('local answer') - 1);
    expect(pair.impolite.connections).toHaveLength(1);
  });

  test('is that of a connection made anew, too', async () => {
    await pair.pass(500);
    pair.ice.cut();
    await pair.pass(5_000);
    fetchIn(pair.impolite, 200);
    fetchIn(pair.polite, 200);
    await pair.pass(19_000);
    pair.ice.mend();
    await pair.pass(10_000);
    expect(pair.impolite.connections.length).toBeGreaterThan(1);
    for (const { connection, link } of [pair.impolite, pair.polite]) {
      expect(connection.configuration.iceServers).toEqual(fresh.iceServers);
      expect(link.state).toBe('connected');
    }
  });

  test('an offer that comes while the answer to another waits is the one that is answered', async () => {
    await pair.pass(500);
    fetchIn(pair.polite, 400);
    pair.impolite.link.networkChanged();
    await pair.pass(100);
    const offer = pair.impolite.sent.findLast(({ description }) => description)!;
    pair.polite.link.receive({ ...offer, generation: Number(offer['generation']) + 1 });
    await pair.pass(1_000);
    expect(offers(pair.polite.connection.history)).toBe(0);
    expect(pair.polite.connection.signalingState).toBe('stable');
    expect(pair.polite.events).toEqual(['connecting', 'connected']);
  });

  test('closing while it is renewed starts nothing', async () => {
    await pair.pass(500);
    fetchIn(pair.impolite, 200);
    pair.impolite.link.networkChanged();
    pair.impolite.link.close();
    await pair.pass(1_000);
    expect(pair.impolite.connection.history).not.toContain('restartIce');
    expect(pair.impolite.connections).toHaveLength(1);
  });

  for (const changed of ['impolite', 'polite'] as const) {
    test(`relayed only, wished by the ${changed} side, makes the connection anew`, async () => {
      await pair.pass(500);
      expect(pair[changed].link.path).toMatchObject({ kind: 'direct', local: 'host' });
      const paths: unknown[] = [];
      pair[changed].link.on('path', (path) => paths.push(path));
      pair[changed].configuration = { ...fresh, iceTransportPolicy: 'relay' };
      pair[changed].link.reconfigure();
      await pair.pass(1_000);
      const own = { kind: 'relayed', protocol: 'tls', local: 'relay', remote: 'host' };
      expect(paths).toEqual([null, own]);
      const other = pair[changed === 'polite' ? 'impolite' : 'polite'];
      expect(other.link.path).toMatchObject({ kind: 'relayed', protocol: 'udp', remote: 'relay' });
      await pair.pass(10_000);
      for (const { connections, link } of [pair.impolite, pair.polite]) {
        expect(connections).toHaveLength(2);
        expect(link.state).toBe('connected');
      }
      expect(offers(pair.polite.connection.history)).toBe(0);
      expect(offers(pair.impolite.connection.history)).toBe(1);
    });
  }

  test('any path again is found by an ICE restart', async () => {
    pair = new LinkPair({ ...fresh, iceTransportPolicy: 'relay' });
    await pair.pass(500);
    expect(pair.polite.link.path?.local).toBe('relay');
    pair.polite.configuration = { ...fresh, iceTransportPolicy: 'all' };
    pair.polite.link.reconfigure();
    await pair.pass(1_000);
    expect(pair.polite.link.path?.local).toBe('host');
    expect(pair.polite.events).toEqual(['connecting', 'connected']);
    expect(pair.polite.connections).toHaveLength(1);
  });

  test('the wish is said again when the other side has just restarted for another reason', async () => {
    await pair.pass(500);
    pair.impolite.link.networkChanged();
    await pair.pass(300); // answered, with the configuration as it was
    pair.polite.configuration = fresh;
    pair.polite.link.reconfigure();
    const answers = (): number =>
      pair.polite.connection.history.filter((entry) => entry === 'local answer').length;
    await pair.pass(500);
    expect(answers()).toBe(2);
    await pair.pass(3_000);
    expect(answers()).toBe(3);
    await pair.pass(60_000);
    expect(answers()).toBe(3);
  });

  test('a wish that nobody can grant does not end a link that stands', async () => {
    await pair.pass(500);
    pair.polite.deliver = (data) => {
      if (!data['restart']) throw new Error('nothing else is to be said');
    };
    pair.polite.link.reconfigure();
    await pair.pass(120_000);
    expect(pair.polite.link.state).toBe('connected');
    expect(pair.polite.sent.filter(({ restart }) => restart).length).toBeLessThanOrEqual(10);
  });
});

describe('when nothing that is sent arrives', () => {
  beforeEach(async () => {
    await pair.pass(500);
    for (const side of [pair.impolite, pair.polite]) {
      side.canSend = false;
      side.deliver = () => {
        throw new Error('nothing is to be sent');
      };
    }
  });

  test('what stands is left alone', async () => {
    for (const { link } of [pair.impolite, pair.polite]) {
      link.networkChanged();
      link.reconfigure();
    }
    await pair.pass(60_000);
    expect(pair.impolite.events).toEqual(['connecting', 'connected']);
    expect(pair.impolite.connection.history).not.toContain('restartIce');
  });

  test('a connection that is down may come back by itself', async () => {
    pair.ice.cut();
    await pair.pass(24_000);
    expect(pair.impolite.link.state).toBe('disconnected');
    pair.ice.mend();
    await pair.pass(1_000);
    expect([pair.impolite.link.state, pair.polite.link.state]).toEqual(['connected', 'connected']);
    expect(pair.impolite.connections).toHaveLength(1);
  });

  test('one that does not is given up', async () => {
    pair.ice.cut();
    await pair.pass(40_000);
    expect(pair.impolite.events.at(-1)).toBe('lost');
  });
});

describe('errors', () => {
  test('a description that cannot be applied is told, and the link mends itself', async () => {
    let first = true;
    const { deliver } = pair.impolite;
    pair.impolite.deliver = (data) => {
      const broken = { ...data, description: { type: 'offer', sdp: 'not an sdp' } };
      deliver(first && data['description'] ? broken : data);
      first = false;
    };
    await pair.pass(500);
    expect(pair.polite.events).toContainEqual(expect.stringContaining('problem'));
    await pair.pass(15_000);
    expect([pair.impolite.link.state, pair.polite.link.state]).toEqual(['connected', 'connected']);
  });
});

test('closing stops everything', async () => {
  await pair.pass(500);
  pair.impolite.link.close();
  pair.polite.link.close();
  const sent = pair.impolite.sent.length;
  pair.impolite.link.receive(pair.polite.sent[0]!);
  pair.impolite.link.networkChanged();
  await pair.pass(60_000);
  expect(pair.ice.open).toEqual([]);
  expect(pair.impolite.sent).toHaveLength(sent);
  expect(pair.impolite.events).toEqual(['connecting', 'connected']);
});
