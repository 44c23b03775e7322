import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakePage } from '../../test/support/fake_platform.ts';
import { FakeServer } from '../../test/support/fake_server.ts';
import { FakeSocket } from '../../test/support/fake_socket.ts';
import type { VisavisError } from '../base/errors.ts';
import { Greeting } from './greeting.ts';
import { LocalIdentityStore } from './identity_store.ts';
import {
  ACK_AFTER_MESSAGES,
  UNACKNOWLEDGED_BYTES_MAX,
  UNACKNOWLEDGED_MESSAGES_MAX,
} from '../base/limits.ts';
import type { ServerMessage } from '../base/protocol.ts';
import { SessionStore } from './session_store.ts';
import { SignalingChannel } from './signaling_channel.ts';

const URL = 'ws://localhost:8080/ws';

let server: FakeServer;
let sockets: FakeSocket[];
let page: FakePage;
let channel: SignalingChannel;
let log: string[];

function openChannel(): SignalingChannel {
  const greeting = new Greeting({
    server: URL,
    name: 'Ana',
    identities: new LocalIdentityStore(page),
    sessions: new SessionStore(page),
  });
  const opened = new SignalingChannel({ url: URL, platform: page, greeting });
  opened.on('state', (state) => log.push(state));
  opened.on('welcome', ({ continuity }) => log.push(`welcome ${continuity}`));
  opened.on('message', (message) => {
    if (message.type !== 'presence') log.push(message.type);
  });
  opened.on('closed', ({ reason, error }) => log.push(`closed: ${reason} ${error?.code ?? ''}`));
  opened.open();
  return opened;
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const session = (): FakeServer['sessions'][number] => server.sessions[0]!;
const newestSocket = (): FakeServer['sockets'][number] => server.sockets.at(-1)!;

/** A counted message of the server. */
const note = (n: number): ServerMessage => ({
  type: 'call.ended',
  call: `c${n}`,
  reason: 'hangup',
});

beforeEach(async () => {
  vi.useFakeTimers();
  server = new FakeServer();
  sockets = [];
  log = [];
  page = new FakePage({
    createWebSocket: (url, subprotocol) => {
      const socket = server.connect(url, subprotocol);
      sockets.push(socket);
      return socket.asWebSocket;
    },
    createPeerConnection: () => {
      throw new Error('signaling knows no peer connections');
    },
  });
  channel = openChannel();
  await pass(100);
});

afterEach(() => {
  channel.close();
  vi.useRealTimers();
});

describe('hello', () => {
  test('is said with the subprotocol, and answered by welcome', () => {
    expect(sockets[0]?.protocol).toBe('visavis.v1');
    expect(server.hellos).toEqual([{ type: 'hello', name: 'Ana' }]);
    expect(log).toEqual(['connecting', 'welcome fresh', 'online']);
  });

  test('that is refused because of the name closes the channel', async () => {
    const socket = newestSocket();
    channel.close();
    log = [];
    channel = openChannel();
    await pass(7);
    newestSocket().onmessage = () => {
      newestSocket().send({ type: 'error', code: 'invalid_field', message: 'The name is empty.' });
    };
    await pass(20);
    expect(socket).not.toBe(newestSocket());
    expect(log).toEqual(['connecting', 'closed', 'closed: refused invalid_field']);
  });

  test('that cannot be said at all closes the channel', async () => {
    channel.close();
    log = [];
    page.createWebSocket = () => {
      throw new DOMException('an insecure address on a secure page', 'SecurityError');
    };
    channel = openChannel();
    await pass(100);
    expect(log).toEqual(['connecting', 'closed', 'closed: refused unreachable']);
  });

  test('without welcome is given up, and said again on another socket', async () => {
    server.freezeSockets();
    newestSocketFreezesAfterOpen();
    sockets.at(-1)?.finish(1006);
    await pass(7_000);
    expect(sockets).toHaveLength(2);
    await pass(2_000);
    expect(sockets.length).toBeGreaterThanOrEqual(3);
    expect(channel.state).toBe('online');
  });
});

/** The next connection opens, and then nothing comes any more. */
function newestSocketFreezesAfterOpen(): void {
  const connect = server.connect.bind(server);
  server.connect = (url, subprotocol) => {
    const socket = connect(url, subprotocol);
    setTimeout(() => socket.server.freeze(), FakeSocket.LATENCY_MS + 1);
    server.connect = connect;
    return socket;
  };
}

describe('requests', () => {
  test('get the answer that carries their id', async () => {
    const answers: unknown[] = [];
    channel.request({ type: 'name.set', name: 'Ana B.' }, (answer) => answers.push(answer));
    channel.request({ type: 'people.search', query: 'x' }, (answer) => answers.push(answer));
    await pass(20);
    expect(answers).toMatchObject([{ type: 'name.changed' }, { type: 'people.found' }]);
  });

  test('fail with the code of the error', async () => {
    const answers: unknown[] = [];
    channel.request({ type: 'call.start', to: ['nobody'] }, (answer) => answers.push(answer));
    await pass(20);
    expect(answers).toMatchObject([{ code: 'unknown_user' }]);
    expect(log).not.toContain('error');
  });

  test('fail when the server has lost the session', async () => {
    server.freezeSockets();
    const errors: VisavisError[] = [];
    channel.post({ type: 'call.end', call: 'c' }, (error) => errors.push(error));
    server.restart();
    sockets.at(-1)?.finish(1006);
    await pass(1_000);
    expect(errors.map(({ code }) => code)).toEqual(['session_lost']);
    expect(log.slice(-3)).toEqual(['reconnecting', 'welcome fresh', 'online']);
    expect(server.errors).toEqual([]);
  });

  test('are refused here when they are too large', () => {
    const query = 'x'.repeat(65_536);
    const send = (): void => channel.request({ type: 'people.search', query }, () => undefined);
    expect(send).toThrow(expect.objectContaining({ code: 'too_large' }));
  });

  test('that wait for the server are limited in number and in bytes', async () => {
    server.down = true;
    server.resetSockets();
    await pass(10);
    const send = (query: string) => () => channel.post({ type: 'people.search', query });
    const full: unknown = expect.objectContaining({ code: 'queue_full' });
    const large = 'x'.repeat(60_000);
    for (let n = 1; n <= Math.floor(UNACKNOWLEDGED_BYTES_MAX / 60_100); n += 1) send(large)();
    expect(send(large)).toThrow(full);
    let small = 0;
    const sendUntilFull = (): void => {
      for (; ; small += 1) send('x')();
    };
    expect(sendUntilFull).toThrow(full);
    expect(small).toBeLessThanOrEqual(UNACKNOWLEDGED_MESSAGES_MAX);
    expect(small).toBeGreaterThan(UNACKNOWLEDGED_MESSAGES_MAX / 2);
  });
});

describe('counting', () => {
  test('an ack goes out at once after 32 messages', async () => {
    const acks: unknown[] = [];
    const { onmessage } = newestSocket();
    newestSocket().onmessage = (text) => {
      if (text.includes('"ack"')) acks.push(JSON.parse(text));
      onmessage(text);
    };
    for (let n = 1; n < ACK_AFTER_MESSAGES; n += 1) server.send(session(), note(n));
    await pass(20);
    expect(acks).toEqual([]);
    server.send(session(), note(ACK_AFTER_MESSAGES));
    await pass(20);
    expect(acks).toEqual([{ type: 'ack', received: ACK_AFTER_MESSAGES }]);
    expect(session().sent).toEqual([]);
  });

  test('an ack goes out at once after 8 KiB', async () => {
    const error = { type: 'error', code: 'not_json', message: 'x'.repeat(5_000) };
    server.send(session(), error);
    await pass(20);
    expect(session().sent).toHaveLength(1);
    server.send(session(), error);
    await pass(20);
    expect(session().sent).toEqual([]);
  });

  test('a resume says what was received, and both send again what the other has not', async () => {
    server.send(session(), note(1));
    await pass(10);
    server.freezeSockets();
    server.send(session(), note(2));
    channel.post({ type: 'call.end', call: 'unknown' });
    await pass(10);
    sockets.at(-1)?.finish(1006);
    await pass(50);
    expect(server.hellos.at(-1)?.resume).toMatchObject({ received: 1 });
    expect(log.slice(3)).toEqual([
      'call.ended',
      'reconnecting',
      'welcome resumed',
      'online',
      'call.ended',
      'error',
    ]);
    expect(server.errors).toEqual(['unknown_call']);
  });

  test('a resume that comes too late begins anew on the same socket', async () => {
    server.expire(session().id);
    server.resetSockets();
    await pass(100);
    expect(log.slice(-3)).toEqual(['reconnecting', 'welcome fresh', 'online']);
    expect(sockets).toHaveLength(2);
    expect(server.hellos.at(-2)?.resume).toBeDefined();
    expect(server.hellos.at(-1)?.resume).toBeUndefined();
    expect(server.hellos.at(-1)?.identity).toBeDefined();
  });
});

describe('reconnecting', () => {
  test('begins at once, then waits ever longer, up to ten seconds', async () => {
    page.randomValue = 0.999;
    await pass(3_000);
    server.down = true;
    server.resetSockets();
    const attempts: number[] = [];
    let known = sockets.length;
    const begin = performance.now();
    while (performance.now() - begin < 60_000) {
      await pass(10);
      for (; known < sockets.length; known += 1) attempts.push(performance.now() - begin);
    }
    const gaps = attempts.map((at, index) => at - (attempts[index - 1] ?? 0));
    expect(gaps[0]).toBeLessThanOrEqual(10);
    expect(gaps[1]).toBeLessThanOrEqual(270);
    expect(gaps[2]).toBeGreaterThan(gaps[1]!);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(10_020);
    expect(gaps.at(-1)).toBeGreaterThan(9_900);
    server.down = false;
    page.fire('visible');
    await pass(50);
    expect(channel.state).toBe('online');
  });

  test('a socket that dies right after every welcome is not tried in a tight loop', async () => {
    const before = sockets.length;
    channel.on('welcome', () => server.resetSockets());
    server.resetSockets();
    await pass(10_000);
    expect(sockets.length - before).toBeLessThan(20);
  });

  test('another network replaces the socket at once', async () => {
    page.fire('network');
    await pass(50);
    expect(sockets).toHaveLength(2);
    expect(log.slice(-2)).toEqual(['welcome resumed', 'online']);
    expect(server.sessions).toHaveLength(1);
  });

  test('a page that is looked at again asks whether the socket lives', async () => {
    server.freezeSockets();
    page.fire('visible');
    await pass(1_100);
    expect(log.slice(-2)).toEqual(['welcome resumed', 'online']);
  });

  test('an idle socket that is silent is noticed by the slow heartbeat', async () => {
    server.freezeSockets();
    await pass(24_000);
    expect(sockets).toHaveLength(1);
    await pass(1_500);
    expect(channel.state).toBe('online');
    expect(sockets).toHaveLength(2);
  });
});

describe('bye', () => {
  const bye = (code: string, reconnect: boolean, after_ms?: number): object => ({
    type: 'bye',
    code,
    message: code,
    reconnect,
    ...(after_ms !== undefined && { after_ms }),
  });

  test('of a server that drains: comes back after the time it says, with some jitter', async () => {
    newestSocket().send(bye('draining', true, 1_500));
    newestSocket().close(1012);
    await pass(1_400);
    expect(sockets).toHaveLength(1);
    await pass(1_000);
    expect(log.slice(-2)).toEqual(['welcome resumed', 'online']);
  });

  test('of a session that another page has taken over: does not come back, and leaves it alone', async () => {
    newestSocket().send(bye('replaced', false));
    newestSocket().close(4001);
    await pass(60_000);
    expect(sockets).toHaveLength(1);
    expect(log.slice(-2)).toEqual(['closed', 'closed: replaced closed']);
    expect(page.sessionStorage.getItem('visavis.session')).not.toBeNull();
  });

  test('that says not to come back is obeyed', async () => {
    newestSocket().send(bye('rate_limited', false));
    newestSocket().close(1008);
    await pass(60_000);
    expect(sockets).toHaveLength(1);
    expect(log.at(-1)).toMatch(/^closed: refused/);
  });
});

test('closing ends the session and forgets it', async () => {
  channel.close();
  await pass(20);
  expect(server.sessions).toEqual([]);
  expect(page.sessionStorage.getItem('visavis.session')).toBeNull();
  expect(() => channel.post({ type: 'call.end', call: 'c' })).toThrow(
    expect.objectContaining({ code: 'closed' }),
  );
});

describe('whatever happens to the sockets', () => {
  // A small linear congruential generator: the seed of a failure tells the whole story.
  const generator = (seed: number) => (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };

  test.each(Array.from({ length: 25 }, (_, seed) => seed))(
    'everything arrives once and in order, both ways (seed %i)',
    async (seed) => {
      const random = generator(seed);
      const arrivedHere: string[] = [];
      channel.on('message', (message) => {
        if (message.type === 'call.ended') arrivedHere.push(message.call);
      });
      const answered: number[] = [];
      let fromServer = 0;
      let fromClient = 0;
      for (let step = 0; step < 60; step += 1) {
        const dice = random();
        if (dice < 0.35) {
          server.send(session(), note(++fromServer));
        } else if (dice < 0.7) {
          const n = ++fromClient;
          channel.request({ type: 'people.search', query: String(n) }, () => answered.push(n));
        } else if (dice < 0.8) {
          server.resetSockets();
        } else if (dice < 0.85) {
          server.freezeSockets();
          setTimeout(() => sockets.at(-1)?.finish(1006), random() * 300);
        } else if (dice < 0.9) {
          page.fire('network');
        }
        await pass(random() * 40);
      }
      await pass(60_000);
      const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);
      expect(arrivedHere).toEqual(upTo(fromServer).map((n) => `c${n}`));
      expect(answered).toEqual(upTo(fromClient));
      expect(session().received).toBe(fromClient);
      expect(server.sessions).toHaveLength(1);
    },
  );
});
