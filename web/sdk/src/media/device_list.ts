import { Emitter } from '../base/emitter.ts';
import { createLogger } from '../base/logger.ts';
import { MEDIA_DEVICES_MAX } from '../base/limits.ts';
import type { MediaSource } from './media_source.ts';

const log = createLogger('devices');

export type DeviceKind = 'camera' | 'microphone' | 'speaker';

export interface Device {
  /** Of this page's origin: another site sees other ids. */
  readonly id: string;
  /** The device's own name. */
  readonly label: string;
}

export interface ListedDevice extends Device {
  readonly kind: DeviceKind;
  /** Devices of one piece of hardware share it: a headset's microphone and its speaker. */
  readonly group: string;
}

interface DeviceListEvents {
  /** The lists are different. */
  change: void;
  /** These were plugged in or taken away; the person has only now given leave to see the others that are new. */
  moved: { plugged: readonly ListedDevice[]; unplugged: readonly ListedDevice[] };
}

const KINDS: Partial<Record<MediaDeviceKind, DeviceKind>> = {
  videoinput: 'camera',
  audioinput: 'microphone',
  audiooutput: 'speaker',
};

// Chromium lists the system's choice as devices of its own, beside the ones that they stand for.
const ALIASES: readonly string[] = ['default', 'communications'];

/** The devices of this computer, as far as the page may know them, followed as they come and go. */
export class DeviceList extends Emitter<DeviceListEvents> {
  readonly #source: MediaSource;
  #all: readonly ListedDevice[] = [];
  /** Kinds of which there is something that the page may not know more of. */
  #hidden: ReadonlySet<DeviceKind> = new Set(['camera', 'microphone', 'speaker']);
  #listening = false;
  // Counts questions: an answer that is overtaken by a later question is dropped.
  #asked = 0;

  constructor(source: MediaSource) {
    super();
    this.#source = source;
  }

  of(kind: DeviceKind): readonly ListedDevice[] {
    return this.#all.filter((device) => device.kind === kind);
  }

  find(kind: DeviceKind, id: string | null): ListedDevice | null {
    return this.#all.find((device) => device.kind === kind && device.id === id) ?? null;
  }

  /** There is one, whether or not the page may know which. */
  has(kind: DeviceKind): boolean {
    return this.#listening && (this.#hidden.has(kind) || this.of(kind).length > 0);
  }

  /** Whether the device that a track comes from is still there. */
  listsSourceOf(kind: DeviceKind, { deviceId, groupId }: MediaTrackSettings): boolean {
    if (this.#hidden.has(kind)) return true;
    return this.of(kind).some(({ id, group }) =>
      ALIASES.includes(deviceId ?? '') ? group === groupId : id === deviceId,
    );
  }

  /** Looks again, and from the first time on whenever the browser says that something changed. Never rejects. */
  async refresh(): Promise<void> {
    const { mediaDevices } = this.#source;
    if (!mediaDevices) return;
    const asked = ++this.#asked;
    try {
      const infos = await mediaDevices.enumerateDevices();
      if (asked !== this.#asked) return;
      if (!this.#listening)
        mediaDevices.addEventListener('devicechange', () => void this.refresh());
      this.#listening = true;
      this.#set(infos.slice(0, MEDIA_DEVICES_MAX));
    } catch (error) {
      log.warn('the devices could not be listed', error);
    }
  }

  #set(infos: readonly MediaDeviceInfo[]): void {
    const before = this.#all;
    const wereHidden = this.#hidden;
    this.#all = visible(infos);
    this.#hidden = hidden(infos);
    // Firefox shows no speakers at all before there is leave to use a microphone.
    const known = (kinds: ReadonlySet<DeviceKind>, { kind }: ListedDevice): boolean =>
      !kinds.has(kind) && !(kind === 'speaker' && kinds.has('microphone'));
    const plugged = without(this.#all, before).filter((device) => known(wereHidden, device));
    const unplugged = without(before, this.#all).filter((device) => known(this.#hidden, device));
    if (JSON.stringify(before) !== JSON.stringify(this.#all)) this.emit('change');
    if (plugged.length + unplugged.length > 0) this.emit('moved', { plugged, unplugged });
  }
}

function visible(infos: readonly MediaDeviceInfo[]): readonly ListedDevice[] {
  const devices: ListedDevice[] = [];
  for (const { kind, deviceId: id, label, groupId: group } of infos) {
    const ours = KINDS[kind];
    if (ours && id !== '' && label !== '') devices.push({ kind: ours, id, label, group });
  }
  return devices.filter(
    ({ kind, id }) =>
      !ALIASES.includes(id) ||
      devices.every((other) => other.kind !== kind || ALIASES.includes(other.id)),
  );
}

function hidden(infos: readonly MediaDeviceInfo[]): ReadonlySet<DeviceKind> {
  const kinds = infos
    .filter(({ deviceId, label }) => deviceId === '' || label === '')
    .map(({ kind }) => KINDS[kind]);
  return new Set(kinds.filter((kind) => kind !== undefined));
}

function without(
  devices: readonly ListedDevice[],
  others: readonly ListedDevice[],
): readonly ListedDevice[] {
  return devices.filter(
    ({ kind, id }) => !others.some((other) => other.kind === kind && other.id === id),
  );
}
