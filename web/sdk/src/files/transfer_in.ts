import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { VisavisError } from '../base/errors.ts';
import type { FilePiece } from './file_message.ts';
import { FILES_WINDOW_BYTES } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import { Transfer, type FileSink } from './transfer.ts';

const log = createLogger('files');

/** Of the file that arrives, at most FILES_WINDOW_BYTES wait in memory for the sink. */
export class IncomingTransfer extends Transfer {
  readonly direction = 'in';

  readonly #hash = sha256.create();
  #sink: FileSink | null = null;
  #received = 0;
  #written = 0;
  // How far the sender may go.
  #until = 0;
  #writing: Promise<void> = Promise.resolve();

  override accept(sink: FileSink): void {
    if (this.phase !== 'offered') {
      throw new VisavisError('invalid_state', 'This file is not offered any more.');
    }
    this.#sink = sink;
    this.#until = Math.min(this.size, FILES_WINDOW_BYTES);
    this.enter('running');
    this.#tellWhere();
  }

  /** @internal The sender offers it again, after the channel was away. */
  offeredAgain(): void {
    // What it says about itself, it says after this.
    this.setPausedThere(false);
    if (this.phase === 'running' || this.phase === 'checking') this.#tellWhere();
  }

  /** @internal */
  take({ offset, bytes }: FilePiece): void {
    if (this.phase !== 'running') return;
    const end = offset + bytes.length;
    if (offset !== this.#received || end > this.#until) {
      this.stop('protocol_violated');
      return;
    }
    this.#received = end;
    this.line.tell({ type: 'received', transfer: this.number, end });
    this.#hash.update(bytes);
    this.#write(bytes);
    this.setBytes(end);
  }

  /** @internal The sender has sent all of it. */
  allSent(sha256: string): void {
    if (this.phase !== 'running') return;
    if (this.#received !== this.size) {
      this.stop('protocol_violated');
      return;
    }
    this.enter('checking');
    void this.#check(sha256);
  }

  protected override enter(phase: Parameters<Transfer['enter']>[0]): void {
    super.enter(phase);
    if (this.hasEnded && phase !== 'done') this.#discard();
  }

  #tellWhere(): void {
    this.line.expectPieces(this.#until - this.#received);
    this.line.tell({
      type: 'accept',
      transfer: this.number,
      offset: this.#received,
      until: this.#until,
      paused: this.pausedHere,
    });
  }

  #write(bytes: Uint8Array<ArrayBuffer>): void {
    this.#writing = this.#writing.then(async () => {
      if (this.hasEnded) return;
      try {
        await this.#sink?.write(bytes);
      } catch (error) {
        this.#storeFailed(error);
        return;
      }
      this.#written += bytes.length;
      this.#grantMore();
    });
  }

  #grantMore(): void {
    if (this.phase !== 'running' || this.#until === this.size) return;
    if (this.#until - this.#written > FILES_WINDOW_BYTES / 2) return;
    const until = Math.min(this.size, this.#written + FILES_WINDOW_BYTES);
    this.line.expectPieces(until - this.#until);
    this.#until = until;
    this.line.tell({ type: 'credit', transfer: this.number, until: this.#until });
  }

  async #check(digest: string): Promise<void> {
    await this.#writing;
    if (!this.#isChecking()) return;
    if (bytesToHex(this.#hash.digest()) !== digest) {
      log.warn('a file did not arrive as it was sent');
      this.stop('digest_mismatch');
      return;
    }
    try {
      await this.#sink?.close();
    } catch (error) {
      this.#storeFailed(error);
      return;
    }
    if (!this.#isChecking()) return;
    this.#sink = null;
    this.line.tell({ type: 'complete', transfer: this.number });
    this.enter('done');
  }

  /** Somebody may have ended it while something was awaited. */
  #isChecking(): boolean {
    return this.phase === 'checking';
  }

  #storeFailed(error: unknown): void {
    log.warn('a file cannot be stored', error);
    if (!this.hasEnded) this.stop('write_failed');
  }

  #discard(): void {
    const sink = this.#sink;
    this.#sink = null;
    if (!sink) return;
    void this.#writing
      .then(() => sink.abort())
      .catch((error: unknown) => {
        log.warn('what arrived of a file could not be removed', error);
      });
  }
}
