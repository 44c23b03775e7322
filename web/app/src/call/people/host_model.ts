import type { Call, RemoteParticipant } from '@visavis/client';

import { Observable } from '../../base/observable.ts';
import type { Public } from '../../base/public.ts';
import { Subscriptions } from '../../base/subscriptions.ts';
import { hostWords } from '../../strings/hosts.ts';

type Somebody = Pick<Public<RemoteParticipant>, 'id' | 'user' | 'name'>;

/** Who looks after a room, what they may do, and what is to be asked before it is done. */
export class HostModel extends Observable {
  readonly #call: Public<Call>;
  readonly #subscriptions = new Subscriptions();
  #leaving: Somebody | null = null;
  #working = false;
  #problem: string | null = null;

  constructor(call: Public<Call>) {
    super();
    this.#call = call;
    const changed = (): void => {
      this.changed();
    };
    this.#subscriptions.add(
      call.on('rules', changed),
      call.on('room', changed),
      call.on('participants', () => {
        if (this.#leaving && !this.#isInside(this.#leaving)) this.#leaving = null;
        this.changed();
      }),
    );
  }

  dispose(): void {
    this.#subscriptions.end();
  }

  /** The call is a room, and somebody hosts it. */
  get hosted(): boolean {
    return this.#call.room !== null && this.#call.hosts.length > 0;
  }

  /** We are a host. */
  get isHost(): boolean {
    return this.hosted && this.#call.isHost;
  }

  get locked(): boolean {
    return this.#call.locked;
  }

  get knock(): boolean {
    return this.#call.room?.knock === true;
  }

  /** Who cannot come in again, by name; empty where we are no host. */
  get removed(): readonly string[] {
    return this.#call.removed.map(({ name }) => name || hostWords.nameless);
  }

  /** What went wrong last, in words. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The server was asked for something and has not answered. */
  get working(): boolean {
    return this.#working;
  }

  /** Whom we have been asked about whether they shall leave. */
  get leaving(): Somebody | null {
    return this.#leaving;
  }

  hosts({ user }: Pick<Somebody, 'user'>): boolean {
    return this.#call.hosts.includes(user);
  }

  mayRemove(somebody: Somebody): boolean {
    return this.isHost && (this.#call.isCreator || !this.hosts(somebody));
  }

  /** Only who made the room names its hosts. */
  mayName(): boolean {
    return this.hosted && this.#call.isCreator;
  }

  askToRemove(somebody: Somebody): void {
    this.#leaving = somebody;
    this.changed();
  }

  dropQuestion(): void {
    this.#leaving = null;
    this.changed();
  }

  async remove(): Promise<void> {
    const somebody = this.#leaving;
    this.#leaving = null;
    if (somebody) await this.#try(() => this.#call.remove(somebody.id));
  }

  setLocked(locked: boolean): Promise<void> {
    return this.#try(() => this.#call.lock(locked));
  }

  setKnock(knock: boolean): Promise<void> {
    return this.#try(() => this.#call.setKnock(knock));
  }

  setHost({ user }: Pick<Somebody, 'user'>, host: boolean): Promise<void> {
    return this.#try(() => this.#call.setHost(user, host));
  }

  async #try(act: () => Promise<void>): Promise<void> {
    if (this.#working) return;
    this.#working = true;
    this.#problem = null;
    this.changed();
    try {
      await act();
    } catch (error) {
      this.#problem = inWords(error);
    }
    this.#working = false;
    this.changed();
  }

  #isInside({ id }: Somebody): boolean {
    return this.#call.participants.some((participant) => participant.id === id);
  }
}

function inWords(error: unknown): string {
  const { failed } = hostWords;
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'not_host') return failed.not_host;
  if (code === 'rate_limited') return failed.rate_limited;
  return failed.other;
}
