// What people did together outlives a return into the room, or ends clearly.
// Loaded beforehand: what is fetched when needed comes in real time.
import './chat/chat_history.ts';
import './files/files.ts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FakeFile } from '../test/support/fake_file.ts';
import { World, type Someone } from '../test/support/world.ts';

const ROOM = 'lumo-kate-rido-basu';
const AWAY_MS = 60_000;

let world: World;

beforeEach(() => {
  vi.useFakeTimers();
  world = new World();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('what is written', () => {
  let ana: Someone;
  let ben: Someone;

  beforeEach(async () => {
    [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
  });

  const textsOf = ({ current }: Someone): string[] => current.chat.messages.map(({ text }) => text);

  test('before, meanwhile and after is there once, in its order, on both sides', async () => {
    ana.current.chat.send('one');
    await world.pass(50);
    ben.current.chat.send('two');
    await world.pass(50);
    await world.loseSession(ben);
    ana.current.chat.send('three, while Ben is away');
    await world.pass(1_000);
    world.reconnect(ben);
    await world.pass(3_000);
    ana.current.chat.send('four');
    await world.pass(50);
    ben.current.chat.send('five');
    await world.pass(50);
    const expected = ['one', 'two', 'three, while Ben is away', 'four', 'five'];
    expect([textsOf(ana), textsOf(ben)]).toEqual([expected, expected]);
    expect(new Set(ben.current.chat.messages.map(({ state }) => state))).toEqual(new Set(['sent']));
  });

  test('while nothing arrives, arrives on the return', async () => {
    world.disconnect(ben);
    world.blockBetween(ana, ben);
    await world.pass(5_000);
    const message = ben.current.chat.send('are you there?');
    await world.pass(25_000);
    world.expire(ben);
    world.ice.unblock();
    world.reconnect(ben);
    await world.pass(2_000);
    expect([message.state, textsOf(ana)]).toEqual(['sent', ['are you there?']]);
  });

  test('is counted anew, also where the link was given up long before', async () => {
    for (const text of ['one', 'two']) {
      ana.current.chat.send(text);
      await world.pass(50);
    }
    world.disconnect(ben);
    world.ice.cut();
    await world.pass(30_000);
    world.expire(ben);
    await world.pass(60_000);
    world.ice.mend();
    world.reconnect(ben);
    await world.pass(2_000);
    ana.current.chat.send('three');
    await world.pass(50);
    expect(textsOf(ben)).toEqual(['one', 'two', 'three']);
  });

  test('and arrived without our knowing, does not come twice', async () => {
    const ofBen = ben.openConnections[0]!.channels.get(1)!;
    ofBen.onmessage = null; // nothing is acknowledged any more
    const message = ben.current.chat.send('once');
    await world.pass(50);
    expect([message.state, textsOf(ana)]).toEqual(['sending', ['once']]);
    await world.away(ben, AWAY_MS);
    await world.pass(2_000);
    expect([message.state, textsOf(ana)]).toEqual(['sent', ['once']]);
  });
});

test('a file that was on its way has failed on both sides, and can be sent again', async () => {
  const [ana, ben] = (await world.room(ROOM, ['Ana', 'Ben'])) as [Someone, Someone];
  const files = await Promise.all([ana.current.files(), ben.current.files()]);
  const [out] = files[0].offer(new FakeFile(1_000).asBlob, null, 'a.bin');
  await world.pass(50);
  const [incoming] = files[1].transfers;
  expect([out!.state, incoming!.state]).toEqual(['offered', 'offered']);
  await world.away(ben, AWAY_MS);
  await world.pass(1_000);
  expect([out!.state, out!.error?.code]).toEqual(['failed', 'peer_left']);
  expect([incoming!.state, incoming!.error?.code]).toEqual(['failed', 'peer_left']);
  files[0].offer(new FakeFile(1_000).asBlob, null, 'b.bin');
  await world.pass(50);
  expect(files[1].transfers.map(({ name, state }) => [name, state])).toEqual([
    ['a.bin', 'failed'],
    ['b.bin', 'offered'],
  ]);
});
