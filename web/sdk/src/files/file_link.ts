import { Emitter } from '../base/emitter.ts';
import type { VisavisError } from '../base/errors.ts';

import { encodeFile, encodePiece, parseFile, parsePiece, type FileWire } from './file_message.ts';
import { FilePace } from './file_pace.ts';
import {
  FILE_OFFERS_BURST_MAX,
  FILE_OFFERS_MAX,
  FILE_OFFERS_PER_S,
  FILE_OUTCOMES_MAX,
  FILES_BUFFERED_HIGH_BYTES,
  FILES_PACE_PIECE_MIN_BYTES,
} from '../base/limits.ts';
import type { LinkChannel } from '../link/link_channel.ts';
import { createLogger } from '../base/logger.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import { TokenBucket } from '../base/token_bucket.ts';
import type { Transfer, TransferLine } from './transfer.ts';
import { IncomingTransfer } from './transfer_in.ts';
import { OutgoingTransfer } from './transfer_out.ts';

const log = createLogger('files');

// What a piece and the answer to it take beside the file's bytes.
const PIECE_HEADER_BYTES = 12;
const RECEIVED_BYTES = 96;
const PIECES_MORE = 16;

interface FileLinkEvents {
  offer: Transfer;
}

/** The transfers between us and one other participant, over whichever channel there is. */
export class FileLink extends Emitter<FileLinkEvents> implements TransferLine {
  readonly #participant: RemoteParticipant;
  readonly #outgoing = new Map<number, OutgoingTransfer>();
  readonly #incoming = new Map<number, IncomingTransfer>();
  // How transfers to us ended, for a sender who was not there to hear it.
  readonly #outcomes = new Map<number, FileWire>();
  readonly #pace = new FilePace();
  readonly #offers = new TokenBucket(FILE_OFFERS_BURST_MAX, FILE_OFFERS_PER_S);
  #channel: LinkChannel | null = null;
  #offs: (() => void)[] = [];
  #lastNumber = 0;
  #lastSent = 0;
  #sending = false;

  constructor(participant: RemoteParticipant) {
    super();
    this.#participant = participant;
  }

