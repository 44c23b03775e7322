import type { CallContext } from './call_context.ts';
import { VisavisError } from '../base/errors.ts';
import { SIGNAL_RETRY_MS } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type { Answer } from '../signaling/pending_requests.ts';
import type {
  CallRejoined,
  Request,
  RoomJoin,
  ServerMessage,
  SignalData,
} from '../base/protocol.ts';

const log = createLogger('call');

/** What is refused only because somebody has left, or the call is over: that is told in other ways. */
const GONE: ReadonlySet<string> = new Set([
  'unknown_call',
  'not_in_call',
  'unknown_participant',
  'session_lost',
]);

/** What one call says to the server. */
export class CallLine {
  readonly #context: CallContext;
  #id: string | null = null;
  #membership: string | null = null;
  #cut = false;
  #closed = false;

  constructor(context: CallContext) {
    this.#context = context;
  }

  /** Null until the server has answered. */
  get id(): string | null {
    return this.#id;
  }

  /** The server has forgotten the call (it restarted); the links go on without it. */
  get isCut(): boolean {
    return this.#cut;
  }

  /** Whether a message would leave at once. */
  get isUp(): boolean {
    return !this.#cut && this.#context.signalingUp;
  }

  opened(id: string): void {
    this.#id = id;
  }

  cut(): void {
    this.#cut = true;
  }

  /** We are not in the call of that id any more, and on our way into another, or into the same as somebody new. */
  startAfresh(): void {
    this.#id = null;
    this.#membership = null;
    this.#cut = false;
  }

  /** The latest token of this call; nothing where a message carries none. */
  keep(membership: string | undefined): void {
    this.#membership = membership ?? this.#membership;
  }

