import { lostWithServer } from './call_errors.ts';
import type { CallLine } from './call_line.ts';
import { isShutOut, type CallPeople } from './call_people.ts';
import type { VisavisError } from '../base/errors.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { Mesh } from '../mesh/mesh.ts';

/** What follows for the call. */
export interface LinkConsequences {
  /** Nothing, but that it is shown. */
  update(): void;
  wentWrong(error: VisavisError): void;
  /** The last of the others has left without a word of the server. */
  leftByAll(): void;
  /** With this the call is over. `lost`: it had stood before. */
  over(error: VisavisError, lost: boolean): void;
  /** We have come in vain. */
  giveUp(error: VisavisError): void;
}

interface LinkOptions {
  readonly mesh: Mesh;
  readonly people: CallPeople;
  readonly line: CallLine;
  readonly isRoom: () => boolean;
  readonly then: LinkConsequences;
}

/** What becomes of a call when its links come and go: one bad link is no matter of the others. */
export class CallLinks {
  readonly #mesh: Mesh;
  readonly #people: CallPeople;
  readonly #line: CallLine;
  readonly #isRoom: () => boolean;
  readonly #then: LinkConsequences;

  private constructor(options: LinkOptions) {
    this.#mesh = options.mesh;
    this.#people = options.people;
    this.#line = options.line;
    this.#isRoom = options.isRoom;
    this.#then = options.then;
  }

  /** For as long as there is the mesh. */
  static watch(options: LinkOptions): void {
    new CallLinks(options).#listenTo(options.mesh);
  }

  #listenTo(mesh: Mesh): void {
    mesh.on('change', () => {
      this.#then.update();
    });
    mesh.on('bye', (other) => {
      this.#onBye(other);
    });
    mesh.on('problem', (error) => {
      this.#then.wentWrong(error);
    });
    mesh.on('lost', ({ participant, error }) => {
      this.#onLost(participant, error);
    });
    mesh.on('refused', ({ error }) => {
      this.#onRefused(error);
    });
    mesh.on('removed', ({ error }) => {
      this.#onRemoved(error);
    });
  }

  /** A room is there for whoever comes; any other call is over with the last of the others. */
  get #goesOnAlone(): boolean {
    return this.#isRoom() && !this.#line.isCut;
  }

  #onBye(other: RemoteParticipant): void {
    if (this.#people.size > 1 || this.#goesOnAlone) {
      this.#people.remove(other.id);
      this.#then.update();
      return;
    }
    this.#then.leftByAll();
  }

  #onLost(other: RemoteParticipant, cause: VisavisError): void {
    const error = this.#line.isCut ? lostWithServer() : cause;
    this.#then.wentWrong(error);
    const isLast = this.#people
      .list()
      .every((one) => one === other || isShutOut(one) || this.#mesh.hasFailed(one));
    if (isLast && !this.#goesOnAlone) {
      this.#then.over(error, true);
      return;
    }
    // The server has no participant to tell of, or to pass signals to, who is not back there.
    if (this.#people.isAbsent(other)) this.#people.remove(other.id);
    else this.#mesh.keepTrying(other);
    this.#then.update();
  }

  /** With the last of the others whom it was with, a call without a room is over. */
  #onRemoved(error: VisavisError): void {
    this.#then.wentWrong(error);
    if (this.#goesOnAlone || !this.#people.list().every(isShutOut)) this.#then.update();
    else this.#then.over(error, false);
  }

  /** Whoever is inside lets the others be; a newcomer whom nobody knows has come in vain. */
  #onRefused(error: VisavisError): void {
    const joined = this.#people.list().filter(({ state }) => state === 'joined');
    const refusedByAll = joined.every(({ trust }) => trust === 'refused');
    if (refusedByAll && joined.some((other) => this.#mesh.cameBeforeUs(other))) {
      this.#then.giveUp(error);
    } else {
      this.#then.update();
    }
  }
}