  /** @param earlier What has come over the channel before anybody listened. */
  attach(channel: LinkChannel, earlier: readonly (string | ArrayBuffer)[] = []): void {
    this.detach();
    this.#channel = channel;
    this.#offs = [
      channel.on('open', () => {
        this.#onOpen();
      }),
      channel.on('close', () => {
        this.#lineChanged();
      }),
      channel.on('low', () => {
        this.wake();
      }),
      channel.on('message', (data) => {
        this.#onMessage(data);
      }),
      channel.on('lost', () => {
        this.#onLost();
      }),
    ];
    if (channel.isOpen) this.#onOpen();
    for (const data of earlier) this.#onMessage(data);
  }

  detach(): void {
    for (const off of this.#offs.splice(0)) off();
    if (!this.#channel) return;
    this.#channel = null;
    this.#lineChanged();
  }

  get isLinked(): boolean {
    return this.#channel !== null;
  }

  /** As many as may be are under way there. */
  get isFull(): boolean {
    return this.#outgoing.size >= FILE_OFFERS_MAX;
  }

  /** To be called only while it is not full. */
  offer(file: Blob, name: string): Transfer {
    const number = ++this.#lastNumber;
    const about = { number, name, size: file.size, type: file.type, peer: this.#participant };
    const transfer = new OutgoingTransfer(file, about, this);
    this.#outgoing.set(number, transfer);
    transfer.on('change', () => {
      if (!transfer.hasEnded) return;
      this.#outgoing.delete(number);
      this.#pace.forget(number);
      this.wake();
    });
    for (const message of transfer.announcements) this.tell(message);
    return transfer;
  }

  /** Ends everything: they have left, or the call has. */
  close(error: VisavisError): void {
    this.detach();
    for (const transfer of this.#transfers) transfer.fail(error);
  }

  // --- TransferLine ---

  get isOpen(): boolean {
    return this.#channel?.isOpen ?? false;
  }

  tell(message: FileWire): void {
    // What matters of it is told again when the channel opens.
    if (!this.#channel?.isOpen) return;
    try {
      this.#channel.send(encodeFile(message));
    } catch (error) {
      log.warn(`could not tell ${message.type}`, error);
    }
  }

  expectPieces(bytes: number): void {
    // Ours are not smaller than FILES_PACE_PIECE_MIN_BYTES, but for what is left of a block or a file.
    const pieces = 2 * Math.ceil(bytes / FILES_PACE_PIECE_MIN_BYTES) + PIECES_MORE;
    this.#channel?.expect(pieces, bytes + pieces * PIECE_HEADER_BYTES);
  }

  wake(): void {
    if (!this.#sending) void this.#sendPieces();
  }

  // --- Inside ---

  get #transfers(): Transfer[] {
    return [...this.#outgoing.values(), ...this.#incoming.values()];
  }

  #onOpen(): void {
    this.#pace.reset();
    for (const transfer of this.#outgoing.values()) {
      for (const message of transfer.announcements) this.tell(message);
    }
    this.tell({ type: 'list', transfers: [...this.#outgoing.keys()] });
    this.#lineChanged();
  }

  #lineChanged(): void {
    for (const transfer of this.#transfers) transfer.lineChanged();
  }

  /** One piece of each in turn, while the channel and the path have room. */
  async #sendPieces(): Promise<void> {
    this.#sending = true;
    try {
      for (;;) {
        const channel = this.#channel;
        if (!channel?.isOpen || channel.bufferedAmount >= FILES_BUFFERED_HIGH_BYTES) return;
        if (!this.#pace.isOpen) return;
        const transfer = this.#nextReady();
        if (!transfer) return;
        this.#lastSent = transfer.number;
        const piece = await transfer.nextPiece(this.#pace.pieceBytes);
        if (!piece) continue;
        if (!this.#goesOver(channel)) return;
        channel.send(encodePiece(piece));
        channel.expect(1, RECEIVED_BYTES);
        const { offset, bytes } = piece;
        this.#pace.sent(piece.transfer, offset + bytes.length, bytes.length, performance.now());
        transfer.sent(piece);
      }
    } catch (error) {
      log.warn('sending a file stops for a while', error);
    } finally {
      this.#sending = false;
    }
  }

  #goesOver(channel: LinkChannel): boolean {
    return channel === this.#channel && channel.isOpen;
  }

  #nextReady(): OutgoingTransfer | null {
    const ready = [...this.#outgoing.values()].filter((transfer) => transfer.isReady);
    return ready.find(({ number }) => number > this.#lastSent) ?? ready[0] ?? null;
  }

  #onMessage(data: string | ArrayBuffer): void {
    if (typeof data === 'string') {
      const message = parseFile(data);
      if (message) this.#take(message);
      else log.warn('a message that makes no sense was dropped');
      return;
    }
    const piece = parsePiece(data);
    if (piece) this.#incoming.get(piece.transfer)?.take(piece);
    else log.warn('a piece that makes no sense was dropped');
  }

  #take(message: FileWire): void {
    switch (message.type) {
      case 'offer':
        this.#onOffer(message);
        break;
      case 'list':
        this.#onList(message.transfers);
        break;
      case 'sent':
        this.#incoming.get(message.transfer)?.allSent(message.sha256);
        break;
      case 'accept':
        this.#onAccept(message);
        break;
      case 'credit':
        this.#outgoing.get(message.transfer)?.credited(message.until);
        this.wake();
        break;
      case 'received':
        this.#pace.received(message.transfer, message.end, performance.now());
        this.wake();
        break;
      case 'complete':
        this.#outgoing.get(message.transfer)?.completed();
        break;
      case 'pause':
        this.#spokenOf(message)?.setPausedThere(message.paused);
        break;
      case 'end':
        this.#spokenOf(message)?.ended(message.reason);
    }
  }

  /** What the other side sends, we receive. */
  #spokenOf({
    transfer,
    as,
  }: {
    transfer: number;
    as: 'sender' | 'receiver';
  }): Transfer | undefined {
    return as === 'sender' ? this.#incoming.get(transfer) : this.#outgoing.get(transfer);
  }

  #onAccept(message: Extract<FileWire, { type: 'accept' }>): void {
    const { transfer } = message;
    const accepted = this.#outgoing.get(transfer);
    if (!accepted) {
      this.tell({ type: 'end', transfer, as: 'sender', reason: 'cancelled' });
      return;
    }
    accepted.accepted(message);
    this.wake();
  }

  #onOffer(message: Extract<FileWire, { type: 'offer' }>): void {
    const { transfer: number, name, size, fileType: type } = message;
    const known = this.#incoming.get(number);
    const outcome = this.#outcomes.get(number);
    if (known) {
      known.offeredAgain();
    } else if (outcome) {
      this.tell(outcome);
    } else if (this.#incoming.size >= FILE_OFFERS_MAX || !this.#offers.take()) {
      log.warn('an offer too many was declined');
      this.tell({ type: 'end', transfer: number, as: 'receiver', reason: 'busy' });
    } else {
      const about = { number, name, size, type, peer: this.#participant };
      const transfer = new IncomingTransfer(about, this);
      this.#incoming.set(number, transfer);
      transfer.on('change', () => {
        if (transfer.hasEnded) this.#conclude(transfer);
      });
      this.emit('offer', transfer);
    }
  }

  /** There was no room for what came. It can't be known what it was: whatever is under way with them has failed. */
  #onLost(): void {
    for (const transfer of this.#transfers) transfer.broken();
  }

  /** What they do not name has ended for them while we could not hear it. */
  #onList(numbers: readonly number[]): void {
    const alive = new Set(numbers);
    for (const [number, transfer] of [...this.#incoming]) {
      if (!alive.has(number)) transfer.ended('cancelled');
    }
  }

  #conclude({ number: transfer, state }: IncomingTransfer): void {
    if (!this.#incoming.delete(transfer)) return;
    const reason = state === 'declined' ? 'declined' : 'cancelled';
    this.#outcomes.set(
      transfer,
      state === 'done'
        ? { type: 'complete', transfer }
        : { type: 'end', transfer, as: 'receiver', reason },
    );
    const [oldest] = this.#outcomes.keys();
    if (this.#outcomes.size > FILE_OUTCOMES_MAX && oldest !== undefined) {
      this.#outcomes.delete(oldest);
    }
  }
}
