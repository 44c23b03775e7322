import { awayTooLong, lostWithServer, noRelay } from './call_errors.ts';
import type { CallContext } from './call_context.ts';
import { CallLinks } from './call_links.ts';
import type { SessionLoss } from './call_types.ts';
import { VisavisError } from '../base/errors.ts';
import { REENTER_WITHIN_MS } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type {
  CallAccepted,
  CallRejoined,
  CallRinging,
  RoomAdmitted,
  RoomRefused,
} from '../base/protocol.ts';
import { RoomEntry } from './room_entry.ts';

const log = createLogger('call');

/**
 * How we get into a call, and back into it when the server has lost us: by `call.rejoin` after it has restarted, by the door
 * of the room after we were away for too long, or where it does not take us back. A call without a room has ended for the others then, and so for us.
 */
export abstract class CallEntry extends CallLinks {
  /** While we are on our way into a room. */
  protected entry: RoomEntry | null = null;
  readonly #context: CallContext;
  // On our way back into the room, until we see how it stands there.
  #returning = false;

  protected constructor(context: CallContext) {
    super(context);
    this.#context = context;
  }

  /** What kind of call it is meant to be. */
  abstract get video(): boolean;

  /** The server knows us in the call of this id from now on. */
  protected abstract entered(id: string): void;

  /** The server does not know us any more in the call of this id, and we are on our way into its room. */
  protected abstract leftBehind(id: string): void;

  /** @internal We knock at a room. */
  get isWaiting(): boolean {
    return this.entry?.isWaiting ?? false;
  }

  protected get isReturning(): boolean {
    return this.#returning;
  }

  /** We are back, or never will be. */
  protected returned(): void {
    this.#returning = false;
  }

  /** @internal What comes while we knock, for whoever knocks at that room. */
  handleDoor(message: RoomAdmitted | RoomRefused): void {
    if (this.room?.name !== message.room) return;
    if (message.type === 'room.admitted') this.entry?.admitted();
    else this.entry?.refused(message.reason);
  }

  /** @internal Somebody inside rings at us while we are on our way: whoever knocks need not any more. */
  askedIn(): void {
    this.entry?.admitted();
  }

  /** @internal The session is gone. If the server restarted, the others lost theirs, too, and go on as we do. */
  sessionLost(loss: SessionLoss): void {
    const { serverRestarted } = loss;
    if (this.state === 'ended') return;
    if (this.#isTooLate(loss)) {
      this.entry?.abandon();
      this.fail('lost', awayTooLong());
    } else if (this.entry) {
      this.entry.sessionLost(serverRestarted);
    } else if (serverRestarted && (this.mesh.health !== 'none' || (this.room && this.joined))) {
      this.#rejoin();
    } else if (!serverRestarted && this.room && this.joined) {
      this.#goBackIn(this.room);
    } else {
      this.fail('lost', serverRestarted ? lostWithServer() : awayTooLong());
    }
  }

  /** The room goes by earlier rules again, which do not know us: we come to its door like anybody else. */
  protected comeToTheDoor(): void {
    const { room } = this;
    if (!room || !this.joined) {
      this.end('room_rules');
      return;
    }
    this.forgetEveryone();
    this.emit('participants');
    this.#goBackIn(room);
  }

  /** @internal The client is closed: there is no way back. */
  clientClosed(): void {
    if (this.state === 'ended') return;
    this.entry?.abandon();
    this.fail('lost', new VisavisError('closed', 'The client is closed.'));
  }

  /** @throws VisavisError `closed`, `queue_full` */
  protected enterRoom({ name, knock }: { name: string; knock: boolean }): void {
    this.entry = new RoomEntry({
      ...{ timers: this.#context.platform.timers, line: this.line, room: name, knock },
      video: this.video,
      onEntered: (answer) => {
        this.#onEntered(answer);
      },
      onWaiting: () => {
        this.#onWaiting(name);
      },
      onFailed: (error) => {
        this.fail('error', error);
      },
    });
    this.entry.begin();
  }

  /** The server has answered that we are in. */
  protected goIn(answer: CallRinging | CallAccepted): void {
    this.line.opened(answer.call);
    this.takeOwn(answer);
    this.takeRoom(answer);
    this.self = answer.participant;
    this.entered(answer.call);
    if (!this.ice.isUsable) {
      this.giveUp(noRelay());
      return;
    }
    // Answered by `call.accepted`: we enter a room; or they were calling us, too, and joined before us (glare).
    this.applyParticipants(answer.participants, answer.type === 'call.accepted');
    this.updateState();
  }

  protected override giveUp(error: VisavisError): void {
    this.entry?.abandon();
    this.line.end();
    this.fail('error', error);
  }

  /** Nobody expects any more to be seen again by the others, or to be let in. A restart is outlived by what stands without. */
  #isTooLate({ serverRestarted, awayMs, asleepMs }: SessionLoss): boolean {
    if (!this.answered && !this.isWaiting) return false;
    const stands = serverRestarted && this.mesh.health === 'up';
    return (stands ? asleepMs : awayMs) > REENTER_WITHIN_MS;
  }

  #rejoin(): void {
    log.info('the server restarted; the call goes on without it');
    this.line.cut();
    this.others.awaitAll();
    this.line.rejoin(
      this.room?.name ?? null,
      (answer) => {
        this.#onRejoined(answer);
      },
      () => {
        // Whoever is connected goes on; nobody else finds their way here any more.
        if (this.mesh.health !== 'none') return;
        if (this.room && this.joined) this.#goBackIn(this.room);
        else this.fail('lost', lostWithServer());
      },
    );
  }

  #onRejoined(answer: CallRejoined): void {
    if (this.state === 'ended') {
      this.line.end();
      return;
    }
    this.takeOwn(answer);
    // Somebody may have made another room of this name before the call was back.
    if (answer.room === undefined) this.setRoom(null);
    this.takeRoom(answer);
    this.takeList(answer.participants);
  }

  /** Who is there stays in sight until we know who is there now. */
  #goBackIn(room: { name: string; knock: boolean }): void {
    log.info('going back into the room by its door');
    if (this.id !== null) this.leftBehind(this.id);
    this.line.startAfresh();
    this.joined = false;
    this.#returning = true;
    this.takeRoom({ knocks: [] });
    try {
      this.enterRoom(room);
    } catch (error) {
      this.fail('error', VisavisError.from(error, 'closed'));
    }
    this.updateState();
  }

  #onEntered(answer: CallAccepted): void {
    this.entry = null;
    if (this.#returning) this.forgetEveryone();
    this.joined = true;
    this.goIn(answer);
  }

  #onWaiting(name: string): void {
    this.setRoom({ name, knock: true });
    if (this.#returning) {
      this.forgetEveryone();
      this.emit('participants');
    }
    this.updateState();
  }
}
