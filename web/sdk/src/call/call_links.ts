import { lostWithServer } from './call_errors.ts';
import type { CallContext } from './call_context.ts';
import { CallRoom } from './call_room.ts';
import type { VisavisError } from '../base/errors.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { EndReason } from '../base/protocol.ts';

/** The link to them is closed for good. */
function isShutOut({ trust, link }: RemoteParticipant): boolean {
  return trust === 'refused' || link === 'removed';
}

/** What becomes of a call when its links come and go: one bad link is no matter of the others. */
export abstract class CallLinks extends CallRoom {
  protected constructor(context: CallContext) {
    super(context);
    this.#listenToMesh();
  }

  protected abstract updateState(): void;
  protected abstract end(reason: EndReason): void;
  protected abstract fail(reason: EndReason, error: VisavisError): void;

  /** Whoever has joined, and not in vain. */
  protected get isSomeoneThere(): boolean {
    return this.others.list().some((other) => other.state === 'joined' && !isShutOut(other));
  }

  #listenToMesh(): void {
    this.mesh.on('change', () => {
      this.updateState();
    });
    this.mesh.on('bye', (other) => {
      this.#onBye(other);
    });
    this.mesh.on('problem', (error) => {
      this.wentWrong(error);
    });
    this.mesh.on('lost', ({ participant, error }) => {
      this.#onLinkLost(participant, error);
    });
    this.mesh.on('refused', ({ error }) => {
      this.#onRefused(error);
    });
    this.mesh.on('removed', ({ error }) => {
      this.#onRemoved(error);
    });
  }

  /** A room is there for whoever comes; any other call is over with the last of the others. */
  get #goesOnAlone(): boolean {
    return this.room !== null && !this.line.isCut;
  }

  #onBye(other: RemoteParticipant): void {
    if (this.others.size > 1 || this.#goesOnAlone) {
      this.removeParticipant(other.id);
      this.updateState();
      return;
    }
    this.line.farewell();
    this.end('hangup');
  }

  #onLinkLost(other: RemoteParticipant, cause: VisavisError): void {
    const error = this.line.isCut ? lostWithServer() : cause;
    this.wentWrong(error);
    const isLast = this.others
      .list()
      .every((one) => one === other || isShutOut(one) || this.mesh.hasFailed(one));
    if (isLast && !this.#goesOnAlone) {
      this.line.end();
      this.fail(this.connectedAt === null ? 'error' : 'lost', error);
      return;
    }
    // Who is not back at the server is nobody that it could tell of, or pass signals to.
    if (this.others.isAbsent(other.id)) this.removeParticipant(other.id);
    else this.mesh.keepTrying(other);
    this.updateState();
  }

  /** With the last of the others whom it was with, a call without a room is over. */
  #onRemoved(error: VisavisError): void {
    this.wentWrong(error);
    if (this.#goesOnAlone || !this.others.list().every(isShutOut)) {
      this.updateState();
      return;
    }
    this.line.end();
    this.fail('error', error);
  }

  /** Whoever is inside lets the others be; a newcomer whom nobody knows has come in vain. */
  #onRefused(error: VisavisError): void {
    const joined = this.others.list().filter(({ state }) => state === 'joined');
    const refusedByAll = joined.every(({ trust }) => trust === 'refused');
    if (refusedByAll && joined.some((other) => this.mesh.cameBeforeUs(other))) this.giveUp(error);
    else this.updateState();
  }
}
