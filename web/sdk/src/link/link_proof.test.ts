import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fakeSubtle } from '../../test/support/fake_subtle.ts';
import { LinkPair } from '../../test/support/link_pair.ts';
import { deriveRoomKey } from './passphrase.ts';

const key = deriveRoomKey(fakeSubtle, 'abc', 'sesame');
const noChannel: unknown = expect.objectContaining({ code: 'no_channel' });

let pair: LinkPair;
let heard: unknown[];

beforeEach(() => {
  vi.useFakeTimers();
  pair = new LinkPair(undefined, key);
  heard = [];
  for (const { link } of [pair.impolite, pair.polite]) {
    for (const [name, channel] of [
      ['chat', link.chat],
      ['files', link.files],
    ] as const) {
      channel.on('open', () => heard.push(`${name} open`));
      channel.on('close', () => heard.push(`${name} close`));
      channel.on('message', (data) => heard.push(data));
    }
    link.on('trust', (trust) => heard.push(trust));
  }
});

afterEach(() => {
  vi.useRealTimers();
});

/** Until DTLS is up, and nobody has said anything yet. */
async function connect(): Promise<void> {
  while (pair.polite.connection.connectionState !== 'connected') await pair.pass(1);
}

test('chat and files open once both sides have proven themselves, and what is sent then arrives', async () => {
  await connect();
  const { impolite, polite } = pair;
  expect([polite.link.state, polite.link.trust, polite.link.chat.isOpen]).toEqual([
    'connecting',
    'proving',
    false,
  ]);
  expect(() => polite.link.chat.send('early')).toThrow(noChannel);
  expect(() => polite.link.control.send('early')).toThrow(noChannel);
  impolite.link.chat.on('open', () => impolite.link.chat.send('at once'));
  polite.link.files.on('open', () => polite.link.files.send('at once, too'));
  await pair.pass(100);
  expect(heard.filter((what) => typeof what === 'string' && what.startsWith('at once'))).toEqual(
    expect.arrayContaining(['at once', 'at once, too']),
  );
  expect([polite.link.state, impolite.link.state]).toEqual(['connected', 'connected']);
  expect(heard.filter((what) => what === 'proven')).toHaveLength(2);
});

test('what comes over chat and files before is dropped', async () => {
  const { channels } = pair.impolite.connection;
  channels.get(0)!.send = () => undefined; // no proof
  await connect();
  channels.get(1)!.send('chat too early');
  channels.get(2)!.send(new ArrayBuffer(8));
  await pair.pass(1_000);
  expect(heard).not.toContain('chat too early');
  expect(heard.some((what) => what instanceof ArrayBuffer)).toBe(false);
  expect(pair.polite.link.state).toBe('connecting');
});

test('a connection that starts afresh shuts them until it is proven, too', async () => {
  await pair.pass(500);
  heard.length = 0;
  const { configuration } = pair.impolite;
  pair.impolite.configuration = { ...configuration, iceTransportPolicy: 'relay' };
  pair.impolite.link.reconfigure();
  expect([pair.impolite.link.trust, pair.impolite.link.chat.isOpen]).toEqual(['proving', false]);
  await pair.pass(1_000);
  expect(heard).toEqual(
    expect.arrayContaining(['chat close', 'proving', 'chat open', 'files open', 'proven']),
  );
  expect(pair.polite.connections).toHaveLength(2);
  expect([pair.impolite.link.state, pair.polite.link.state]).toEqual(['connected', 'connected']);
});

test('an ICE restart needs no new proof: the certificates are the same', async () => {
  await pair.pass(500);
  heard.length = 0;
  pair.ice.change();
  pair.impolite.link.networkChanged();
  await pair.pass(1_000);
  expect(pair.impolite.connection.history).toContain('restartIce');
  expect(heard).toEqual([]);
  expect(pair.polite.link.state).toBe('connected');
});

test('a second proof on one connection is not looked at', async () => {
  await pair.pass(500);
  const { channels } = pair.impolite.connection;
  channels.get(0)!.send(JSON.stringify({ type: 'proof', mac: `${'A'.repeat(43)}=` }));
  await pair.pass(500);
  expect([pair.polite.link.state, pair.polite.link.trust]).toEqual(['connected', 'proven']);
});
