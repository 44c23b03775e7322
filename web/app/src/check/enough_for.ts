// What a measured connection is enough for.
import type { LoadStats, PacketStats } from '@visavis/client';

/** Everybody sends to everybody: a call has no more (PEOPLE_MAX is the server's default). */
export const PEOPLE_MAX = 6;

// In bit/s, up as well as down, for each of the others: what the app sends of a voice with its headers, and of a camera that is
// worth looking at, large for two and smaller where several share the screen.
const VOICE = 80_000;
const LARGE_PICTURE = 520_000;
const SMALL_PICTURE = 350_000;
/** Of what was measured. The rest is for everything else that the connection is used for. */
const USABLE = 0.8;

export interface Capacity {
  /** So many people can talk with video, oneself included; below 2: none. */
  readonly video: number;
  /** The same without video. */
  readonly voice: number;
}

export function capacity({ bitrate, capped }: LoadStats): Capacity {
  const usable = capped ? Infinity : bitrate * USABLE;
  return { video: mostPeople(usable, videoNeed), voice: mostPeople(usable, voiceNeed) };
}

/** How evenly a voice arrives. */
export type Steadiness = 'good' | 'fair' | 'poor';

export function steadiness({ loss, delayMs, jitterMs }: PacketStats): Steadiness {
  const [delay, jitter] = [delayMs ?? Infinity, jitterMs ?? 0];
  if (loss >= 0.1 || delay >= 600 || jitter >= 80) return 'poor';
  return loss >= 0.02 || delay >= 250 || jitter >= 30 ? 'fair' : 'good';
}

const voiceNeed = (people: number): number => (people - 1) * VOICE;
const videoNeed = (people: number): number =>
  (people - 1) * (VOICE + (people === 2 ? LARGE_PICTURE : SMALL_PICTURE));

function mostPeople(bitrate: number, need: (people: number) => number): number {
  let people = 1;
  while (people < PEOPLE_MAX && need(people + 1) <= bitrate) people += 1;
  return people;
}
