import type { LocalMedia } from '@visavis/client';

import type { Public } from '../base/public.ts';
import { followSpeaker } from '../media/speaker.ts';

// A major chord, one note after the other: tells left from right no more than needed, and pleases.
const HERTZ = [523.25, 659.26, 783.99, 1046.5];
const STEP_S = 0.18;
const NOTE_S = 0.9;
const GAIN = 0.2;
const SILENCE = 0.0001; // exponential ramps can't reach zero
export const TEST_SOUND_MS = 1000 * (STEP_S * (HERTZ.length - 1) + NOTE_S);

/**
 * Plays a few notes at the chosen speaker; to be called from a click. An element plays them, as elements can be sent to a
 * speaker in more browsers than an AudioContext can. Rejects where nothing can be played.
 */
export async function playTestSound(media: Public<LocalMedia>): Promise<void> {
  const context = new AudioContext();
  const element = new Audio();
  const end = followSpeaker(element, media);
  try {
    const output = context.createMediaStreamDestination();
    element.srcObject = output.stream;
    await Promise.all([context.resume(), element.play()]);
    HERTZ.forEach((hertz, index) => {
      playNote(context, output, hertz, context.currentTime + index * STEP_S);
    });
    await new Promise((resolve) => setTimeout(resolve, TEST_SOUND_MS));
  } finally {
    end();
    element.srcObject = null;
    void context.close().catch(() => undefined);
  }
}

function playNote(context: AudioContext, output: AudioNode, hertz: number, startS: number): void {
  const oscillator = context.createOscillator();
  const envelope = context.createGain();
  oscillator.frequency.value = hertz;
  envelope.gain.setValueAtTime(SILENCE, startS);
  envelope.gain.exponentialRampToValueAtTime(GAIN, startS + 0.02);
  envelope.gain.exponentialRampToValueAtTime(SILENCE, startS + NOTE_S);
  oscillator.connect(envelope).connect(output);
  oscillator.start(startS);
  oscillator.stop(startS + NOTE_S);
}
