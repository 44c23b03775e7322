import { createLogger } from '../base/logger.ts';
import { audioConstraints, videoConstraints, type MediaPreferences } from './media_preferences.ts';
import { describeMediaProblem, type MediaProblem } from './media_problem.ts';
import type { MediaSource } from './media_source.ts';

const log = createLogger('media');

export type InputKind = 'microphone' | 'camera';

export interface Captured {
  readonly tracks: readonly MediaStreamTrack[];
  /** Why none of the kinds asked for could be had; or, beside tracks, why it is not the device that was chosen. */
  readonly problem: MediaProblem | null;
}

// The chosen device is gone: another one is better than none.
const GONE: readonly string[] = ['OverconstrainedError', 'NotFoundError'];

/** Asks for all `kinds` in one question, the chosen devices first and any others if they can't be had. Never rejects. */
export async function capture(
  source: MediaSource,
  kinds: readonly InputKind[],
  preferences: MediaPreferences,
): Promise<Captured> {
  const kind = kinds[0] ?? 'microphone';
  const { mediaDevices, isSecureContext: secure } = source;
  if (!mediaDevices) return { tracks: [], problem: describeMediaProblem(kind, null, secure) };
  const ask = async (from: MediaPreferences): Promise<readonly MediaStreamTrack[]> => {
    const stream = await mediaDevices.getUserMedia({
      ...(kinds.includes('microphone') && { audio: audioConstraints(from, from.microphone) }),
      ...(kinds.includes('camera') && { video: videoConstraints(from, from.camera) }),
    });
    return stream.getTracks();
  };
  try {
    return { tracks: await ask(preferences), problem: null };
  } catch (error) {
    log.warn(`no ${kinds.join(' and ')}`, error);
    const problem = describeMediaProblem(kind, error, secure);
    const chosen = kinds.some((asked) => preferences[asked] !== null);
    // What is refused is not asked for again, and two devices at once are the caller's to try one by one.
    if (!chosen || problem.reason === 'denied' || kinds.length > 1) return { tracks: [], problem };
    const gone = error instanceof Error && GONE.includes(error.name);
    try {
      const tracks = await ask({ ...preferences, microphone: null, camera: null });
      return { tracks, problem: gone ? null : problem };
    } catch (again) {
      log.warn(`no other ${kinds.join(' and ')} either`, again);
      return { tracks: [], problem: describeMediaProblem(kind, again, secure) };
    }
  }
}
