import { Emitter } from './emitter.ts';
import { VisavisError } from './errors.ts';
import { DATA_BUFFERED_BYTES_MAX, DATA_MESSAGE_BYTES_MAX } from './limits.ts';
import { createLogger } from './logger.ts';

const log = createLogger('channel');

interface LinkChannelEvents {
  /** Messages can be sent; after a link has started afresh, too: what was under way then is lost. */
  open: void;
  close: void;
  message: string | ArrayBuffer;
  /** What waited to be sent has fallen to `bufferedAmountLowThreshold`. */
  low: void;
}

const encoder = new TextEncoder();

/**
 * A data channel of a peer link that outlives the link's connections: whichever RTCDataChannel carries it now. Both
 * sides create it with the same id, so that it needs no negotiation. Reliable and in order within one connection.
 */
export class LinkChannel extends Emitter<LinkChannelEvents> {
  readonly #label: string;
  readonly #id: number;
  readonly #bufferedMax: number;
  readonly #lowThreshold: number;
  #channel: RTCDataChannel | null = null;
  #maySend = true;
  #mayReceive = true;

  /** @param options.bufferedMax What may wait to be sent, in bytes; beyond it `send` throws `buffer_full`. */
  constructor(options: {
    label: string;
    id: number;
    bufferedMax?: number;
    bufferedAmountLowThreshold?: number;
  }) {
    super();
    this.#label = options.label;
    this.#id = options.id;
    this.#bufferedMax = options.bufferedMax ?? DATA_BUFFERED_BYTES_MAX;
    this.#lowThreshold = options.bufferedAmountLowThreshold ?? 0;
  }

  get isOpen(): boolean {
    return this.#maySend && this.#channel?.readyState === 'open';
  }

  /** Bytes that wait to be sent. */
  get bufferedAmount(): number {
    return this.#channel?.bufferedAmount ?? 0;
  }

  /** @internal What the other side has proven: before, it is as if there were no channel, and what comes is dropped. */
  setGate({ maySend, mayReceive }: { maySend: boolean; mayReceive: boolean }): void {
    const wasOpen = this.isOpen;
    this.#maySend = maySend;
    this.#mayReceive = mayReceive;
    if (this.isOpen !== wasOpen) this.emit(wasOpen ? 'close' : 'open');
  }

  /** @internal Goes on with another connection. */
  attach(pc: RTCPeerConnection): void {
    this.detach();
    const channel = pc.createDataChannel(this.#label, { negotiated: true, id: this.#id });
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = this.#lowThreshold;
    channel.onopen = () => {
      if (this.#maySend) this.emit('open');
    };
    channel.onclose = () => {
      if (this.#maySend) this.emit('close');
    };
    channel.onbufferedamountlow = () => {
      this.emit('low');
    };
    channel.onerror = (event) => {
      log.warn(`the ${this.#label} channel failed`, event);
    };
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!this.#mayReceive) log.debug(`nothing is taken from the ${this.#label} channel yet`);
      else if (typeof data === 'string' || data instanceof ArrayBuffer) this.emit('message', data);
    };
  }

  /** @internal Lets the connection go; it closes the channel. */
  detach(): void {
    const channel = this.#channel;
    if (!channel) return;
    const wasOpen = this.isOpen;
    this.#channel = null;
    channel.onopen = channel.onclose = channel.onerror = null;
    channel.onmessage = channel.onbufferedamountlow = null;
    if (wasOpen) this.emit('close');
  }

  /** @internal Nobody listens any more; what waits to be sent may still leave. */
  stopReceiving(): void {
    if (this.#channel) this.#channel.onmessage = null;
  }

  /** @throws VisavisError `no_channel`, `too_large` (64 KiB), `buffer_full` */
  send(data: string | ArrayBuffer): void {
    const channel = this.#channel;
    if (!this.#maySend || channel?.readyState !== 'open') {
      throw new VisavisError('no_channel', 'No data channel is open.');
    }
    const bytes = typeof data === 'string' ? encoder.encode(data).length : data.byteLength;
    if (bytes > DATA_MESSAGE_BYTES_MAX) {
      throw new VisavisError('too_large', `A message of ${String(bytes)} bytes is too large.`);
    }
    if (channel.bufferedAmount + bytes > this.#bufferedMax) {
      throw new VisavisError('buffer_full', 'The other side takes data too slowly.');
    }
    if (typeof data === 'string') channel.send(data);
    else channel.send(data);
  }
}
