import { Absence, type Away } from './absence.ts';
import { Backoff } from '../base/backoff.ts';
import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import type { Continuity, Greeting } from './greeting.ts';
import { Heartbeat, type HeartbeatPace } from './heartbeat.ts';
import { Inbox } from './inbox.ts';
import * as limits from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import { Outbox } from './outbox.ts';
import { PendingRequests, type Answer } from './pending_requests.ts';
import type { Platform } from '../base/platform.ts';
import {
  decode,
  isCounted,
  SUBPROTOCOL,
  type Bye,
  type ClientMessage,
  type ErrorMessage,
  type RenewedCall,
  type Request,
  type ServerMessage,
  type Welcome,
} from '../base/protocol.ts';
import { SocketCloseCode, type CloseReason } from './socket_close.ts';

const log = createLogger('signaling');

export type ChannelState = 'idle' | 'connecting' | 'online' | 'reconnecting' | 'closed';

interface ChannelEvents {
  state: ChannelState;
  /** `away`: before this welcome; nothing for the first. */
  welcome: { welcome: Welcome; continuity: Continuity; away: Away };
  /** Every counted message and presence, but for answers that somebody waits for. */
  message: ServerMessage;
  /** Fresh tokens of calls. */
  renewed: readonly RenewedCall[];
  /** It will not come back. `error` says why, if it was not our own wish. */
  closed: { reason: CloseReason; error: VisavisError | null };
}

const encoder = new TextEncoder();

/**
 * The conversation with the server: one session over as many WebSockets as it takes. What is sent arrives
 * once and in order however often the socket dies, or the request it belongs to fails with `session_lost`.
 */
export class SignalingChannel extends Emitter<ChannelEvents> {
  readonly #url: string;
  readonly #platform: Platform;
  readonly #greeting: Greeting;
  readonly #outbox = new Outbox();
  readonly #inbox = new Inbox();
  readonly #pending = new PendingRequests();
  readonly #backoff: Backoff;
  readonly #heartbeat: Heartbeat;
  readonly #absence = new Absence();

  #state: ChannelState = 'idle';
  #socket: WebSocket | null = null;
  #welcome: Welcome | null = null;
  // Whether this socket has had its welcome; then messages are counted.
  #greeted = false;
  #greetedAt = 0;
  #youngDeaths = 0;
  #inCall = false;
  #bye: Bye | null = null;
  #lastError: VisavisError | null = null;
  #cancelTimer: (() => void) | null = null;
  #removePageListeners: (() => void)[] = [];

