import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { FilePiece, FileWire } from './file_message.ts';
import { FILES_BLOCK_BYTES } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import { Transfer, type TransferLine } from './transfer.ts';

const log = createLogger('files');

/** Of the file that is sent, a block at a time is in memory. */
export class OutgoingTransfer extends Transfer {
  readonly direction = 'out';

  readonly #file: Blob;
  readonly #hash = sha256.create();
  // The digest covers the file up to here; going back to an earlier offset does not change that.
  #hashed = 0;
  #digest: string | null = null;
  #offset = 0;
  #until = 0;
  #block: { start: number; bytes: Uint8Array<ArrayBuffer> } | null = null;
  // Counts how often the receiver said where to go on: what was read for an earlier time is not sent.
  #generation = 0;

  /** @internal */
  constructor(file: Blob, about: ConstructorParameters<typeof Transfer>[0], line: TransferLine) {
    super(about, line);
    this.#file = file;
  }

  /** @internal What the other side needs to know after a channel has opened. */
  get announcements(): FileWire[] {
    const { number: transfer, name, size, type: fileType } = this;
    const offer: FileWire = { type: 'offer', transfer, name, size, fileType };
    if (!this.pausedHere) return [offer];
    return [offer, { type: 'pause', transfer, as: 'sender', paused: true }];
  }

  /** @internal Whether a piece can be sent now. */
  get isReady(): boolean {
    const limit = Math.min(this.#until, this.size);
    return this.phase === 'running' && !this.isPaused && this.#offset < limit;
  }

  /** @internal The receiver takes it, or goes on with it after the channel was away. */
  accepted({ offset, until, paused }: Extract<FileWire, { type: 'accept' }>): void {
    if (this.hasEnded) return;
    if (offset > this.#hashed) {
      this.stop('protocol_violated');
      return;
    }
    this.#generation += 1;
    this.#offset = offset;
    this.#until = until;
    this.enter('running');
    this.setBytes(offset);
    this.setPausedThere(paused);
    this.#finishIfSent();
  }

  /** @internal */
  credited(until: number): void {
    this.#until = Math.max(this.#until, until);
  }

  /** @internal The receiver has all of it, and has compared it. */
  completed(): void {
    if (this.phase !== 'checking') return;
    this.setBytes(this.size);
    this.enter('done');
  }

  /**
   * @internal A piece of at most that size. Null where something has changed meanwhile, or the file cannot be read, which ends the
   * transfer.
   */
  async nextPiece(bytesMax: number): Promise<FilePiece | null> {
    const generation = this.#generation;
    try {
      await this.#read();
    } catch (error) {
      log.warn('a file cannot be read', error);
      if (!this.hasEnded) this.stop('read_failed');
      return null;
    }
    if (generation !== this.#generation || !this.isReady || !this.#block) return null;
    const offset = this.#offset;
    const from = offset - this.#block.start;
    const length = Math.min(bytesMax, this.#until - offset, this.#block.bytes.length - from);
    return {
      transfer: this.number,
      offset,
      bytes: this.#block.bytes.subarray(from, from + length),
    };
  }

  /** @internal That piece is on its way. */
  sent({ offset, bytes }: FilePiece): void {
    this.#offset = offset + bytes.length;
    this.setBytes(this.#offset);
    this.#finishIfSent();
  }

  protected override enter(phase: Parameters<Transfer['enter']>[0]): void {
    if (phase !== 'running') this.#block = null;
    super.enter(phase);
  }

  async #read(): Promise<void> {
    const offset = this.#offset;
    const block = this.#block;
    if (block && offset >= block.start && offset < block.start + block.bytes.length) return;
    const end = Math.min(this.size, offset + FILES_BLOCK_BYTES);
    const bytes = new Uint8Array(await this.#file.slice(offset, end).arrayBuffer());
    if (bytes.length !== end - offset) throw new Error('The file has become shorter.');
    this.#block = { start: offset, bytes };
    if (end <= this.#hashed || this.hasEnded) return;
    this.#hash.update(bytes.subarray(this.#hashed - offset));
    this.#hashed = end;
  }

  #finishIfSent(): void {
    if (this.phase !== 'running' || this.#offset < this.size) return;
    this.#digest ??= bytesToHex(this.#hash.digest());
    this.line.tell({ type: 'sent', transfer: this.number, sha256: this.#digest });
    this.enter('checking');
  }
}
