import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import type { FileEndReason, FileWire } from './file_message.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import { RateMeter } from '../base/rate_meter.ts';

export type TransferState =
  /** The receiver has not answered yet. */
  | 'offered'
  | 'active'
  /** One side or both want it to wait. */
  | 'paused'
  /** The link is away; it goes on by itself when that is back. */
  | 'interrupted'
  /** All of it has been sent; the receiver compares it with what was meant. */
  | 'checking'
  | 'done'
  | 'declined'
  | 'cancelled'
  /** `error` says why. */
  | 'failed';

/** Where a file is put while it arrives. Calls come one after the other; what it throws ends the transfer. */
export interface FileSink {
  /** Resolves when there is room for more: the sender is kept waiting until then. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** It is complete, and what was sent. */
  close(): Promise<void>;
  /** It will not be complete: nothing of it is to be left. */
  abort(): Promise<void>;
}

/** What a transfer needs of the link to the other side. */
export interface TransferLine {
  readonly isOpen: boolean;
  tell(message: FileWire): void;
  /** So many bytes of the file may come now, in pieces. */
  expectPieces(bytes: number): void;
  /** The transfer can go on, perhaps. */
  wake(): void;
}

type Ending = 'done' | 'declined' | 'cancelled' | 'failed';
type Phase = 'offered' | 'running' | 'checking' | Ending;

interface TransferEvents {
  /** Anything readable here may be different; for `bytes` and `rate` told a few times a second. */
  change: void;
}

let lastId = 0;

/** A file on its way to or from one other participant. Made by `Files`. */
export abstract class Transfer extends Emitter<TransferEvents> {
  /** Unique on this page. */
  readonly id = `transfer-${String(++lastId)}`;
  abstract readonly direction: 'in' | 'out';
  /** Cleaned: good for every file system, and what it looks like. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** As the sender tells it, or empty; not to be trusted. */
  readonly type: string;
  readonly peer: RemoteParticipant;

  /** @internal */
  readonly number: number;
  protected readonly line: TransferLine;
  readonly #meter = new RateMeter();
  #phase: Phase = 'offered';
  #bytes = 0;
  #error: VisavisError | null = null;
  #pausedHere = false;
  #pausedThere = false;

  /** @internal */
  constructor(
    about: { number: number; name: string; size: number; type: string; peer: RemoteParticipant },
    line: TransferLine,
  ) {
    super();
    this.number = about.number;
    this.name = about.name;
    this.size = about.size;
    this.type = about.type;
    this.peer = about.peer;
    this.line = line;
  }

  get state(): TransferState {
    if (this.#phase !== 'running') return this.#phase;
    if (!this.line.isOpen) return 'interrupted';
    return this.#pausedHere || this.#pausedThere ? 'paused' : 'active';
  }

  /** Of `size`: sent, or received. */
  get bytes(): number {
    return this.#bytes;
  }

  /** In bytes per second; 0 while it is not known. */
  get rate(): number {
    return this.state === 'active' ? this.#meter.rate : 0;
  }

  /** Why it has failed. */
  get error(): VisavisError | null {
    return this.#error;
  }

  /** Whether we want it to wait. */
  get pausedHere(): boolean {
    return this.#pausedHere;
  }

  /** Whether the other side wants it to wait. */
  get pausedThere(): boolean {
    return this.#pausedThere;
  }

  get hasEnded(): boolean {
    return !['offered', 'running', 'checking'].includes(this.#phase);
  }

  /**
   * Takes what is offered, into `sink`, which is closed or aborted in any case.
   * @throws VisavisError `invalid_state` where nothing is offered to us (any more)
   */
  accept(_sink: FileSink): void {
    throw new VisavisError('invalid_state', 'Nothing is offered here.');
  }

  /** Does not take what is offered. */
  decline(): void {
    if (this.direction === 'in' && this.#phase === 'offered') this.stop('declined');
  }

  pause(): void {
    this.#pauseHere(true);
  }

  resume(): void {
    this.#pauseHere(false);
  }

  /** Ends it, from either side. */
  cancel(): void {
    if (!this.hasEnded) this.stop('cancelled');
  }

  // --- What the link hands on ---

  /** @internal The other side has ended it. */
  ended(reason: FileEndReason): void {
    if (!this.hasEnded) this.end(reason);
  }

  /** @internal Nothing can come of it any more. */
  fail(error: VisavisError): void {
    if (this.hasEnded) return;
    this.#error = error;
    this.enter('failed');
  }

  /** @internal */
  setPausedThere(paused: boolean): void {
    if (this.hasEnded || paused === this.#pausedThere) return;
    this.#pausedThere = paused;
    this.#meter.restart(this.#bytes);
    this.emit('change');
    this.line.wake();
  }

  /** @internal The channel opened or closed. */
  lineChanged(): void {
    this.#meter.restart(this.#bytes);
    if (!this.hasEnded) this.emit('change');
  }

  // --- For the two directions ---

  protected get phase(): Phase {
    return this.#phase;
  }

  protected get isPaused(): boolean {
    return this.#pausedHere || this.#pausedThere;
  }

  /** @internal Something of what came about it is lost. */
  broken(): void {
    if (!this.hasEnded) this.stop('protocol_violated');
  }

  /** Ends it here, and tells the other side. */
  protected stop(reason: FileEndReason): void {
    const as = this.direction === 'in' ? 'receiver' : 'sender';
    this.line.tell({ type: 'end', transfer: this.number, as, reason });
    this.end(reason);
  }

  protected end(reason: FileEndReason): void {
    if (reason === 'cancelled') this.enter('cancelled');
    else if (reason === 'declined' || reason === 'busy') this.enter('declined');
    else this.fail(new VisavisError(reason, SENTENCES[reason]));
  }

  protected enter(phase: Phase): void {
    if (this.#phase === phase) return;
    this.#phase = phase;
    this.#meter.restart(this.#bytes);
    this.emit('change');
  }

  protected setBytes(bytes: number): void {
    this.#bytes = bytes;
    if (this.#meter.note(bytes)) this.emit('change');
  }

  #pauseHere(paused: boolean): void {
    if (this.hasEnded || paused === this.#pausedHere) return;
    this.#pausedHere = paused;
    const as = this.direction === 'in' ? 'receiver' : 'sender';
    this.line.tell({ type: 'pause', transfer: this.number, as, paused });
    this.#meter.restart(this.#bytes);
    this.emit('change');
    this.line.wake();
  }
}

const SENTENCES = {
  read_failed: 'The file cannot be read any more.',
  write_failed: 'The file cannot be stored.',
  digest_mismatch: 'The file did not arrive as it was sent.',
  protocol_violated: 'The other side did not keep to what was agreed upon.',
};
