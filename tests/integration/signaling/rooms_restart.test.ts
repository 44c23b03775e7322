// Rooms whose server dies without a word: who has them afterwards (PROTOCOL.md section 12, "Room tokens").
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Client } from '../support/client.ts';
import { inTime } from '../support/pace.ts';
import { Server } from '../support/server.ts';

const ROOM = 'amber-otter';

/** A data directory that outlives the servers which use it. */
async function dataDirectory(t: TestContext): Promise<string> {
  const keeper = await Server.start();
  t.after(() => keeper.stop());
  return join(keeper.dataDir, 'of-another');
}

async function recorded(dataDir: string, content: string): Promise<void> {
  const path = join(dataDir, 'rooms.state');
  const isThere = async (): Promise<void> => {
    while ((await readFile(path, 'utf8').catch(() => '')) !== content) await setImmediate();
  };
  await inTime(isThere(), `rooms.state is ${content}`);
}

test('after a crash a stranger waits at the door, and the owner comes in first', async (t) => {
  const dataDir = await dataDirectory(t);
  const first = await Server.start({ dataDir });
  const old = await Client.join(first, 'Ana');
  const before = await old.request({ type: 'room.join', room: ROOM, knock: true }, 'call.accepted');
  await recorded(dataDir, 'rooms-with-rules 1\n');
  await first.kill();
  const server = await Server.start({ dataDir, limits: { resume_window_ms: 30_000 } });
  t.after(() => server.stop());

  const mallory = await Client.join(server, 'Mallory');
  await mallory.request({ type: 'room.join', room: ROOM }, 'room.waiting');
  const ana = await Client.join(server, 'Ana', { identity: old.welcome.identity });
  const back = await ana.request(
    { type: 'room.join', room: ROOM, room_token: before.room_token! },
    'call.accepted',
  );
  assert.deepEqual([back.knock, back.hosts], [true, [ana.user]]);
  assert.deepEqual(
    back.knocks?.map(({ user }) => user),
    [mallory.user],
  );
  assert.deepEqual(
    back.participants.map(({ user }) => user),
    [ana.user],
  );
  await mallory.silent();
  for (const client of [ana, mallory]) client.close();
});

test('a stranger whom nobody kept out has the room until its owner shows a token', async (t) => {
  const dataDir = await dataDirectory(t);
  const first = await Server.start({ dataDir });
  const old = await Client.join(first, 'Ana');
  const before = await old.request({ type: 'room.join', room: ROOM, knock: true }, 'call.accepted');
  await recorded(dataDir, 'rooms-with-rules 1\n');
  await first.kill();
  const server = await Server.start({ dataDir, limits: { resume_window_ms: 1 } });
  t.after(() => server.stop());

  const mallory = await Client.join(server, 'Mallory');
  const asked = { type: 'room.join', room: ROOM } as const;
  mallory.send({ ...asked, id: 77 });
  // The first moments may be over by then, or not.
  const firstAnswer = await mallory.nextOf('call.accepted', 'room.waiting');
  const enter = async () => {
    await mallory.next('room.admitted');
    return await mallory.request(asked, 'call.accepted');
  };
  const answer = firstAnswer.type === 'call.accepted' ? firstAnswer : await enter();
  assert.deepEqual([answer.knock, answer.hosts], [false, [mallory.user]]);

  const ana = await Client.join(server, 'Ana', { identity: old.welcome.identity });
  const entering = ana.request(
    { type: 'room.join', room: ROOM, room_token: before.room_token! },
    'call.accepted',
  );
  assert.equal((await mallory.next('call.ended')).reason, 'room_rules');
  const back = await entering;
  assert.deepEqual(
    back.participants.map(({ user }) => user),
    [ana.user],
  );
  await mallory.request(asked, 'room.waiting');
  assert.equal((await ana.next('room.knocks')).knocks[0]?.user, mallory.user);
  for (const client of [ana, mallory]) client.close();
});

test('where no room kept anybody out, rooms open at once', async (t) => {
  const dataDir = await dataDirectory(t);
  const first = await Server.start({ dataDir });
  const old = await Client.join(first, 'Ana');
  await old.request({ type: 'room.join', room: ROOM }, 'call.accepted');
  await recorded(dataDir, 'rooms-with-rules 0\n');
  await first.kill();
  const server = await Server.start({ dataDir });
  t.after(() => server.stop());
  const ben = await Client.join(server, 'Ben');
  const entered = await ben.request({ type: 'room.join', room: ROOM }, 'call.accepted');
  assert.deepEqual(entered.hosts, [ben.user]);
  ben.close();
});
