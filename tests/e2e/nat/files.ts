// A file that is larger than any buffer on its way, and a network that goes away under it.
import assert from 'node:assert/strict';
import type { BrowserKind } from '../driver/tab.ts';
import { until } from '../driver/until.ts';
import { catchDownloads, chooseFile, meet, openChat, savedFile } from '../fixtures/chat.ts';
import { button, connect, type Person } from '../fixtures/person.ts';
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

// What is sent in the background leaves room for what people say and show.
export function aFileLeavesVoiceAndPictureAlone(lab: Lab, note: Note): Promise<void> {
  const side: Side = { nat: 'none', browser: 'chromium' };
  return withPair('beside', [side, side], lab, note, async (people, [home]) => {
    const [ana, ben] = people;
    await connect(ana, ben);
    await ben.tab.click(button('Turn camera off'));
    for (const person of people) {
      await catchDownloads(person);
      await openChat(person);
    }
    await home.limitUplink(1_500);
    const alone = await enjoyed(ben);
    await chooseFile(ana, name, bytes / 10);
    await ben.tab.click(button(`Accept ${name}`));
    await arrived(ben, 0.01);
    const shareBefore = await share(ben);
    const beside = await enjoyed(ben);
    const rate = (((await share(ben)) - shareBefore) * (bytes / 10) * 8) / (beside.seconds * 1000);
    note(
      `alone: ${inWords(alone)}; beside a file at ${rate.toFixed(0)} kbit/s: ${inWords(beside)}`,
    );
    assert(beside.concealed < 0.1, 'the sound breaks up');
    assert(beside.fps > alone.fps / 3, 'the picture stops');
    assert(rate > 300, 'the file hardly goes on');
  });
}

// What somebody has of the one other person over some seconds.
interface Enjoyed {
  readonly seconds: number;
  readonly concealed: number; // share of the sound
  readonly fps: number;
  readonly lines: number;
}

async function enjoyed(person: Person): Promise<Enjoyed> {
  const [sound, picture] = [await soundOf(person), await pictureOf(person)];
  await settles([person], 1);
  const [soundNow, pictureNow] = [await soundOf(person), await pictureOf(person)];
  const seconds = (pictureNow.atMs - picture.atMs) / 1000;
  return {
    seconds,
    concealed: (soundNow.concealed - sound.concealed) / (soundNow.received - sound.received),
    fps: (pictureNow.frames - picture.frames) / seconds,
    lines: pictureNow.lines,
  };
}

function pictureOf(person: Person): Promise<{ atMs: number; frames: number; lines: number }> {
  return person.tab.evaluate(async () => {
    const all = (await window.__e2e.rawStats()).flat();
    const inbound = all.find((report) => report.type === 'inbound-rtp' && report['mid'] === '1');
    return {
      atMs: performance.now(),
      frames: Number(inbound?.['framesDecoded'] ?? 0),
      lines: Number(inbound?.['frameHeight'] ?? 0),
    };
  }, null);
}

function inWords({ fps, lines, concealed }: Enjoyed): string {
  return `${lines.toFixed(0)} lines at ${fps.toFixed(1)} fps, concealed sound ${(concealed * 100).toFixed(1)} %`;
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
