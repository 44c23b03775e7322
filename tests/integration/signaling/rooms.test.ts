// Meeting by a name: looking, entering, knocking, inviting (PROTOCOL.md section 12).
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client, type MessageOf } from '../support/client.ts';
import { readMetrics } from '../support/metrics.ts';
import { inTime } from '../support/pace.ts';
import { Server } from '../support/server.ts';

/** Each test has rooms of its own. */
let rooms = 0;
const newName = (): string => `amber-otter-${++rooms}`;

type Entered = Required<MessageOf<'call.accepted'>>;

async function enter(
  client: Client,
  room: string,
  options: { knock?: boolean } = {},
): Promise<Entered> {
  const answer = await client.request({ type: 'room.join', room, ...options }, 'call.accepted');
  assert.equal(answer.room, room);
  return answer as Entered;
}

async function leaveAll(...clients: Client[]): Promise<void> {
  for (const client of clients) await client.silent();
  for (const client of clients) client.close();
}

describe('rooms', { concurrency: true }, () => {
  let server: Server;
  before(async () => {
    server = await Server.start({ limits: { participants_max: 3 } });
  });
  after(async () => {
    await server.stop();
  });
  const people = async (...names: string[]): Promise<Client[]> =>
    await Promise.all(names.map(async (name) => await Client.join(server, name)));

  test('two meet by a link, and it goes on with one', async () => {
    const room = newName();
    const [ana, ben] = (await people('Ana', 'Ben')) as [Client, Client];
    const first = await enter(ana, room);
    assert.deepEqual([first.knock, first.knocks, first.participants.length], [false, [], 1]);
    const second = await enter(ben, room);
    assert.equal(second.call, first.call);
    assert.deepEqual(
      second.participants.map(({ name, state }) => [name, state]),
      [
        ['Ana', 'joined'],
        ['Ben', 'joined'],
      ],
    );
    assert(second.ice_servers.some(({ username }) => username?.includes(second.participant)));
    const news = await ana.next('call.accepted');
    assert.equal(news.participant, second.participant);
    assert(!('room' in news) && !('ice_servers' in news));
    ana.send({ type: 'signal', call: first.call, to: second.participant, data: { n: 1 } });
    assert.equal((await ben.next('signal')).from, first.participant);

    await ana.request({ type: 'call.end', call: first.call }, 'call.ended');
    assert.equal((await ben.next('call.left')).reason, 'hangup');
    // Ben stands in while the room's creator is not there.
    assert.deepEqual((await ben.next('room.rules')).hosts, [ana.user, ben.user]);
    assert.equal((await enter(ana, room)).call, first.call);
    await ben.next('call.accepted');
    assert.deepEqual((await ben.next('room.rules')).hosts, [ana.user]);
    assert((await readMetrics(server)).get('visavis_rooms') !== undefined);
    await leaveAll(ana, ben);
  });

  test('a room that is full says so', async () => {
    const room = newName();
    const [dan, ...three] = (await people('Dan', 'Ana', 'Ben', 'Cleo')) as [Client, ...Client[]];
    let call = '';
    for (const client of three) ({ call } = await enter(client, room));
    const { message } = await dan.refused({ type: 'room.join', room }, 'call_full');
    assert.match(message, /^This room is full: /);
    const last = three.at(-1)!;
    await last.request({ type: 'call.end', call }, 'call.ended');
    await enter(dan, room);
    for (const client of [dan, ...three]) client.close();
  });

  test('a look before hello tells who is there, and is not counted', async () => {
    const room = newName();
    const stranger = await Client.connect(server);
    const look = { type: 'room.look', room } as const;
    const empty = await stranger.request(look, 'room.state');
    assert.deepEqual(
      [empty.knock, empty.count, empty.participants_max, empty.participants],
      [false, 0, 3, []],
    );
    const [ana] = (await people('Ana')) as [Client];
    await enter(ana, room);
    const { count, participants } = await stranger.request(look, 'room.state');
    // Others of the name are online, in the tests beside this one: `confusable` may be there or not.
    const who = participants.map(({ user, name }) => ({ user, name }));
    assert.deepEqual([count, who], [1, [{ user: ana.user, name: 'Ana' }]]);
    await stranger.refused({ type: 'room.join', room }, 'hello_required');
    await stranger.hello({ name: 'Ben' });
    assert.equal(stranger.received, 0);
    await stranger.request(look, 'room.state');
    await stranger.silent();
    assert.equal(stranger.acknowledged, 1, 'what came after the welcome');
    await leaveAll(ana, stranger);
  });

  test('who knocks is let in, or refused', async () => {
    const room = newName();
    const [ana, ben, cleo] = (await people('Ana', 'Ben', 'Cleo')) as [Client, Client, Client];
    const { call } = await enter(ana, room, { knock: true });
    await ben.request({ type: 'room.join', room }, 'room.waiting');
    const { knocks } = await ana.next('room.knocks');
    assert.deepEqual(
      knocks.map(({ user, name }) => [user, name]),
      [[ben.user, 'Ben']],
    );
    await cleo.request({ type: 'room.join', room }, 'room.waiting');
    const [bens, cleos] = (await ana.next('room.knocks')).knocks.map(({ knock }) => knock);
    assert(bens !== undefined && cleos !== undefined);
    const seen = await cleo.request({ type: 'room.look', room }, 'room.state');
    assert.deepEqual([seen.knock, seen.count, seen.participants], [true, 1, []]);

    const admit = (knock: string, yes: boolean) =>
      ({ type: 'room.admit', call, knock, admit: yes }) as const;
    assert.equal((await ana.request(admit(cleos, false), 'room.knocks')).knocks.length, 1);
    assert.equal((await cleo.next('room.refused')).reason, 'refused');
    assert.equal((await ana.request(admit(bens, true), 'room.knocks')).knocks.length, 0);
    await ana.refused(admit(bens, true), 'unknown_knock');
    await ben.next('room.admitted');
    assert.equal((await enter(ben, room)).call, call);
    await ana.next('call.accepted');

    await cleo.request({ type: 'room.join', room }, 'room.waiting');
    await ana.next('room.knocks');
    await ben.next('room.knocks');
    const left = await cleo.request({ type: 'room.leave', room }, 'room.refused');
    assert.equal(left.reason, 'withdrawn');
    assert.deepEqual((await ana.next('room.knocks')).knocks, []);
    assert.deepEqual((await ben.next('room.knocks')).knocks, []);
    await leaveAll(ana, ben, cleo);
  });

  test('a host removes somebody, locks the room, and names another host', async () => {
    const room = newName();
    const [ana, ben, cleo] = (await people('Ana', 'Ben', 'Cleo')) as [Client, Client, Client];
    const { call } = await enter(ana, room);
    await enter(ben, room);
    const cleos = await enter(cleo, room);
    assert.deepEqual([cleos.locked, cleos.hosts], [false, [ana.user]]);
    await ana.next('call.accepted');
    await ana.next('call.accepted');
    await ben.next('call.accepted');

    const remove = { type: 'room.remove', call, participant: cleos.participant } as const;
    await ben.refused(remove, 'not_host');
    ana.send({ ...remove, id: 99 });
    assert.equal((await cleo.next('call.ended')).reason, 'removed');
    assert.equal((await ana.next('call.left')).reason, 'removed');
    const rules = await ana.next('room.rules');
    assert.equal(rules.id, 99);
    assert.deepEqual([rules.knock, rules.removed], [true, [{ user: cleo.user, name: 'Cleo' }]]);
    assert.equal((await ben.next('call.left')).reason, 'removed');
    assert.equal((await ben.next('room.rules')).removed, undefined);
    const refused = await cleo.request(
      { type: 'room.join', room, room_token: cleos.room_token },
      'room.refused',
    );
    assert.equal(refused.reason, 'removed');

    await ana.request({ type: 'room.host', call, user: ben.user, host: true }, 'room.rules');
    assert.deepEqual((await ben.next('room.rules')).hosts, [ana.user, ben.user]);
    await ben.request({ type: 'room.set', call, locked: true }, 'room.rules');
    assert.equal((await ana.next('room.rules')).locked, true);
    const [dan] = (await people('Dan')) as [Client];
    const late = await dan.request({ type: 'room.join', room }, 'room.refused');
    assert.equal(late.reason, 'locked');
    await leaveAll(ana, ben, cleo, dan);
  });

  test('people wait at an empty room for somebody who may enter', async () => {
    const room = newName();
    const [ana, ben] = (await people('Ana', 'Ben')) as [Client, Client];
    const { call } = await enter(ana, room, { knock: true });
    await ana.request({ type: 'call.end', call }, 'call.ended');
    await ben.request({ type: 'room.join', room }, 'room.waiting');
    const back = await enter(ana, room);
    assert.equal(back.knocks[0]?.user, ben.user);
    assert.notEqual(back.call, call);
    await ana.request(
      { type: 'room.admit', call: back.call, knock: back.knocks[0].knock, admit: true },
      'room.knocks',
    );
    await ben.next('room.admitted');
    await enter(ben, room);
    await ana.next('call.accepted');
    await leaveAll(ana, ben);
  });

  test('a third person is invited into a call for two, which becomes a room', async () => {
    const room = newName();
    const [ana, ben, cleo] = (await people('Ana', 'Ben', 'Cleo')) as [Client, Client, Client];
    const { call } = await ana.request({ type: 'call.start', to: [ben.user] }, 'call.ringing');
    await ben.next('call.incoming');
    const bens = await ben.request({ type: 'call.accept', call }, 'call.accepted');
    await ana.next('call.accepted');

    const invite = { type: 'call.invite' as const, call, to: [cleo.user] };
    const ringing = await ben.request(invite, 'call.ringing');
    assert.equal(ringing.participants[2]?.state, 'invited');
    await ana.next('call.ringing');
    assert.equal((await cleo.next('call.incoming')).from, bens.participant);
    await cleo.request({ type: 'call.decline', call }, 'call.ended');
    assert.equal((await ana.next('call.left')).reason, 'declined');
    assert.equal((await ben.next('call.left')).reason, 'declined');
    await ana.refused({ ...invite, to: [ben.user] }, 'invalid_field');

    const opened = await ana.request({ type: 'room.open', call, room }, 'room.opened');
    assert.deepEqual([opened.room, opened.knock], [room, false]);
    assert.notEqual((await ben.next('room.opened')).membership, opened.membership);
    await ana.refused({ type: 'room.open', call, room: newName() }, 'room_taken');

    await ana.request(invite, 'call.ringing');
    await ben.next('call.ringing');
    assert.equal((await cleo.next('call.incoming')).room, room);
    const entered = await enter(cleo, room);
    assert.equal(entered.call, call);
    for (const client of [ana, ben]) {
      assert.equal((await client.next('call.accepted')).participant, entered.participant);
    }
    await leaveAll(ana, ben, cleo);
  });

  test('the app is at the link of a room', async () => {
    const index = await fetch(server.origin);
    const page = await fetch(`${server.origin}/r/${newName()}`);
    assert.deepEqual([page.status, await page.text()], [200, await index.text()]);
    assert.equal(
      page.headers.get('content-security-policy'),
      index.headers.get('content-security-policy'),
    );
    assert.equal((await fetch(`${server.origin}/r/${newName()}/deep`)).status, 404);
  });
});

