import type { HistorySeeker } from './chat_history.ts';
import { bytesOf, endWithinLimits, type ToldMessage } from './chat_message.ts';
import { ChatPeer, type WrittenMessage } from './chat_peer.ts';
import { ChatRecord, type ChatMessage } from './chat_record.ts';
import { cleanText, isBlank } from '../base/chat_text.ts';
import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import {
  CHAT_PEERS_MAX,
  CHAT_TEXT_CHARS_MAX,
  HISTORY_ANSWERS_MAX,
  HISTORY_PART_BYTES,
} from '../base/limits.ts';
import type { LinkChannel } from '../link/link_channel.ts';
import { createLogger } from '../base/logger.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { Timers } from '../base/timers.ts';

const log = createLogger('chat');

interface ChatEvents {
  /** Somebody else wrote it just now. */
  message: ChatMessage;
  /** `messages` is different, or one in it. */
  change: void;
  /** They write more than can be read; some of it was dropped. Told once for each. */
  flooded: RemoteParticipant;
}

interface Correspondent {
  readonly participant: RemoteParticipant;
  readonly peer: ChatPeer;
  historyAnswers: number;
}

// A message is taken to be this old at most: other clocks are not to be trusted.
const DELAY_MAX_MS = 3_600_000;

/**
 * What people in a call write, over the links between them. Nothing is lost while a link comes back, nothing comes
 * twice, and each sender's messages come in their order. Everything is text.
 */
export class Chat extends Emitter<ChatEvents> {
  readonly #record = new ChatRecord();
  readonly #correspondents = new Map<string, Correspondent>();
  readonly #timers: Timers;
  // Fetched when there is a history to ask for.
  #seeker: Promise<HistorySeeker> | null = null;
  #closed = false;
  #presentSince = performance.now();
  #sharesHistory = false;

  /** @internal */
  constructor(timers: Timers) {
    super();
    this.#timers = timers;
  }

  /** In the order in which they came here, what late joiners are told before it; the oldest are forgotten. */
  get messages(): readonly ChatMessage[] {
    return this.#record.messages;
  }

  /** Whether late joiners are told what is written to everyone. */
  get sharesHistory(): boolean {
    return this.#sharesHistory;
  }

