// What people in the lab hear of each other.
import { until } from '../driver/until.ts';
import type { Person } from '../fixtures/person.ts';

// Long enough for bandwidth estimates to follow, counted in what the receivers play: no clock of ours.
export async function settles(people: readonly Person[], senders: number): Promise<void> {
  const seconds = 8;
  const first = await Promise.all(people.map(soundOf));
  await until(
    'some seconds of sound have been played',
    async () => {
      const now = await Promise.all(people.map(soundOf));
      return now.every(({ received }, index) => {
        // 48,000 samples a second of each sender.
        return received - (first[index]?.received ?? 0) > seconds * senders * 48_000;
      });
    },
    60_000,
  );
}

// Samples of everybody else that were played, and those of them that had to be made up.
export function soundOf(person: Person): Promise<{ received: number; concealed: number }> {
  return person.tab.evaluate(async () => {
    const all = (await window.__e2e.rawStats()).flat();
    const sounds = all.filter((report) => report.type === 'inbound-rtp' && report['mid'] === '0');
    const sum = (name: string): number =>
      sounds.reduce((total, report) => total + Number(report[name] ?? 0), 0);
    return { received: sum('totalSamplesReceived'), concealed: sum('concealedSamples') };
  }, null);
}
