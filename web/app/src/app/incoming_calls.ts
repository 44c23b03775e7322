import type { Call, LocalMedia, Person } from '@visavis/client';

import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { Subscriptions } from '../base/subscriptions.ts';
import { strings } from '../strings.ts';

/** A call that came and went unanswered, told in the lobby. */
export interface Notice {
  readonly text: string;
  readonly caller: Person;
}

interface IncomingOptions {
  readonly media: Public<LocalMedia>;
  /** Just before it is accepted: whatever fills the screen has to go. */
  readonly onAccepting: () => void;
  /** It fills the screen from here on. */
  readonly onAnswered: (call: Public<Call>) => void;
  /** Whether this call fills the screen. */
  readonly isActive: (call: Public<Call>) => boolean;
}

/** The calls that ring here, and what became of them. */
export class IncomingCalls extends Observable {
  readonly #options: IncomingOptions;
  #ringing: readonly Public<Call>[] = [];
  #answering = false;
  #problem: string | null = null;
  #notice: Notice | null = null;
  #cameraOffForCall = false;

  constructor(options: IncomingOptions) {
    super();
    this.#options = options;
  }

  /** The oldest one. */
  get first(): Public<Call> | null {
    return this.#ringing[0] ?? null;
  }

  /** Accepted, and the answer is on its way. */
  get answering(): boolean {
    return this.#answering;
  }

  /** Why the answer did not work, in words. */
  get problem(): string | null {
    return this.#problem;
  }

  get notice(): Notice | null {
    return this.#notice;
  }

  dismissNotice(): void {
    this.#notice = null;
    this.changed();
  }

  /** A call begins to ring. */
  ring(call: Public<Call>): void {
    this.#ringing = [...this.#ringing, call];
    this.#notice = null;
    const subscriptions = new Subscriptions();
    subscriptions.add(
      call.on('state', (state) => {
        // While it is being accepted, the answer to that decides.
        if (state === 'ringing' || (state !== 'ended' && this.#answering)) return;
        subscriptions.end();
        if (state !== 'ended') {
          this.#options.onAnswered(call);
          return;
        }
        // Accepted here, it has its end screen.
        if (!this.#options.isActive(call)) this.#noteUnanswered(call);
        this.stop(call);
        this.changed();
      }),
    );
    this.changed();
  }

  /** It rings no more. */
  stop(call: Public<Call>): void {
    this.#ringing = this.#ringing.filter((ringing) => ringing !== call);
    this.#problem = null;
  }

  /** Nothing rings any more, and nothing is worth telling. */
  clear(): void {
    this.#ringing = [];
    this.#notice = null;
  }

  async accept({ video }: { video: boolean }): Promise<void> {
    const call = this.first;
    if (call === null || this.#answering) return;
    const { media, onAccepting, onAnswered } = this.#options;
    this.#answering = true;
    this.#problem = null;
    this.changed();
    try {
      // Media that is still starting would leave the other side without sound or picture.
      if (!media.ready) await media.start();
      if (!video && !media.cameraOff) {
        this.#cameraOffForCall = true;
        await media.setCameraOff(true);
      }
      if (this.first !== call) return;
      onAccepting();
      await call.accept({ media: media as LocalMedia, video });
      if (this.first === call) onAnswered(call);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : null;
      this.#problem = code === 'no_relay' ? strings.ring.noRelay : strings.ring.failed;
    } finally {
      this.#answering = false;
      this.changed();
    }
  }

  decline(): void {
    this.first?.decline();
  }

  /** After a call that was answered with audio only, the camera is on again. */
  restoreCamera(): void {
    if (!this.#cameraOffForCall) return;
    this.#cameraOffForCall = false;
    void this.#options.media.setCameraOff(false);
  }

  /** Tells of a call that nobody here chose to refuse. */
  #noteUnanswered(call: Public<Call>): void {
    const { endReason, from } = call;
    if (from === null || endReason === null || endReason === 'declined') return;
    this.#notice = {
      text: strings.ended.title[endReason].called(from.name),
      caller: { user: from.user, name: from.name, inCall: false, confusable: from.confusable },
    };
  }
}
