// A file that is larger than any buffer on its way, and a network that goes away under it.
import assert from 'node:assert/strict';
import type { BrowserKind } from '../driver/tab.ts';
import { until } from '../driver/until.ts';
import { catchDownloads, chooseFile, meet, openChat, savedFile } from '../fixtures/chat.ts';
import { button, type Person } from '../fixtures/person.ts';
import type { Lab } from './lab/lab.ts';
import { settles, soundOf } from './sound.ts';
import { withPair, type Note, type Side } from './pair.ts';

const bytes = 200_000_000;
const name = 'holiday.bin';
// Browsers that share two cores with each other send a few megabytes a second.
const beginsWithinMs = 60_000;
const arrivesWithinMs = 240_000;

export function aFileOutlivesACut(
  lab: Lab,
  [from, to]: readonly [BrowserKind, BrowserKind],
  note: Note,
): Promise<void> {
  const behindNat = (browser: BrowserKind): Side => ({ nat: 'port-restricted', browser });
  return withPair('file', [behindNat(from), behindNat(to)], lab, note, async (people, homes) => {
    const [ana, ben] = people;
    await meet(ana, ben);
    for (const person of people) {
      await catchDownloads(person);
      await openChat(person);
    }
    const sent = await chooseFile(ana, name, bytes);
    await ben.tab.click(button(`Accept ${name}`));
    await arrived(ben, 0.2);
    await homes[0].cutOff();
    await until('Ben reads that the connection is interrupted', async () =>
      (await ben.tab.pageText()).includes('Connection interrupted'),
    );
    const before = await share(ben);
    assert(before < 1, 'it had arrived before the cut');
    note(`cut at ${(before * 100).toFixed(0)} %`);
    await homes[0].mend();
    assert.deepEqual(await savedFile(ben, name, arrivesWithinMs), sent);
  });
}

// What is sent in the background leaves room for what people say.
export function aFileLeavesTheVoiceAlone(lab: Lab, note: Note): Promise<void> {
  const side: Side = { nat: 'none', browser: 'chromium' };
  return withPair('voice', [side, side], lab, note, async (people, [home]) => {
    const [ana, ben] = people;
    await meet(ana, ben);
    for (const person of people) {
      await catchDownloads(person);
      await openChat(person);
    }
    await home.limitUplink(1_500);
    await chooseFile(ana, name, bytes / 10);
    await ben.tab.click(button(`Accept ${name}`));
    await arrived(ben, 0.01);
    const before = await soundOf(ben);
    const [shareBefore, since] = [await share(ben), performance.now()];
    await settles([ben], 1);
    const after = await soundOf(ben);
    const gained = ((await share(ben)) - shareBefore) * (bytes / 10);
    const rate = (gained * 8) / (performance.now() - since);
    const lost = (after.concealed - before.concealed) / (after.received - before.received);
    note(`concealed sound: ${(lost * 100).toFixed(1)} %, file at ${rate.toFixed(0)} kbit/s`);
    if (lost > 0.1) throw new Error('the sound breaks up');
    assert(rate > 300, 'the file hardly goes on');
  });
}

async function arrived(person: Person, wanted: number): Promise<void> {
  const enough = async (): Promise<boolean> => (await share(person)) > wanted;
  await until(`a part of the file is with ${person.name}`, enough, beginsWithinMs);
}

// How much of the file has arrived, as the progress bar says.
function share(person: Person): Promise<number> {
  return person.tab.evaluate(
    (query) => {
      const [bar] = window.__e2e.find(query);
      if (bar instanceof HTMLProgressElement) return bar.value / bar.max;
      return (
        Number(bar?.getAttribute('aria-valuenow') ?? 0) /
        Number(bar?.getAttribute('aria-valuemax') ?? 100)
      );
    },
    { role: 'progressbar', name: `Progress of ${name}` } as const,
  );
}