test('an invitation that is missed leaves the call to those in it', async (t) => {
  const server = await Server.start({ limits: { ring_timeout_ms: 1_000 } });
  t.after(() => server.stop());
  const room = newName();
  const [ana, ben] = [await Client.join(server, 'Ana'), await Client.join(server, 'Ben')];
  const { call } = await enter(ana, room);
  await ana.request({ type: 'call.invite', call, to: [ben.user] }, 'call.ringing');
  await ben.next('call.incoming');
  assert.equal((await ben.next('call.ended')).reason, 'missed');
  assert.equal((await ana.next('call.left')).reason, 'missed');
  assert.equal((await enter(ben, room)).call, call);
  await ana.next('call.accepted');
  await leaveAll(ana, ben);
});

test('an empty room is forgotten, and its name is free', async (t) => {
  const server = await Server.start({
    limits: { room_memory_ms: 1, messages_burst: 100_000 },
  });
  t.after(() => server.stop());
  const room = newName();
  const [ana, ben] = [await Client.join(server, 'Ana'), await Client.join(server, 'Ben')];
  const { call } = await enter(ana, room, { knock: true });
  const look = { type: 'room.look', room } as const;
  assert.equal((await ben.request(look, 'room.state')).knock, true);
  await ana.request({ type: 'call.end', call }, 'call.ended');
  const forgotten = async (): Promise<void> => {
    while ((await ben.request(look, 'room.state')).knock);
  };
  await inTime(forgotten(), 'the room is forgotten');
  assert.equal((await enter(ben, room)).knock, false);
  await leaveAll(ana, ben);
});

