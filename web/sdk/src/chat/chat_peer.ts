import { encodeChat, parseChat, type ChatWire } from './chat_message.ts';
import { Emitter } from '../base/emitter.ts';
import {
  CHAT_BURST_MAX,
  CHAT_PENDING_MAX,
  CHAT_RATE_PER_S,
  CHAT_SENT_BURST_MAX,
  CHAT_SENT_PER_S,
} from '../base/limits.ts';
import type { LinkChannel } from '../link/link_channel.ts';
import { createLogger } from '../base/logger.ts';
import type { Timers } from '../base/timers.ts';
import { TokenBucket } from '../base/token_bucket.ts';

const log = createLogger('chat');

export type WrittenMessage = Omit<Extract<ChatWire, { type: 'message' }>, 'type' | 'seq'>;

// What one acknowledgement takes, at most.
const ACKNOWLEDGEMENT_BYTES = 64;
const PACE_MS = 1_000 / CHAT_SENT_PER_S;

interface ChatPeerEvents {
  open: void;
  /** Once, and in the order in which it was written there. */
  message: WrittenMessage;
  /** The message of this id has arrived there. */
  delivered: string;
  /** They write more than anybody can read; what is too much is dropped, up to the next channel. Told once. */
  flooded: void;
  hello: { presentMs: number; history: number };
  historyAsked: void;
  history: Extract<ChatWire, { type: 'history' }>;
}

/**
 * What is written between us and one other participant. Outlives the link: what has not been acknowledged is sent again
 * when the next channel opens, and what comes twice is taken once.
 */
export class ChatPeer extends Emitter<ChatPeerEvents> {
  readonly #timers: Timers;
  readonly #rate = new TokenBucket(CHAT_BURST_MAX, CHAT_RATE_PER_S);
  readonly #pace = new TokenBucket(CHAT_SENT_BURST_MAX, CHAT_SENT_PER_S);
  #cancelPace: (() => void) | null = null;
  #channel: LinkChannel | null = null;
  #offs: (() => void)[] = [];
  #pending: Extract<ChatWire, { type: 'message' }>[] = [];
  #lastSeq = 0;
  // Of the channel as it is open now.
  #sentSeq = 0;
  #receivedSeq = 0;
  // Something was dropped: what comes after it must not be acknowledged, as that would acknowledge it, too.
  #hasGap = false;
  #flooded = false;

  constructor(timers: Timers) {
    super();
    this.#timers = timers;
  }

  get isLinked(): boolean {
    return this.#channel !== null;
  }

  get isFull(): boolean {
    return this.#pending.length >= CHAT_PENDING_MAX;
  }

  isWaitingFor(id: string): boolean {
    return this.#pending.some((message) => message.id === id);
  }

  attach(channel: LinkChannel): void {
    this.detach();
    this.#channel = channel;
    this.#offs = [
      channel.on('open', () => {
        this.#onOpen();
      }),
      channel.on('low', () => {
        this.#sendPending();
      }),
      channel.on('message', (data) => {
        this.#onMessage(data);
      }),
      channel.on('lost', () => {
        this.#onFlooded();
      }),
    ];
    if (channel.isOpen) this.#onOpen();
  }

  detach(): void {
    for (const off of this.#offs.splice(0)) off();
    this.#channel = null;
    this.#cancelPace?.();
    this.#cancelPace = null;
  }

  /** Sends it now, or when the channel is open. To be called only while it is not full. */
  write(message: WrittenMessage): void {
    this.#pending.push({ type: 'message', seq: ++this.#lastSeq, ...message });
    this.#sendPending();
  }

  /** Returns whether it is on its way. What is not a message is not sent again. */
  tell(message: ChatWire): boolean {
    if (!this.#channel?.isOpen) return false;
    try {
      this.#channel.send(encodeChat(message));
      return true;
    } catch (error) {
      log.warn(`could not tell ${message.type}`, error);
      return false;
    }
  }

  #onOpen(): void {
    this.#sentSeq = 0;
    this.#hasGap = false;
    this.emit('open');
    this.#sendPending();
  }

  #sendPending(): void {
    for (const message of this.#pending) {
      if (message.seq <= this.#sentSeq) continue;
      if (!this.#pace.has()) {
        this.#sendLater();
        return;
      }
      if (!this.tell(message)) return;
      this.#pace.take();
      this.#channel?.expect(1, ACKNOWLEDGEMENT_BYTES);
      this.#sentSeq = message.seq;
    }
  }

  /** Faster than this, the other side would drop it. */
  #sendLater(): void {
    this.#cancelPace ??= this.#timers.set(() => {
      this.#cancelPace = null;
      this.#sendPending();
    }, PACE_MS);
  }

  #onMessage(data: string | ArrayBuffer): void {
    const message = typeof data === 'string' ? parseChat(data) : null;
    if (message) this.#take(message);
    else log.warn('a message that makes no sense was dropped');
  }

  #take(message: ChatWire): void {
    switch (message.type) {
      case 'message':
        this.#onWritten(message);
        break;
      case 'received':
        this.#onReceived(message.seq);
        break;
      case 'hello':
        this.emit('hello', { presentMs: message.presentMs, history: message.history });
        break;
      case 'history.ask':
        this.emit('historyAsked');
        break;
      case 'history':
        this.emit('history', message);
    }
  }

  #onWritten({ type: _, seq, ...message }: Extract<ChatWire, { type: 'message' }>): void {
    if (seq > this.#receivedSeq) {
      if (this.#hasGap || !this.#rate.take()) {
        this.#onFlooded();
        return;
      }
      this.#receivedSeq = seq;
      this.emit('message', message);
    }
    this.tell({ type: 'received', seq: this.#receivedSeq });
  }

  #onFlooded(): void {
    this.#hasGap = true;
    if (this.#flooded) return;
    this.#flooded = true;
    log.warn('a participant writes too much; some of it is dropped');
    this.emit('flooded');
  }

  #onReceived(seq: number): void {
    // Only what was written can have arrived.
    if (seq > this.#lastSeq) return;
    this.#sentSeq = Math.max(this.#sentSeq, seq);
    const arrived = this.#pending.filter((message) => message.seq <= seq);
    this.#pending = this.#pending.filter((message) => message.seq > seq);
    for (const { id } of arrived) this.emit('delivered', id);
    this.#sendPending();
  }
}