  /**
   * Goes on with the call at a server that has restarted. Where that cannot be, the line stays cut.
   * @param room The call's name. The server goes by what our token of it says before it answers.
   */
  rejoin(room: string | null, onBack: (call: CallRejoined) => void, onRefused: () => void): void {
    if (this.#membership === null) {
      onRefused();
      return;
    }
    const request: Request = {
      type: 'call.rejoin',
      membership: this.#membership,
      ...this.#tokenOf(room),
    };
    try {
      this.#context.request(request, (answer) => {
        if (this.#isTokenRefused(answer, room)) {
          this.rejoin(room, onBack, onRefused);
          return;
        }
        if (answer instanceof VisavisError || answer.type !== 'call.rejoined') {
          log.info('the server does not take the call back');
          // Another session may be on its way already, and ask again.
          const isLost = answer instanceof VisavisError && answer.code === 'session_lost';
          if (!isLost) onRefused();
          return;
        }
        this.#cut = false;
        onBack(answer);
      });
    } catch (error) {
      log.warn('could not rejoin the call', error);
      onRefused();
    }
  }

  /** @throws VisavisError `closed`, `queue_full` */
  start(to: readonly string[], video: boolean, onAnswer: (answer: Answer) => void): void {
    this.#context.request({ type: 'call.start', to: [...to], video }, onAnswer);
  }

  /**
   * Enters a room, or knocks. A token of it goes along, so that the server goes by the rules that we know before we are
   * in: whoever they do not let stay is gone then, and nobody links to them.
   * @throws VisavisError `closed`, `queue_full`
   */
  joinRoom(
    room: Omit<RoomJoin, 'type' | 'id' | 'room_token'>,
    onAnswer: (answer: Answer) => void,
  ): void {
    const request: Request = { type: 'room.join', ...room, ...this.#tokenOf(room.room) };
    this.#context.request(request, (answer) => {
      if (!this.#isTokenRefused(answer, room.room)) {
        onAnswer(answer);
        return;
      }
      try {
        this.joinRoom(room, onAnswer);
      } catch (error) {
        onAnswer(VisavisError.from(error, 'closed'));
      }
    });
  }

  #tokenOf(room: string | null): { room_token?: string } {
    const token = room === null ? null : this.#context.roomTokens.get(room);
    return token === null ? {} : { room_token: token };
  }

  /** Then it is forgotten, so that asking again is asking without it. */
  #isTokenRefused(answer: Answer, room: string | null): boolean {
    if (room === null || !(answer instanceof VisavisError)) return false;
    if (answer.code !== 'room_token_invalid') return false;
    log.info('the server has no use for our token of this room');
    this.#context.roomTokens.forget(room);
    return true;
  }

  /** Stops knocking. */
  leaveRoom(room: string): void {
    this.#post({ type: 'room.leave', room });
  }

  /** Resolves with the answer. Rejects with a VisavisError: the server's, `session_lost`, `closed`, `queue_full`. */
  ask<Type extends ServerMessage['type']>(
    message: Request,
    type: Type,
  ): Promise<Extract<ServerMessage, { type: Type }>> {
    return new Promise((resolve, reject) => {
      if (this.#cut) throw new VisavisError('session_lost', 'The server does not know this call.');
      this.#context.request(message, (answer) => {
        if (answer instanceof VisavisError) reject(answer);
        else if (answer.type === type) resolve(answer as Extract<ServerMessage, { type: Type }>);
        else log.error(`${message.type} was answered by ${answer.type}`);
      });
    });
  }

  /** @throws VisavisError `closed`, `queue_full`, `invalid_state` */
  accept(onAnswer: (answer: Answer) => void): void {
    if (this.#id === null) throw new VisavisError('invalid_state', 'There is nothing to accept.');
    this.#context.request({ type: 'call.accept', call: this.#id }, onAnswer);
  }

  decline(): void {
    if (this.#id !== null) this.#post({ type: 'call.decline', call: this.#id });
  }

  /** Asks for fresh ICE servers; false when there is no use in it. Answers null when there are none to be had. */
  askForRelay(onAnswer: (servers: readonly RTCIceServer[] | null) => void): boolean {
    if (this.#id === null || !this.isUp) return false;
    try {
      this.#context.request({ type: 'call.relay', call: this.#id }, (answer) => {
        const isServers = !(answer instanceof VisavisError) && answer.type === 'call.relay';
        if (!isServers) log.debug('no fresh ICE servers');
        onAnswer(isServers ? answer.ice_servers : null);
      });
      return true;
    } catch (error) {
      log.warn('could not ask for ICE servers', error);
      return false;
    }
  }

  /** Leaves the call. `id` is for one that was left before the server told its id. */
  end(id = this.#id): void {
    if (id !== null) this.#post({ type: 'call.end', call: id });
  }

  /** The call ended without a word of the server: sees to it that both agree. */
  farewell(): void {
    if (this.#id !== null && !this.#cut) this.#context.farewell(this.#id);
  }

  /**
   * Tries again by itself when the server was asked too much at once. The receiver copes with the changed order:
   * candidates wait for their description.
   * @param onRefused Called when the signal did not go through, though the other side may still be there.
   */
  signal(to: string, data: SignalData, onRefused: (error: VisavisError) => void): void {
    if (this.#id === null) return;
    this.#post({ type: 'signal', call: this.#id, to, data }, (error) => {
      if (error.code === 'rate_limited' && !this.#closed) {
        this.#context.platform.timers.set(() => {
          this.signal(to, data, onRefused);
        }, SIGNAL_RETRY_MS);
      } else {
        onRefused(error);
      }
    });
  }

  /** The call is over: nothing is tried again. */
  close(): void {
    this.#closed = true;
  }

  #post(message: Request, onRefused?: (error: VisavisError) => void): void {
    if (this.#cut) return;
    const refused = (error: VisavisError): void => {
      log.debug(`${message.type} was refused: ${error.code}`);
      if (!GONE.has(error.code)) onRefused?.(error);
    };
    try {
      this.#context.post(message, refused);
    } catch (error) {
      log.error(`could not send ${message.type}`, error);
      refused(VisavisError.from(error, 'closed'));
    }
  }
}
