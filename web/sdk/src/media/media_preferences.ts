// What a person has chosen about their devices, and what that asks of the browser.

export interface AudioProcessing {
  readonly echoCancellation: boolean;
  readonly noiseSuppression: boolean;
  readonly autoGainControl: boolean;
}

export interface VideoQuality {
  readonly height: 360 | 720 | 1080;
  /** Frames per second. */
  readonly frameRate: 15 | 30 | 60;
}

export interface DeviceChoice {
  /** A device's id; null leaves the choice to the system. */
  readonly camera: string | null;
  readonly microphone: string | null;
  readonly speaker: string | null;
}

/** Everything worth remembering; plain JSON. A device that is not there now stays chosen for when it is back. */
export interface MediaPreferences extends DeviceChoice {
  readonly processing: AudioProcessing;
  readonly quality: VideoQuality;
  readonly joinMuted: boolean;
  readonly joinWithoutCamera: boolean;
}

export const MEDIA_PREFERENCES: MediaPreferences = {
  camera: null,
  microphone: null,
  speaker: null,
  processing: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  quality: { height: 720, frameRate: 30 },
  joinMuted: false,
  joinWithoutCamera: false,
};

/** Device ids are hashes of 64 characters in every browser; what is much longer is none. */
const DEVICE_ID_CHARS_MAX = 512;

/** Reads what was stored, by this version or another; what makes no sense is as if it had never been chosen. */
export function parseMediaPreferences(stored: unknown): MediaPreferences {
  const from = fieldsOf(stored);
  const processing = fieldsOf(from['processing']);
  const quality = fieldsOf(from['quality']);
  const fallback = MEDIA_PREFERENCES;
  return {
    camera: deviceId(from['camera']),
    microphone: deviceId(from['microphone']),
    speaker: deviceId(from['speaker']),
    processing: {
      echoCancellation: flag(processing['echoCancellation'], true),
      noiseSuppression: flag(processing['noiseSuppression'], true),
      autoGainControl: flag(processing['autoGainControl'], true),
    },
    quality: {
      height: oneOf([360, 720, 1080], quality['height'], fallback.quality.height),
      frameRate: oneOf([15, 30, 60], quality['frameRate'], fallback.quality.frameRate),
    },
    joinMuted: flag(from['joinMuted'], false),
    joinWithoutCamera: flag(from['joinWithoutCamera'], false),
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function deviceId(value: unknown): string | null {
  const fits = typeof value === 'string' && value.length > 0 && value.length <= DEVICE_ID_CHARS_MAX;
  return fits ? value : null;
}

function flag(value: unknown, fallback: boolean): boolean {
  return typeof value === 'boolean' ? value : fallback;
}

function oneOf<Value>(allowed: readonly Value[], value: unknown, fallback: Value): Value {
  return allowed.find((one) => one === value) ?? fallback;
}

/** @param device Exactly this one; null for any. */
export function audioConstraints(
  { processing }: MediaPreferences,
  device: string | null,
): MediaTrackConstraints {
  return { ...processing, ...exactly(device) };
}

/** @param device Exactly this one; null for any, on phones the one that faces the person. */
export function videoConstraints(
  { quality: { height, frameRate } }: MediaPreferences,
  device: string | null,
): MediaTrackConstraints {
  return {
    width: { ideal: (height * 16) / 9 },
    height: { ideal: height },
    frameRate: { ideal: frameRate },
    ...(device === null ? { facingMode: 'user' } : exactly(device)),
  };
}

function exactly(device: string | null): MediaTrackConstraints {
  return device === null ? {} : { deviceId: { exact: device } };
}