test('a restarted server finds the room again by its members, and its link leads there', async (t) => {
  // The directory is the first server's to remove, so that one lives to the end.
  const keeper = await Server.start();
  t.after(() => keeper.stop());
  const dataDir = join(keeper.dataDir, 'of-another');
  const first = await Server.start({ dataDir, limits: { resume_window_ms: 1_000 } });
  const room = newName();
  const old = await Client.join(first, 'Ana');
  const before = await enter(old, room, { knock: true });
  await first.kill();
  const server = await Server.start({ dataDir, limits: { resume_window_ms: 1_000 } });
  t.after(() => server.stop());

  const { identity } = old.welcome;
  const ana = await Client.join(server, 'Ana', { identity });
  const { membership } = before;
  const back = await ana.request({ type: 'call.rejoin', membership }, 'call.rejoined');
  assert.deepEqual(
    [back.call, back.participant, back.room, back.knock, back.knocks],
    [before.call, before.participant, room, true, []],
  );
  const ben = await Client.join(server, 'Ben');
  await ben.request({ type: 'room.join', room }, 'room.waiting');
  const { call, knocks } = await ana.next('room.knocks');
  await ana.request(
    { type: 'room.admit', call, knock: knocks[0]?.knock ?? '', admit: true },
    'room.knocks',
  );
  await ben.next('room.admitted');
  assert.equal((await enter(ben, room)).call, before.call);
  await ana.next('call.accepted');
  await leaveAll(ana, ben);
});
