import { Emitter, type LocalMedia, type MediaProblem } from '@visavis/client';

import type { Public } from '../base/public.ts';
import { emptyStream } from './empty_stream.ts';
import type { Events } from './events.ts';

/** What the view models see of microphone and camera, played by a test or by the gallery. */
export class FakeMedia extends Emitter<Events<LocalMedia>> implements Public<LocalMedia> {
  readonly stream: MediaStream;
  ready = false;
  problems: readonly MediaProblem[] = [];
  hasMicrophone = true;
  hasCamera = true;
  microphoneMuted = false;
  cameraOff = false;
  starts = 0;
  #started = Promise.withResolvers<void>();

  constructor(stream = emptyStream()) {
    super();
    this.stream = stream;
  }

  start(): Promise<void> {
    this.starts += 1;
    return this.#started.promise;
  }

  /** Plays the devices' arrival, or what is wrong with them. */
  arrive(...problems: MediaProblem[]): void {
    this.problems = problems;
    this.hasMicrophone = problems.every((problem) => problem.kind !== 'microphone');
    this.hasCamera = problems.every((problem) => problem.kind !== 'camera');
    this.ready = true;
    this.emit('change');
    this.#started.resolve();
  }

  setMicrophoneMuted(muted: boolean): void {
    this.microphoneMuted = muted;
    this.emit('change');
  }

  setCameraOff(off: boolean): Promise<void> {
    this.cameraOff = off;
    this.emit('change');
    return Promise.resolve();
  }

  readonly tracks = { audio: null, video: null, screen: null, screen_audio: null };

  track(): MediaStreamTrack | null {
    return null;
  }

  stop(): void {
    this.ready = false;
    this.emit('change');
  }
}
