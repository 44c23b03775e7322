import type { FileSink } from '../../src/files/transfer.ts';

/** A file of any size that takes no memory: every byte is told by its place and the file's seed. */
export class FakeFile {
  readonly size: number;
  readonly type = 'application/octet-stream';
  /** The largest part that was read at once. */
  readMost = 0;
  failure: Error | null = null;
  readonly #seed: number;

  constructor(size: number, seed = 1) {
    this.size = size;
    this.#seed = seed;
  }

  get asBlob(): Blob {
    return this as unknown as Blob;
  }

  byteAt(offset: number): number {
    return (Math.imul(offset + this.#seed, 0x9e37_79b1) >>> 13) & 0xff;
  }

  slice(start: number, end: number): { arrayBuffer: () => Promise<ArrayBuffer> } {
    const stop = Math.min(end, this.size);
    this.readMost = Math.max(this.readMost, stop - start);
    const read = (): ArrayBuffer => {
      if (this.failure) throw this.failure;
      const bytes = new Uint8Array(stop - start);
      for (let index = 0; index < bytes.length; index += 1)
        bytes[index] = this.byteAt(start + index);
      return bytes.buffer;
    };
    return { arrayBuffer: () => Promise.resolve().then(read) };
  }
}

/** Compares what arrives with what was sent, byte for byte, and keeps nothing of it. */
export class FakeSink implements FileSink {
  written = 0;
  wrong = 0;
  state: 'open' | 'closed' | 'aborted' = 'open';
  failure: Error | null = null;
  /** How long a piece takes to be written. */
  delayMs = 0;
  readonly #file: FakeFile;

  constructor(file: FakeFile) {
    this.#file = file;
  }

  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.state !== 'open') throw new Error(`written when ${this.state}`);
    if (this.failure) throw this.failure;
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    for (let index = 0; index < bytes.length; index += 1) {
      if (bytes[index] !== this.#file.byteAt(this.written + index)) this.wrong += 1;
    }
    this.written += bytes.length;
  }

  close(): Promise<void> {
    this.state = 'closed';
    return Promise.resolve();
  }

  abort(): Promise<void> {
    this.state = 'aborted';
    return Promise.resolve();
  }
}
