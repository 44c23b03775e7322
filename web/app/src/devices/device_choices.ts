import type { Device, DeviceKind, LocalMedia } from '@visavis/client';

import type { Public } from '../base/public.ts';
import { devices as words } from '../strings/devices.ts';

/** The value of the choice to leave it to the system. */
export const SYSTEM_CHOICE = '';

/** One line of a select. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

/** What can be chosen of a kind, the system's choice first. A chosen device that is away is in the list, too. */
export function deviceChoices(media: Public<LocalMedia>, kind: DeviceKind): readonly Choice[] {
  const wish = media.preferences[kind];
  const listed = devicesOf(media, kind);
  const away = wish !== null && !listed.some(({ id }) => id === wish);
  const choices: Choice[] = [
    { value: SYSTEM_CHOICE, label: words.systemChoice, selected: wish === null },
  ];
  if (away) choices.push({ value: wish, label: words.chosenIsAway, selected: true });
  const labels = distinct(listed.map(({ label }) => label));
  listed.forEach(({ id }, index) => {
    choices.push({ value: id, label: labels[index] ?? '', selected: id === wish });
  });
  return choices;
}

/** Takes the value of a choice. */
export function choose(media: Public<LocalMedia>, kind: DeviceKind, value: string): void {
  const id = value === SYSTEM_CHOICE ? null : value;
  switch (kind) {
    case 'camera':
      void media.selectCamera(id);
      break;
    case 'microphone':
      void media.selectMicrophone(id);
      break;
    case 'speaker':
      media.selectSpeaker(id);
  }
}

export function devicesOf(media: Public<LocalMedia>, kind: DeviceKind): readonly Device[] {
  const { cameras, microphones, speakers } = media.devices;
  return { camera: cameras, microphone: microphones, speaker: speakers }[kind];
}

/** Two cameras of one model have one name; the later ones get a number. */
function distinct(labels: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  return labels.map((label) => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return count === 1 ? label : `${label} (${count})`;
  });
}
