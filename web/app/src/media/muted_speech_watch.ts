import { FFT_SIZE, loudness } from './loudness.ts';
import { MEASURE_INTERVAL_MS, MutedSpeech } from './muted_speech.ts';

/** 2048 samples are about 45 ms: of a measurement every 100 ms, half of the sound is looked at. */
const WATCHED_SAMPLES = 4 * FFT_SIZE;

/**
 * Notices that somebody talks while muted. Only the loudness of the microphone is measured, here in the page, and
 * only while `listen` holds its track: nothing is recorded, kept or sent. It listens to a copy of the track, as
 * the muted one is silent for everybody, this page included.
 */
export class MutedSpeechWatch {
  readonly #onSpeech: () => void;
  readonly #speech = new MutedSpeech();
  #context: AudioContext | null = null;
  #source: MediaStreamTrack | null = null;
  #copy: MediaStreamTrack | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(onSpeech: () => void) {
    this.#onSpeech = onSpeech;
  }

  /** Listens to `track` from now on; null: to nothing, and no copy of a track is left open. */
  listen(track: MediaStreamTrack | null): void {
    const live = track?.readyState === 'live' ? track : null;
    if (live === this.#source) return;
    this.#stop();
    this.#source = live;
    if (live) this.#start(live);
  }

  #start(track: MediaStreamTrack): void {
    try {
      const copy = track.clone();
      copy.enabled = true;
      this.#copy = copy;
      const context = new AudioContext();
      this.#context = context;
      const analyser = context.createAnalyser();
      analyser.fftSize = WATCHED_SAMPLES;
      context.createMediaStreamSource(new MediaStream([copy])).connect(analyser);
      this.#timer = setInterval(() => {
        if (this.#speech.onLevel(loudness(analyser), performance.now())) this.#onSpeech();
      }, MEASURE_INTERVAL_MS);
    } catch {
      this.#stop(); // no audio output at all: there is no hint
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#speech.forget();
    this.#copy?.stop();
    this.#copy = null;
    this.#source = null;
    void this.#context?.close().catch(() => undefined);
    this.#context = null;
  }
}