  /** Holds for what is written from now on; false tells nobody anything. */
  setSharesHistory(shares: boolean): void {
    if (shares === this.#sharesHistory) return;
    this.#sharesHistory = shares;
    this.emit('change');
  }

  /**
   * Writes to everyone in the call, or to one.
   * @throws VisavisError `invalid_field` (nothing in it), `too_large` (CHAT_TEXT_CHARS_MAX), `queue_full` (nobody it is
   * for has taken the last hundred), `peer_left`
   */
  send(text: string, to: RemoteParticipant | null = null): ChatMessage {
    const cleaned = cleanText(text);
    if (isBlank(cleaned)) throw new VisavisError('invalid_field', 'There is nothing in it.');
    if (cleaned.length > CHAT_TEXT_CHARS_MAX) {
      throw new VisavisError('too_large', 'The message is too long.');
    }
    const receivers = this.#receiversFor(to);
    const message = this.#record.addOwn(cleaned, to, this.#sharesHistory);
    this.#write(message, receivers);
    return message;
  }

  /**
   * Writes what has failed once more, to whoever it is for and is there now.
   * @throws VisavisError `invalid_state` (it has not failed), `queue_full`, `peer_left`
   */
  retry({ id }: ChatMessage): void {
    const message = this.#record.find('self', id);
    if (message?.state !== 'failed') {
      throw new VisavisError('invalid_state', 'This message has not failed.');
    }
    const to = message.to && this.#correspondents.get(message.to.id)?.participant;
    if (to === undefined) throw new VisavisError('peer_left', 'They have left the call.');
    this.#write(message, this.#receiversFor(to));
  }

  // --- What the call hands on ---

  /** @internal */
  linked(participant: RemoteParticipant, channel: LinkChannel): void {
    const known = this.#correspondents.get(participant.id);
    const isSame = known?.participant === participant;
    const correspondent = isSame ? known : this.#newCorrespondent(participant);
    correspondent.peer.attach(channel);
    this.#settle();
  }

  /** @internal The link goes; it may be made anew, unless the participant has left. */
  unlinked(participant: RemoteParticipant): void {
    this.#correspondents.get(participant.id)?.peer.detach();
    void this.#seeker?.then((seeker) => {
      seeker.gone(participant.id);
    });
    if (participant.state === 'left') this.#correspondents.delete(participant.id);
    this.#settle();
  }

  /** @internal We are here as somebody new, who wants to be told what was written while we were away. */
  cameBack(): void {
    this.#stopSeeking();
    this.#presentSince = performance.now();
    this.#record.cameBack();
  }

  /** @internal */
  close(): void {
    this.#closed = true;
    this.#stopSeeking();
    for (const { peer } of this.#correspondents.values()) peer.detach();
    this.#settle();
  }

  // --- Inside ---

  /** What they have not got, whoever we were to them before, is written to them again. */
  #newCorrespondent(participant: RemoteParticipant): Correspondent {
    this.#correspondents.get(participant.id)?.peer.detach();
    const correspondent = { participant, peer: new ChatPeer(this.#timers), historyAnswers: 0 };
    this.#correspondents.set(participant.id, correspondent);
    this.#listen(correspondent);
    this.#forgetSomebody();
    for (const { id, text, sentAt, to } of this.#record.waitingFor(participant.id)) {
      if (!correspondent.peer.isFull) {
        correspondent.peer.write({ id, text, sentAt, toAll: to === null });
      }
    }
    return correspondent;
  }

  #receiversFor(to: RemoteParticipant | null): Correspondent[] {
    const linked = [...this.#correspondents.values()].filter(
      ({ participant, peer }) => peer.isLinked && (to === null || participant.id === to.id),
    );
    if (to !== null && linked.length === 0) {
      throw new VisavisError('peer_left', 'They are not connected.');
    }
    const ready = linked.filter(({ peer }) => !peer.isFull);
    if (linked.length > 0 && ready.length === 0) {
      throw new VisavisError('queue_full', 'The messages before this one have not arrived yet.');
    }
    return ready;
  }

  #write(message: ChatMessage, receivers: readonly Correspondent[]): void {
    const { id, text, sentAt, to } = message;
    this.#record.address(
      id,
      receivers.map(({ participant }) => participant.id),
    );
    this.#settle();
    for (const { peer } of receivers) peer.write({ id, text, sentAt, toAll: to === null });
  }

  #listen(correspondent: Correspondent): void {
    const { participant, peer } = correspondent;
    peer.on('open', () => {
      peer.tell({
        type: 'hello',
        presentMs: Math.round(performance.now() - this.#presentSince),
        history: this.#historyFor(peer).length,
      });
    });
    peer.on('hello', (hello) => {
      if (hello.history > 0) void this.#seekHistory(participant.id, hello);
    });
    peer.on('message', (message) => {
      this.#onMessage(participant, message);
    });
    peer.on('delivered', (id) => {
      this.#record.delivered(id, participant.id);
      this.#settle();
    });
    peer.on('flooded', () => {
      this.emit('flooded', participant);
    });
    peer.on('historyAsked', () => {
      this.#tellHistory(correspondent);
    });
    peer.on('history', (answer) => {
      void this.#seeker?.then((seeker) => {
        const told = seeker.onAnswer(participant.id, answer);
        if (told.length > 0) this.#onTold(participant, told);
      });
    });
  }

  #onMessage(from: RemoteParticipant, written: WrittenMessage): void {
    const now = Date.now();
    const sentAt = Math.min(now, Math.max(written.sentAt, now - DELAY_MAX_MS));
    const message = this.#record.addReceived(from, { ...written, sentAt }, this.#sharesHistory);
    if (!message) return;
    this.emit('message', message);
    this.emit('change');
  }

  #stopSeeking(): void {
    void this.#seeker?.then((seeker) => {
      seeker.close();
    });
    this.#seeker = null;
  }

  async #seekHistory(id: string, hello: { presentMs: number; history: number }): Promise<void> {
    try {
      this.#seeker ??= import('./chat_history.ts').then(
        ({ HistorySeeker }) => new HistorySeeker(this.#timers, (peer) => this.#askHistory(peer)),
      );
      const seeker = await this.#seeker;
      if (!this.#closed) seeker.onHello(id, hello);
    } catch (error) {
      // As after the server was updated under an open page.
      this.#seeker = null;
      log.warn('what was written before cannot be asked for', error);
    }
  }

  #askHistory(peer: string): boolean {
    return this.#correspondents.get(peer)?.peer.tell({ type: 'history.ask' }) ?? false;
  }

  #onTold(teller: RemoteParticipant, told: readonly ToldMessage[]): void {
    this.#record.addTold(teller, told, this.#sharesHistory);
    this.emit('change');
  }

  /** What nobody needs to be told twice: what is on its way there comes by itself. */
  #historyFor(peer: ChatPeer): ToldMessage[] {
    if (!this.#sharesHistory) return [];
    return endWithinLimits(this.#record.toTell()).filter(({ id }) => !peer.isWaitingFor(id));
  }

  #tellHistory(correspondent: Correspondent): void {
    if (correspondent.historyAnswers >= HISTORY_ANSWERS_MAX) return;
    correspondent.historyAnswers += 1;
    const { peer } = correspondent;
    let part: ToldMessage[] = [];
    let bytes = 0;
    for (const message of this.#historyFor(peer)) {
      const size = bytesOf(message);
      if (bytes + size > HISTORY_PART_BYTES) {
        peer.tell({ type: 'history', messages: part, done: false });
        part = [];
        bytes = 0;
      }
      part.push(message);
      bytes += size;
    }
    peer.tell({ type: 'history', messages: part, done: true });
  }

  /** The links are others, or something has arrived. */
  #settle(): void {
    const linked = new Set(
      [...this.#correspondents].flatMap(([id, { peer }]) => (peer.isLinked ? [id] : [])),
    );
    this.#record.settle(linked);
    this.emit('change');
  }

  #forgetSomebody(): void {
    if (this.#correspondents.size <= CHAT_PEERS_MAX) return;
    for (const [id, { peer }] of this.#correspondents) {
      if (peer.isLinked) continue;
      this.#correspondents.delete(id);
      return;
    }
  }
}
