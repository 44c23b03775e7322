import type { LocalMedia } from '@visavis/client';

import type { Public } from '../base/public.ts';
import { FFT_SIZE, loudness } from '../media/loudness.ts';
import { followSpeaker } from '../media/speaker.ts';

export const RECORDING_MS = 3_000;
const LOOK_EVERY_MS = 40;
/** What does not come to its end is given up so long after it should have. */
const PATIENCE_MS = 4_000;

export interface VoiceRecording {
  readonly sound: Blob;
  /** How loud it was at its loudest, 0 to 1; null where the browser does not measure it: without any speaker, Firefox does not. */
  readonly peak: number | null;
}

export function canRecord(): boolean {
  return 'MediaRecorder' in globalThis;
}

/**
 * Records what the microphone of `stream` hears, also while it is muted for calls. It stays in this page. Rejects where
 * the browser cannot; to be called from a click.
 */
export async function recordVoice(stream: MediaStream): Promise<VoiceRecording> {
  const [track] = stream.getAudioTracks();
  if (!track) throw new Error('There is no microphone.');
  const own = track.clone();
  own.enabled = true;
  const context = new AudioContext();
  try {
    const recorder = new MediaRecorder(new MediaStream([own]));
    const parts: Blob[] = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    const analyser = new AnalyserNode(context, { fftSize: FFT_SIZE });
    context.createMediaStreamSource(new MediaStream([own])).connect(analyser);
    void context.resume().catch(() => undefined);
    recorder.start();
    let peak = 0;
    const looking = setInterval(() => {
      peak = Math.max(peak, loudness(analyser));
    }, LOOK_EVERY_MS);
    await wait(RECORDING_MS);
    clearInterval(looking);
    recorder.stop();
    await inTime(stopped, 0);
    const measured = context.state === 'running' ? peak : null;
    return { sound: new Blob(parts, { type: recorder.mimeType }), peak: measured };
  } finally {
    own.stop();
    void context.close().catch(() => undefined);
  }
}

/** Plays it at the chosen speaker, to its end. Rejects where it cannot be played. */
export async function playVoice(
  { sound }: VoiceRecording,
  media: Public<LocalMedia>,
): Promise<void> {
  const url = URL.createObjectURL(sound);
  const element = new Audio(url);
  const end = followSpeaker(element, media);
  try {
    const ended = new Promise((resolve) => (element.onended = resolve));
    await inTime(Promise.all([element.play(), ended]), RECORDING_MS);
  } finally {
    end();
    element.pause();
    URL.revokeObjectURL(url);
  }
}

/** Rejects where that takes noticeably longer than `ms`: without any speaker, browsers wait for one for ever. */
export function inTime<T>(doing: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('That did not end.'));
    }, ms + PATIENCE_MS);
    void doing.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