  constructor(options: { url: string; platform: Platform; greeting: Greeting }) {
    super();
    this.#url = options.url;
    this.#platform = options.platform;
    this.#greeting = options.greeting;
    this.#backoff = new Backoff({
      baseMs: limits.RECONNECT_BASE_MS,
      capMs: limits.RECONNECT_CAP_MS,
      random: () => this.#platform.random(),
    });
    this.#heartbeat = new Heartbeat({
      timers: this.#platform.timers,
      pace: { intervalMs: 15_000, timeoutMs: 10_000 },
      ping: () => {
        this.#absence.asked();
        this.#write({ type: 'ping', received: this.#inbox.tell() });
      },
      onSilence: () => {
        log.warn('the server is silent');
        this.#replaceSocket();
      },
    });
  }

  get state(): ChannelState {
    return this.#state;
  }

  /** The last one; null before the first. */
  get welcome(): Welcome | null {
    return this.#welcome;
  }

  /** Why the last socket could not be used; null when there was no such trouble. */
  get lastError(): VisavisError | null {
    return this.#lastError;
  }

  open(): void {
    if (this.#state !== 'idle') return;
    this.#setState('connecting');
    this.#removePageListeners = [
      // After a network change the old socket may hang for long before it fails; a resume is cheap.
      this.#platform.onPage('network', () => {
        this.#youngDeaths = 0;
        this.#replaceSocket();
      }),
      this.#platform.onPage('visible', () => {
        if (this.#state === 'online') this.#heartbeat.probe(limits.PROBE_TIMEOUT_MS);
        else this.#connectNow();
      }),
    ];
    this.#connectLater();
  }

  /** Leaves for good: the session ends at once. */
  close(): void {
    this.#end('left', null);
  }

  /** Hearts beat faster in a call, so that a dead socket is noticed at once. */
  setInCall(inCall: boolean): void {
    this.#inCall = inCall;
    this.#heartbeat.setPace(this.#pace());
  }

  renamed(name: string): void {
    this.#greeting.renamed(name);
  }

  /**
   * Sends a message, at once or as soon as the server is back.
   * @param onError Called if the server refuses it, or loses the session.
   * @throws VisavisError `closed`, `too_large`, `queue_full`
   */
  post(message: Request, onError?: (error: VisavisError) => void): void {
    this.#send(message, onError ? this.#pending.addOptional(onError) : undefined);
  }

  /**
   * Sends a message that is answered.
   * @param onAnswer Called once, with the answer or with the error.
   * @throws VisavisError `closed`, `too_large`, `queue_full`
   */
  request(message: Request, onAnswer: (answer: Answer) => void): void {
    const id = this.#pending.add(onAnswer);
    try {
      this.#send(message, id);
    } catch (error) {
      this.#pending.forget(id);
      throw error;
    }
  }

  #send(message: Request, id: number | undefined): void {
    if (this.#state === 'closed') throw new VisavisError('closed', 'The client is closed.');
    const text = JSON.stringify(id === undefined ? message : { ...message, id });
    const bytes = encoder.encode(text).length;
    if (bytes > (this.#welcome?.limits.message_bytes ?? limits.MESSAGE_BYTES_MAX)) {
      throw new VisavisError('too_large', `A message of ${String(bytes)} bytes is too large.`);
    }
    this.#outbox.push(text, bytes);
    this.#flush();
  }

  #flush(): void {
    const socket = this.#socket;
    if (!socket || !this.#greeted) return;
    this.#outbox.flush((text) => {
      socket.send(text);
    });
  }

  /** For what is not counted; it means nothing to another socket. */
  #write(message: Exclude<ClientMessage, Request>): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  // --- The life of a socket ---

  #connectNow(): void {
    // A connection that is being made goes on; only the waiting is over.
    if (this.#cancelTimer === null || this.#socket !== null) return;
    this.#backoff.reset();
    this.#connectLater();
  }

  #connectLater(delayMs = this.#backoff.nextMs()): void {
    this.#cancelTimer?.();
    this.#cancelTimer = this.#platform.timers.set(() => {
      this.#cancelTimer = null;
      this.#connect().catch((error: unknown) => {
        // No such address, or one this page may not use: another attempt would end the same.
        log.error('cannot connect', error);
        this.#end('refused', VisavisError.from(error, 'unreachable'));
      });
    }, delayMs);
  }

  async #connect(): Promise<void> {
    const hello = await this.#greeting.hello(this.#inbox.tell());
    if (this.#state === 'closed') {
      this.#greeting.abandon();
      return;
    }
    const socket = this.#platform.createWebSocket(this.#url, SUBPROTOCOL);
    this.#socket = socket;
    this.#greeted = false;
    this.#bye = null;
    this.#cancelTimer = this.#platform.timers.set(() => {
      log.warn('no welcome in time');
      this.#replaceSocket();
    }, limits.HANDSHAKE_TIMEOUT_MS);
    this.#absence.begin();
    socket.onopen = () => {
      this.#absence.asked();
      this.#write(hello);
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === 'string') this.#onText(data);
    };
    socket.onclose = ({ code }) => {
      log.info(`socket closed with ${String(code)}`);
      this.#onSocketLost(code);
    };
  }

  /** Takes the socket for dead and opens another, which resumes the session. */
  #replaceSocket(): void {
    if (!this.#socket) {
      this.#connectNow();
      return;
    }
    const socket = this.#detach();
    this.#onSocketLost(SocketCloseCode.abnormal);
    socket?.close(SocketCloseCode.abandoned);
  }

  #detach(): WebSocket | null {
    const socket = this.#socket;
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    this.#socket = null;
    return socket;
  }

  #onSocketLost(code: number): void {
    const bye = this.#bye;
    this.#detach();
    this.#heartbeat.stop();
    this.#greeting.abandon();
    if (code === SocketCloseCode.replaced || bye?.reconnect === false) {
      const replaced = code === SocketCloseCode.replaced || bye?.code === 'replaced';
      this.#end(replaced ? 'replaced' : 'refused', bye && new VisavisError('closed', bye.message));
      return;
    }
    if (this.#greeted) this.#countDeath();
    this.#greeted = false;
    if (this.#state === 'online') this.#setState('reconnecting');
    const afterMs = bye?.after_ms;
    this.#connectLater(afterMs === undefined ? undefined : afterMs * (1 + this.#platform.random()));
  }

  /** One socket that dies young is bad luck, more in a row are a reason to wait. */
  #countDeath(): void {
    const lifeMs = performance.now() - this.#greetedAt;
    this.#youngDeaths = lifeMs < limits.STABLE_AFTER_MS ? this.#youngDeaths + 1 : 0;
    if (this.#youngDeaths <= 1) this.#backoff.reset();
  }

  #end(reason: CloseReason, error: VisavisError | null): void {
    if (this.#state === 'closed') return;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#heartbeat.stop();
    for (const remove of this.#removePageListeners) remove();
    // The page that replaced this one has the session now: its stored token must stay.
    if (reason === 'replaced') this.#greeting.abandon();
    else this.#greeting.forget();
    this.#detach()?.close(SocketCloseCode.left);
    this.#setState('closed');
    this.#pending.failAll(error ?? new VisavisError('closed', 'The client is closed.'));
    this.emit('closed', { reason, error });
  }

  // --- What arrives ---

  #onText(text: string): void {
    let message: ServerMessage;
    try {
      message = decode(text);
    } catch (error) {
      log.error('a message that cannot be read', error);
      return;
    }
    log.debug(`received ${message.type}`);
    this.#heartbeat.heard();
    if (this.#greeted && isCounted(message) && this.#inbox.count(text.length)) {
      this.#write({ type: 'ack', received: this.#inbox.tell() });
    }
    this.#onMessage(message);
  }

  #onMessage(message: ServerMessage): void {
    switch (message.type) {
      case 'welcome':
        this.#onWelcome(message);
        break;
      case 'pong':
        this.#absence.answered();
        this.#outbox.acknowledge(message.received);
        if (message.calls) this.emit('renewed', message.calls);
        break;
      case 'ack':
        this.#outbox.acknowledge(message.received);
        break;
      case 'bye':
        this.#bye = message;
        break;
      case 'error':
        if (!this.#greeted) void this.#onHelloRefused(message);
        else if (!this.#pending.settle(message)) this.emit('message', message);
        break;
      default:
        if (!this.#pending.settle(message)) this.emit('message', message);
    }
  }

  #onWelcome(welcome: Welcome): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#welcome = welcome;
    this.#greeted = true;
    this.#greetedAt = performance.now();
    this.#lastError = null;
    const away = this.#absence.answered();
    const continuity = this.#greeting.welcomed(welcome);
    log.info(`welcome, ${continuity}`);
    if (continuity === 'resumed') {
      this.#outbox.rewind(welcome.resume.received);
    } else {
      this.#inbox.clear();
      this.#outbox.clear();
      this.#pending.failAll(
        new VisavisError('session_lost', 'The server has lost the session this belonged to.'),
      );
    }
    this.#heartbeat.setPace(this.#pace());
    this.#heartbeat.start();
    this.#flush();
    this.emit('welcome', { welcome, continuity, away });
    this.#setState('online');
  }

  async #onHelloRefused(refusal: ErrorMessage): Promise<void> {
    const socket = this.#socket;
    this.#lastError = VisavisError.ofServer(refusal);
    const hello = await this.#greeting.helloInstead(refusal.code);
    if (socket !== this.#socket) return;
    if (hello) {
      this.#write(hello);
    } else if (HELLO_FAULTS.has(refusal.code)) {
      this.#end('refused', this.#lastError);
    } else {
      // Too many, or draining: the server will close, or the handshake timer will; then we try again. Where the server says
      // when, the same hello is said again then, a little spread, since many may have been told the same.
      log.warn(`hello refused: ${refusal.code}`);
      if (refusal.retry_after_ms === undefined) return;
      const wait = refusal.retry_after_ms * (1 + this.#platform.random());
      this.#platform.timers.set(() => void this.#sayHelloAgain(socket), wait);
    }
  }

  async #sayHelloAgain(socket: WebSocket | null): Promise<void> {
    const isWaiting = (): boolean => socket === this.#socket && !this.#greeted;
    if (!isWaiting()) return;
    const hello = await this.#greeting.hello(this.#inbox.tell());
    if (isWaiting()) this.#write(hello);
  }

  #pace(): HeartbeatPace {
    const heartbeat = this.#welcome?.heartbeat;
    return this.#inCall
      ? {
          intervalMs: heartbeat?.call_interval_ms ?? 500,
          timeoutMs: heartbeat?.call_timeout_ms ?? 1_000,
        }
      : {
          intervalMs: heartbeat?.idle_interval_ms ?? 15_000,
          timeoutMs: heartbeat?.idle_timeout_ms ?? 10_000,
        };
  }

  #setState(state: ChannelState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.emit('state', state);
  }
}

/** What is wrong with a hello itself: saying it again gives the same answer. */
const HELLO_FAULTS: ReadonlySet<string> = new Set([
  'not_json',
  'missing_field',
  'wrong_type',
  'invalid_field',
  'unknown_message',
  'too_large',
]);
