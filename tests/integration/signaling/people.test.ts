// Presence, names, search and identity (PROTOCOL.md sections 2 and 5).
import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { Client } from '../support/client.ts';
import { Server } from '../support/server.ts';

describe('people', { concurrency: true }, () => {
  let server: Server;
  before(async () => {
    server = await Server.start({ limits: { presence_list_max: 5, search_results_max: 3 } });
  });
  after(async () => {
    await server.stop();
  });

  test('one person with several tabs is one entry until the last has gone', async () => {
    const own = await Server.start();
    const watcher = await Client.join(own, 'Watcher');
    const first = await Client.join(own, 'Ana');
    const second = await Client.join(own, 'Ana', { identity: first.welcome.identity });
    await watcher.knows((people) => people.has(first.user), 'Ana is here');
    assert.equal(watcher.peopleTotal, 2);
    first.close();
    await first.closed();
    await second.silent();
    const dan = await Client.join(own, 'Dan'); // a change that comes after it would have been told
    await watcher.knows((people) => people.has(dan.user), 'Dan is here');
    assert(watcher.people.has(first.user));
    second.close();
    await watcher.knows((people) => !people.has(first.user), 'Ana is gone');
    await own.stop();
  });

  test('renaming reaches all devices and everybody else', async () => {
    const own = await Server.start();
    const watcher = await Client.join(own, 'Watcher');
    const phone = await Client.join(own, 'Ana');
    const laptop = await Client.join(own, 'Ana', { identity: phone.welcome.identity });
    const changed = await phone.request(
      { type: 'name.set', name: '  Ana\u200b   B. ' },
      'name.changed',
    );
    assert.equal(changed.name, 'Ana B.');
    assert.deepEqual(await laptop.next('name.changed'), { type: 'name.changed', name: 'Ana B.' });
    await watcher.knows((people) => people.get(phone.user)?.name === 'Ana B.', 'the new name');
    await own.stop();
  });

  test('names are cleaned, not refused, where anything remains', async () => {
    for (const [given, cleaned] of [
      ['Zoe\u0308', 'Zoë'],
      ['A\u0000na\u0007', 'Ana'],
      ['\u202eAna\u202c', 'Ana'],
      ['a \t\n\u00a0 b', 'a b'],
      ['Z \u{1F468}\u200d\u{1F469}\u200d\u{1F467}', 'Z \u{1F468}\u200d\u{1F469}\u200d\u{1F467}'],
      ['A\u3164\u2800n\u0301\u0302\u0303\u0304a', 'Ań\u0302a'],
      ['<script>', '<script>'],
      ['"A\\', '"A\\'],
    ] as const) {
      const client = await Client.join(server, given);
      assert.equal(client.welcome.name, cleaned, JSON.stringify(given));
      client.close();
    }
  });

  test('the list is capped, and search finds the others', async () => {
    const crowd: Client[] = [];
    for (let n = 0; n < 12; n += 1) crowd.push(await Client.join(server, `Číslo ${n}`));
    const last = crowd.at(-1);
    const first = crowd[0];
    assert(last !== undefined && first !== undefined);
    assert(last.welcome.people.length <= 5);
    assert(last.peopleTotal >= 12);
    const found = await first.request({ type: 'people.search', query: 'CISLO 11' }, 'people.found');
    assert.deepEqual(found.people, [{ user: last.user, name: 'Číslo 11' }]);
    const many = await first.request({ type: 'people.search', query: 'čís' }, 'people.found');
    assert.equal(many.people.length, 3);
    assert.equal(many.more, true);
    const none = await first.request(
      { type: 'people.search', query: 'nobody of this name' },
      'people.found',
    );
    assert.deepEqual([none.people, none.more], [[], false]);
    for (const client of crowd) client.close();
  });
});

describe('identity', { concurrency: true }, () => {
  test('survives a restart, a crash too; the epoch does not', async () => {
    const first = await Server.start();
    const { dataDir } = first;
    const keep = `${dataDir}-kept`;
    const own = await Server.start({ dataDir: keep });
    try {
      const before = await Client.join(own, 'Ana');
      await own.kill();
      assert.notEqual((await before.closed()).code, 1000);
      const again = await Server.start({ dataDir: keep });
      const resuming = await Client.connect(again);
      await resuming.refused(
        { type: 'hello', name: 'Ana', identity: before.welcome.identity, resume: before.resume },
        'resume_expired',
      );
      const welcome = await resuming.hello({ name: 'Ana', identity: before.welcome.identity });
      assert.equal(welcome.user, before.user);
      assert.notEqual(welcome.epoch, before.welcome.epoch);
      assert.notEqual(welcome.session, before.welcome.session);
      // Another server than the one that signed it knows nobody.
      const stranger = await Client.connect(first);
      await stranger.refused(
        { type: 'hello', name: 'Ana', identity: welcome.identity },
        'identity_invalid',
      );
      await again.stop();
    } finally {
      await first.stop();
      await rm(keep, { recursive: true, force: true });
    }
  });

  test('a token that was tampered with is refused, and the socket stays', async () => {
    const server = await Server.start();
    const ana = await Client.join(server, 'Ana');
    const eve = await Client.join(server, 'Eve');
    const token = ana.welcome.identity;
    const parts = token.split('.');
    const client = await Client.connect(server, {});
    const forged = [
      'v1',
      'v1.',
      `${token}A`,
      token.slice(0, -2),
      token.replace('v1.', 'v2.'),
      `${parts[0]}.${parts[1]}.`,
      `${parts[0]}.${eve.welcome.identity.split('.')[1]}.${parts[2]}`,
      token.toUpperCase(),
    ];
    for (const identity of forged) {
      await client.refused({ type: 'hello', name: 'Eve', identity }, 'identity_invalid');
    }
    const welcome = await client.hello({ name: 'Eve' });
    assert.notEqual(welcome.user, ana.user);
    await server.stop();
  });

  test('the same name without the token is another person', async () => {
    const server = await Server.start();
    const one = await Client.join(server, 'Ana');
    const two = await Client.join(server, 'Ana');
    assert.notEqual(one.user, two.user);
    const { call } = await one.request({ type: 'call.start', to: [two.user] }, 'call.ringing');
    assert.equal((await two.next('call.incoming')).call, call);
    await server.stop();
  });
});
