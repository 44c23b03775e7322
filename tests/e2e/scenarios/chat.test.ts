// What people write to each other arrives as they wrote it, and is never more than text.
import assert from 'node:assert/strict';
import { until } from '../driver/until.ts';
import { meet, openChat, paste, readBox, readChat, reads, write } from '../fixtures/chat.ts';
import { button, type Person } from '../fixtures/person.ts';
import { enterRoom, openRoom } from '../fixtures/room.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';

const hostile = [
  '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>',
  'javascript:document.title="owned" data:text/html,<b>x</b> vbscript:x',
  'https://example.org/a_(b)?c=<d> and https://bank.example@evil.example/',
  'https://\u0430pple.com/', // the first letter is Cyrillic
  '${7*7} {{constructor.constructor(\'document.title="owned"\')()}}',
];

async function title(person: Person): Promise<string> {
  return person.tab.evaluate(() => document.title, null);
}

async function bothOpenChat(one: Person, other: Person): Promise<void> {
  await meet(one, other);
  await openChat(one);
  await openChat(other);
}

scenario(
  'chat: both write, and hostile text stays text',
  { pairs: pairs.mixed, short: true },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await bothOpenChat(ana, ben);
    const before = await title(ben);

    for (const text of hostile) await write(ana, text);
    await reads(
      ben,
      ...hostile.slice(0, 3),
      `${hostile[3] ?? ''} [xn--pple-43d.com]`,
      hostile[4] ?? '',
    );
    const lines = await readChat(ben);
    assert.deepEqual(
      lines.map(({ links }) => links.map(({ href }) => href)),
      [[], [], ['https://example.org/a_(b)?c='], ['https://xn--pple-43d.com/'], []],
    );
    for (const { links } of lines) {
      for (const { rel } of links) assert.equal(rel, 'noopener noreferrer nofollow');
    }
    // The one name of a host beside its link, and nothing else.
    assert.deepEqual(
      lines.map(({ markup }) => markup),
      [0, 0, 0, 1, 0],
    );
    assert.equal(await title(ben), before);
    assert.equal(await title(ana), before);
  },
);

scenario(
  'chat: the longest text, its lines and its letters arrive',
  { pairs: pairs.mixed },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await bothOpenChat(ana, ben);

    const long = '€ß👩‍👩‍👧\n'.repeat(1_000).slice(0, 7_999).trimEnd();
    await write(ana, long);
    await reads(ben, long); // or the two would cross
    await write(ben, 'first line\nsecond line');
    await reads(ana, long, 'first line\nsecond line');
    // What turns text around is taken out; what is in it stays.
    await write(ana, 'safe\u202eexe.gpj\u2066 \u05e9\u05dc\u05d5\u05dd');
    await reads(ben, long, 'first line\nsecond line', 'safeexe.gpj \u05e9\u05dc\u05d5\u05dd');

    // Too long for one: it is said, it is not sent, and it is not lost.
    const tooLong = 'x'.repeat(8_001);
    await paste(ana, tooLong);
    await until('Ana reads that it is too long', async () =>
      (await ana.tab.pageText()).includes('1 character too many'),
    );
    assert(await ana.tab.isDisabled(button('Send')));
    assert.equal(await readBox(ana), tooLong);
  },
);

scenario('chat: Enter sends, Shift+Enter is a new line', {}, async (world, pair) => {
  const [ana, ben] = await world.couple(pair);
  await bothOpenChat(ana, ben);
  await ana.tab.click({ role: 'textbox', name: 'Message' });
  await ana.tab.type('one');
  await ana.tab.press('Shift+Enter');
  await ana.tab.type('two');
  await ana.tab.press('Enter');
  await reads(ben, 'one\ntwo');
  assert.equal(await readBox(ana), '');
});

scenario(
  'chat: what comes while it is closed is announced, and there when it is opened',
  {},
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await meet(ana, ben);
    await openChat(ana);
    await write(ana, 'are you there?');
    await until('Ben hears of it', () =>
      ben.tab.evaluate(
        () =>
          window.__e2e
            .find({ role: 'status' })
            .some((element) => window.__e2e.textOf(element) === 'Ana: are you there?'),
        null,
      ),
    );
    await openChat(ben);
    await reads(ben, 'are you there?');
    await write(ben, 'yes');
    await reads(ana, 'are you there?', 'yes');
  },
);

scenario(
  'chat: whoever comes later by the link is told what was written to everyone',
  { pairs: pairs.mixed, timeoutMs: 120_000 },
  async (world, [one, other]) => {
    const ana = await world.person('Ana', one, { devices: 'none' });
    const path = await openRoom(ana);
    const ben = await world.visitor('Ben', other, { path, devices: 'none' });
    await enterRoom(ben);
    await openChat(ana);
    await openChat(ben);
    await write(ana, 'before you came');
    await reads(ben, 'before you came');
    await write(ben, 'it was quiet');
    await reads(ana, 'before you came', 'it was quiet');

    const cleo = await world.visitor('Cleo', one, { path, devices: 'none' });
    await enterRoom(cleo);
    await openChat(cleo);
    await reads(cleo, 'before you came', 'it was quiet');
    await write(cleo, 'here I am');
    for (const person of [ana, ben]) {
      await reads(person, 'before you came', 'it was quiet', 'here I am');
    }
  },
);
