import type { CallLine } from './call_line.ts';
import { VisavisError } from '../base/errors.ts';
import { REENTER_AFTER_RESTART_MS } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type { Answer } from '../signaling/pending_requests.ts';
import type { CallAccepted, RoomRefusal } from '../base/protocol.ts';
import type { Timers } from '../base/timers.ts';

const log = createLogger('room');

export interface RoomEntryOptions {
  timers: Timers;
  line: CallLine;
  room: string;
  video: boolean;
  /** Others must knock, if it is we who make the room. */
  knock: boolean;
  onEntered: (answer: CallAccepted) => void;
  /** We knock. */
  onWaiting: () => void;
  onFailed: (error: VisavisError) => void;
}

/** Getting into a room: asking, perhaps knocking, and asking again once admitted. Over with its first end. */
export class RoomEntry {
  readonly #options: RoomEntryOptions;
  #state: 'asking' | 'waiting' | 'over' = 'asking';
  #cancelTimer: (() => void) | null = null;

  constructor(options: RoomEntryOptions) {
    this.#options = options;
  }

  get isWaiting(): boolean {
    return this.#state === 'waiting';
  }

  /** @throws VisavisError `closed`, `queue_full` */
  begin(): void {
    const { line, room, video, knock } = this.#options;
    line.joinRoom({ room, video, knock }, (answer) => {
      this.#onAnswer(answer);
    });
  }

  /** Somebody inside lets us in, or asks us in: what we knocked for can be had now. */
  admitted(): void {
    if (this.#state === 'waiting') this.#askAgain();
  }

  refused(reason: RoomRefusal): void {
    if (this.#state !== 'waiting') return;
    log.info(`knocking is over: ${reason}`);
    this.#fail(refusal(reason));
  }

  /**
   * The server knows nothing of us any more: neither of an answer that is due, nor of our knocking.
   * @param serverRestarted It knows nothing of those inside, either: they come first, so that the room is theirs.
   */
  sessionLost(serverRestarted: boolean): void {
    if (!serverRestarted) {
      if (this.#state !== 'over') this.#askAgain();
      return;
    }
    this.#cancelTimer?.();
    this.#cancelTimer = this.#options.timers.set(() => {
      if (this.#state !== 'over') this.#askAgain();
    }, REENTER_AFTER_RESTART_MS);
  }

  /** We do not want to come in any more. */
  abandon(): void {
    if (this.#state === 'waiting') this.#options.line.leaveRoom(this.#options.room);
    this.#finish();
  }

  #askAgain(): void {
    this.#state = 'asking';
    try {
      this.begin();
    } catch (error) {
      this.#fail(VisavisError.from(error, 'closed'));
    }
  }

  #onAnswer(answer: Answer): void {
    const { line, room, onEntered, onWaiting } = this.#options;
    const isOver = this.#state === 'over';
    if (answer instanceof VisavisError) {
      // What the lost session asked is asked again by the next.
      if (!isOver && answer.code !== 'session_lost') this.#fail(answer);
    } else if (answer.type === 'room.waiting') {
      if (isOver) line.leaveRoom(room);
      else {
        this.#state = 'waiting';
        onWaiting();
      }
    } else if (answer.type === 'room.refused') {
      if (!isOver) this.#fail(refusal(answer.reason));
    } else if (answer.type === 'call.accepted') {
      if (isOver) line.end(answer.call);
      else {
        this.#finish();
        onEntered(answer);
      }
    }
  }

  #fail(error: VisavisError): void {
    this.#finish();
    this.#options.onFailed(error);
  }

  #finish(): void {
    this.#state = 'over';
    this.#cancelTimer?.();
  }
}

function refusal(reason: RoomRefusal): VisavisError {
  switch (reason) {
    case 'removed':
      return new VisavisError('room_removed', 'A host removed us from this room.');
    case 'locked':
      return new VisavisError('room_locked', 'A host has locked this room.');
    case 'elsewhere':
      return new VisavisError('room_elsewhere', 'We knock on another device by now.');
    default:
      return new VisavisError('room_refused', 'Nobody in the room let us in.');
  }
}
