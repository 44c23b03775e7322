import type { LocalMedia } from '@visavis/client';

import type { Public } from '../base/public.ts';
import { followSpeaker } from '../media/speaker.ts';

/** One soft note of a melody. */
interface Note {
  readonly atS: number;
  readonly hertz: number;
  readonly lengthS: number;
}

interface Melody {
  readonly notes: readonly Note[];
  readonly periodMs: number;
  readonly gain: number;
}

// Two voices that answer each other, as the mark has two faces: a rising fourth, and its reply.
const RING: Melody = {
  notes: [
    { atS: 0, hertz: 587.33, lengthS: 0.5 },
    { atS: 0.16, hertz: 783.99, lengthS: 0.7 },
    { atS: 0.62, hertz: 880, lengthS: 0.5 },
    { atS: 0.78, hertz: 659.26, lengthS: 0.9 },
  ],
  periodMs: 2600,
  gain: 0.22,
};

const RINGBACK: Melody = {
  notes: [
    { atS: 0, hertz: 392, lengthS: 0.9 },
    { atS: 0.22, hertz: 523.25, lengthS: 0.9 },
  ],
  periodMs: 3600,
  gain: 0.07,
};

// Under a conversation: heard, but never over what somebody says.
const CALL_WAITING: Melody = {
  notes: [
    { atS: 0, hertz: 587.33, lengthS: 0.4 },
    { atS: 0.16, hertz: 783.99, lengthS: 0.6 },
  ],
  periodMs: 5200,
  gain: 0.05,
};

const ATTACK_S = 0.012;
const SILENCE = 0.0001; // exponential ramps can't reach zero
const OVERTONE_GAIN = 0.18;

/**
 * The ring tone, a soft one for calls that come during another, and the ringback tone, synthesised. Without a user gesture browsers keep an AudioContext
 * silent; then nothing is heard, and nothing else happens. They come from the chosen speaker where an AudioContext can
 * be sent there.
 */
export class Tones {
  readonly #media: Public<LocalMedia>;
  #context: AudioContext | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;
  #output: GainNode | null = null;

  constructor(media: Public<LocalMedia>) {
    this.#media = media;
  }

  /** Lets the browser know, within a user gesture, that this page may make sound. */
  unlock(): void {
    this.#context ??= this.#create();
    if (this.#context?.state === 'suspended') void this.#context.resume().catch(ignore);
  }

  ring(): void {
    this.#play(RING);
  }

  ringback(): void {
    this.#play(RINGBACK);
  }

  callWaiting(): void {
    this.#play(CALL_WAITING);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#output?.disconnect();
    this.#output = null;
  }

  #create(): AudioContext | null {
    try {
      const context = new AudioContext();
      followSpeaker(context, this.#media);
      return context;
    } catch {
      return null;
    }
  }

  #play(melody: Melody): void {
    this.stop();
    this.unlock();
    const context = this.#context;
    if (!context) return;
    const output = context.createGain();
    output.gain.value = melody.gain;
    output.connect(context.destination);
    this.#output = output;
    const once = (): void => {
      if (context.state !== 'running') return; // scheduled notes would all sound at once later
      for (const note of melody.notes) playNote(context, output, note);
    };
    void context.resume().then(once, ignore);
    this.#timer = setInterval(once, melody.periodMs);
  }
}

function playNote(context: AudioContext, output: AudioNode, note: Note): void {
  const start = context.currentTime + note.atS;
  const end = start + note.lengthS;
  for (const [factor, gain] of [
    [1, 1],
    [2, OVERTONE_GAIN],
  ] as const) {
    const oscillator = context.createOscillator();
    const envelope = context.createGain();
    oscillator.frequency.value = note.hertz * factor;
    envelope.gain.setValueAtTime(SILENCE, start);
    envelope.gain.exponentialRampToValueAtTime(gain, start + ATTACK_S);
    envelope.gain.exponentialRampToValueAtTime(SILENCE, end);
    oscillator.connect(envelope).connect(output);
    oscillator.start(start);
    oscillator.stop(end);
  }
}

function ignore(): void {
  // Sound is a help, never a condition: the screen and the title say the same.
}
