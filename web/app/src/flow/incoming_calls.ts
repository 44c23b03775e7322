import type { Call, EndReason, LocalMedia, Person } from '@visavis/client';

import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { Subscriptions } from '../base/subscriptions.ts';

/** A call that came and went unanswered, told in the lobby. */
export interface Notice {
  readonly reason: EndReason;
  readonly caller: Person;
}

export interface AnswerOptions {
  readonly video: boolean;
}

/** A call that is to be accepted while we are in another: what becomes of that one? */
export interface Question extends AnswerOptions {
  readonly call: Public<Call>;
}

/** What went wrong with an answer. */
export interface AnswerProblem {
  readonly call: Public<Call>;
  readonly wanted: 'accept' | 'add';
  readonly error: unknown;
}

interface IncomingOptions {
  readonly media: Public<LocalMedia>;
  /** The call in which we talk with others, or wait for them in a room; null while there is none. */
  readonly current: () => Public<Call> | null;
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
  readonly #added = new WeakSet<Public<Call>>();
  #ringing: readonly Public<Call>[] = [];
  #answering: Public<Call> | null = null;
  #question: Question | null = null;
  #problem: AnswerProblem | null = null;
  #notice: Notice | null = null;
  #cameraOffForCall = false;

  constructor(options: IncomingOptions) {
    super();
    this.#options = options;
  }

  /** The oldest first. */
  get all(): readonly Public<Call>[] {
    return this.#ringing;
  }

  /** Accepted, and the answer is on its way. */
  get answering(): boolean {
    return this.#answering !== null;
  }

  /** What is to become of the call that we are in, before another can be accepted. */
  get question(): Question | null {
    return this.#options.current() === null ? null : this.#question;
  }

  get problem(): AnswerProblem | null {
    return this.#problem;
  }

  get notice(): Notice | null {
    return this.#notice;
  }

  /** The caller was asked into the call that we are in. */
  isAdded(call: Public<Call>): boolean {
    return this.#added.has(call);
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
        if (state === 'ringing' || (state !== 'ended' && this.#answering === call)) return;
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
    if (this.#question?.call === call) this.#question = null;
    this.#problem = null;
  }

  /** Nothing rings any more, and nothing is worth telling. */
  clear(): void {
    this.#ringing = [];
    this.#question = null;
    this.#notice = null;
  }

  /** Accepts it; while we are in another call, asks first. */
  async answer(call: Public<Call>, { video }: AnswerOptions): Promise<void> {
    if (this.#options.current() === null) return this.#accept(call, video);
    this.#question = { call, video };
    this.#problem = null;
    this.changed();
  }

  async endAndAccept(): Promise<void> {
    const question = this.#takeQuestion();
    if (question) await this.#accept(question.call, question.video);
  }

  /** Asks the caller into the call that we are in; theirs rings on until they come. */
  async addToCall(): Promise<void> {
    const current = this.#options.current();
    const call = this.#takeQuestion()?.call;
    if (!current || !call?.from) return;
    this.#added.add(call);
    this.changed();
    try {
      await current.invite([call.from.user]);
    } catch (error) {
      this.#added.delete(call);
      this.#problem = { call, wanted: 'add', error };
      this.changed();
    }
  }

  dropQuestion(): void {
    this.#takeQuestion();
    this.changed();
  }

  /** After a call that was answered with audio only, the camera is on again. */
  restoreCamera(): void {
    if (!this.#cameraOffForCall) return;
    this.#cameraOffForCall = false;
    void this.#options.media.setCameraOff(false);
  }

  #takeQuestion(): Question | null {
    const question = this.#question;
    this.#question = null;
    return question;
  }

  async #accept(call: Public<Call>, video: boolean): Promise<void> {
    if (!this.#rings(call) || this.#answering) return;
    const { media, onAccepting, onAnswered } = this.#options;
    this.#answering = call;
    this.#problem = null;
    this.changed();
    try {
      // Media that is still starting would leave the other side without sound or picture.
      if (!media.ready) await media.start();
      if (!this.#rings(call)) return;
      onAccepting();
      if (!video && !media.cameraOff) {
        this.#cameraOffForCall = true;
        await media.setCameraOff(true);
      }
      if (!this.#rings(call)) return;
      await call.accept({ media: media as LocalMedia, video });
      if (this.#rings(call)) onAnswered(call);
    } catch (error) {
      this.#problem = { call, wanted: 'accept', error };
    } finally {
      this.#answering = null;
      this.changed();
    }
  }

  #rings(call: Public<Call>): boolean {
    return this.#ringing.includes(call);
  }

  /** Tells of a call that nobody here chose to refuse. */
  #noteUnanswered(call: Public<Call>): void {
    const { endReason: reason, from } = call;
    if (from === null || reason === null || reason === 'declined' || this.isAdded(call)) return;
    const { user, name, confusable } = from;
    this.#notice = { reason, caller: { user, name, inCall: false, confusable } };
  }
}
