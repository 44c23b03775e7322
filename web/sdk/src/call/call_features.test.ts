// Loaded beforehand: what is fetched when needed comes in real time.
import '../chat/chat_history.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeFile, FakeSink } from '../../test/support/fake_file.ts';
import { World } from '../../test/support/world.ts';
import type { Files } from '../files/files.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function inCall() {
  const world = new World();
  const ana = await world.join('Ana');
  const ben = await world.join('Ben');
  return { world, ...(await world.callBetween(ana, ben)) };
}

test('people in a call write to each other', async () => {
  const { world, out, in: incoming } = await inCall();
  const message = out.chat.send('hello');
  await world.pass(20);
  expect(incoming.chat.messages).toMatchObject([{ name: 'Ana', text: 'hello' }]);
  expect(message.state).toBe('sent');
  out.hangUp();
  await world.pass(100);
  expect(() => incoming.chat.send('too late', incoming.participants[0])).toThrow(
    expect.objectContaining({ code: 'peer_left' }) as Error,
  );
});

test('files are fetched when somebody first offers one, and nothing of it is lost meanwhile', async () => {
  const { world, out, in: incoming } = await inCall();
  const file = new FakeFile(100_000);
  const sink = new FakeSink(file);
  const offers: string[] = [];
  incoming.on('files', (files: Files) => {
    files.on('offer', (transfer) => {
      offers.push(transfer.name);
      if (transfer.name === 'a.bin') transfer.accept(sink);
    });
  });
  expect(out.loadedFiles).toBeNull();
  const files = await world.until(out.files());
  expect(out.loadedFiles).toBe(files);
  const transfers = [
    ...files.offer(file.asBlob, null, 'a.bin'),
    ...files.offer(new FakeFile(5).asBlob, null, 'b.bin'),
  ];
  // The other side fetches the code in real time.
  await vi.waitUntil(() => world.pass(5).then(() => offers.length === 2));
  await world.pass(100);
  expect(offers).toEqual(['a.bin', 'b.bin']);
  expect(transfers[0]!.state).toBe('done');
  expect(sink).toMatchObject({ written: file.size, wrong: 0, state: 'closed' });
  expect(await incoming.files()).toMatchObject({ transfers: [{ name: 'a.bin' }, {}] });
});

test('the end of the call is the end of what is under way', async () => {
  const { world, out, in: incoming } = await inCall();
  const files = await world.until(out.files());
  const [transfer] = files.offer(new FakeFile(5).asBlob, null, 'a.bin');
  await world.pass(20);
  incoming.hangUp();
  await world.pass(100);
  expect(transfer).toMatchObject({ state: 'failed', error: { code: 'peer_left' } });
});

test('whoever comes by the link of a room is told what was written before, those of a plain call are not', async () => {
  const room = 'lumo-kate-rido-basu';
  const world = new World();
  const [ana, ben, cleo] = [
    await world.join('Ana'),
    await world.join('Ben'),
    await world.join('Cleo'),
  ];
  const plain = await world.callBetween(ana, ben);
  plain.out.chat.send('between us');
  await world.pass(50);
  void plain.out.openRoom(room);
  await world.pass(50);
  plain.in.chat.send('for whoever comes');
  await world.pass(50);
  const late = cleo.enter(room);
  await world.pass(3_000);
  expect(late.chat.messages).toMatchObject([{ name: 'Ben', text: 'for whoever comes', old: true }]);
  expect(plain.in.chat.sharesHistory).toBe(true);
});
