// Files go from browser to browser and arrive as they were sent, compared by SHA-256.
import assert from 'node:assert/strict';
import { until } from '../driver/until.ts';
import {
  catchDownloads,
  chooseFile,
  meet,
  openChat,
  savedFile,
  sendFile,
} from '../fixtures/chat.ts';
import { button, type Person } from '../fixtures/person.ts';
import { pairs, scenario } from '../fixtures/scenario.ts';

const megabyte = 1_000_000;
const transferTimeoutMs = 60_000;

async function bothReady(one: Person, other: Person): Promise<void> {
  await meet(one, other);
  for (const person of [one, other]) {
    await catchDownloads(person);
    await openChat(person);
  }
}

async function readsAbout(person: Person, words: RegExp): Promise<void> {
  await until(`${person.name} reads ${String(words)}`, async () =>
    words.test(await person.tab.pageText()),
  );
}

scenario(
  'files: 20 MB arrive as they were sent',
  { pairs: pairs.mixed, short: true, timeoutMs: 120_000 },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await bothReady(ana, ben);
    await sendFile(ana, ben, 'film.bin', 20 * megabyte + 1, transferTimeoutMs);
    await readsAbout(ben, /Received and checked/);
    await readsAbout(ana, /To Ben.*Sent/);
    await ben.tab.see(button('Save again film.bin'));
  },
);

scenario(
  'files: two each way at once',
  { pairs: pairs.some, timeoutMs: 120_000 },
  async (world, pair) => {
    const [ana, ben] = await world.couple(pair);
    await bothReady(ana, ben);
    const plan = [
      [ana, ben, 'a1.bin'],
      [ana, ben, 'a2.bin'],
      [ben, ana, 'b1.bin'],
      [ben, ana, 'b2.bin'],
    ] as const;
    const sent = [];
    for (const [from, , name] of plan) sent.push(await chooseFile(from, name, 3 * megabyte));
    for (const [, to, name] of plan) await to.tab.click(button(`Accept ${name}`));
    for (const [index, [, to, name]] of plan.entries()) {
      assert.deepEqual(await savedFile(to, name, transferTimeoutMs), sent[index]);
    }
  },
);

scenario('files: declined, cancelled, and with a name that is none', {}, async (world, pair) => {
  const [ana, ben] = await world.couple(pair);
  await bothReady(ana, ben);
  await chooseFile(ana, 'unwanted.bin', 1_000);
  await ben.tab.click(button('Decline unwanted.bin'));
  await readsAbout(ana, /Ben declined/);

  await chooseFile(ana, 'mistake.bin', 1_000);
  await ben.tab.see(button('Accept mistake.bin'));
  await ana.tab.click(button('Cancel mistake.bin'));
  await ben.tab.seeNo(button('Accept mistake.bin'));
  await readsAbout(ben, /Cancelled/);

  const sent = await chooseFile(ana, '../<b>\u202egpj.exe', 1_000);
  const name = '_<b>gpj.exe'.replace(/[<>]/g, '_');
  await ben.tab.click(button(`Accept ${name}`));
  assert.deepEqual(await savedFile(ben, name), { ...sent, name });
});
