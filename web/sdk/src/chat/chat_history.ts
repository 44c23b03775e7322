import type { ChatWire, ToldMessage } from './chat_message.ts';
import {
  HISTORY_ANSWER_MS,
  HISTORY_BYTES_MAX,
  HISTORY_GREETINGS_MS,
  HISTORY_MESSAGES_MAX,
  HISTORY_WANTED_MS,
} from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type { Timers } from '../base/timers.ts';

const log = createLogger('chat');

/**
 * A late joiner's way to what was written before: asks whoever has been there longest, and the next one if no answer
 * comes. Only an answer that was asked for is taken, and no more of it than a history may have.
 */
export class HistorySeeker {
  readonly #timers: Timers;
  readonly #ask: (peer: string) => boolean;
  readonly #tellers = new Map<string, { presentMs: number }>();
  #asked: string | null = null;
  #cancel: (() => void) | null = null;
  #state: 'waiting' | 'gathering' | 'asking' | 'idle' | 'over' = 'waiting';
  #wantedUntil = 0;
  #messages = 0;
  #chars = 0;
  #parts = 0;

  /** @param ask Returns whether the question is on its way. */
  constructor(timers: Timers, ask: (peer: string) => boolean) {
    this.#timers = timers;
    this.#ask = ask;
  }

  onHello(peer: string, { presentMs, history }: { presentMs: number; history: number }): void {
    if (this.#state === 'over') return;
    if (this.#state === 'waiting') {
      this.#state = 'gathering';
      this.#wantedUntil = performance.now() + HISTORY_WANTED_MS;
      this.#later(HISTORY_GREETINGS_MS);
    }
    if (history === 0) return;
    this.#tellers.set(peer, { presentMs });
    if (this.#state === 'idle') this.#askNext();
  }

  gone(peer: string): void {
    this.#tellers.delete(peer);
    if (this.#state === 'asking' && this.#asked === peer) this.#askNext();
  }

  /** Returns what may be taken of it. */
  onAnswer(
    peer: string,
    { messages, done }: Extract<ChatWire, { type: 'history' }>,
  ): ToldMessage[] {
    if (this.#state !== 'asking' || peer !== this.#asked) return [];
    const taken = messages.filter((message) => {
      this.#messages += 1;
      this.#chars += message.text.length;
      return this.#messages <= HISTORY_MESSAGES_MAX && this.#chars <= HISTORY_BYTES_MAX;
    });
    this.#parts += 1;
    if (done || this.#parts >= HISTORY_MESSAGES_MAX) this.close();
    else this.#later(HISTORY_ANSWER_MS);
    return taken;
  }

  close(): void {
    this.#state = 'over';
    this.#cancel?.();
    this.#cancel = null;
    this.#tellers.clear();
  }

  #later(delayMs: number): void {
    this.#cancel?.();
    this.#cancel = this.#timers.set(() => {
      this.#cancel = null;
      this.#askNext();
    }, delayMs);
  }

  #askNext(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#asked = null;
    if (performance.now() > this.#wantedUntil) {
      this.close();
      return;
    }
    this.#state = 'idle';
    const longestFirst = [...this.#tellers].sort((a, b) => b[1].presentMs - a[1].presentMs);
    for (const [peer] of longestFirst) {
      this.#tellers.delete(peer);
      if (!this.#ask(peer)) continue;
      log.debug('asking for the history');
      this.#state = 'asking';
      this.#asked = peer;
      this.#messages = this.#chars = this.#parts = 0;
      this.#later(HISTORY_ANSWER_MS);
      return;
    }
  }
}
