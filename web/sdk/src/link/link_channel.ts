import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import type { InboundQueue, Lane, Receiver } from '../base/inbound_queue.ts';
import { DATA_BUFFERED_BYTES_MAX, DATA_MESSAGE_BYTES_MAX } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';

const log = createLogger('channel');

interface LinkChannelEvents {
  /** Messages can be sent; after a link has started afresh, too: what was under way then is lost. */
  open: void;
  close: void;
  message: string | ArrayBuffer;
  /** Messages of the channel that is open now were dropped, after those that came: there was no room for them. */
  lost: void;
  /** What waited to be sent has fallen to `bufferedAmountLowThreshold`. */
  low: void;
}

const encoder = new TextEncoder();

export interface LinkChannelOptions {
  readonly label: Lane;
  readonly id: number;
  /** What may wait to be sent, in bytes; beyond it `send` throws `buffer_full`. */
  readonly bufferedMax?: number;
  readonly bufferedAmountLowThreshold?: number;
  /** What comes goes through it. */
  readonly inbound: InboundQueue;
}

/**
 * A data channel of a peer link that outlives the link's connections: whichever RTCDataChannel carries it now. Both
 * sides create it with the same id, so that it needs no negotiation. Reliable and in order within one connection.
 */
export class LinkChannel extends Emitter<LinkChannelEvents> {
  readonly #options: LinkChannelOptions;
  #channel: RTCDataChannel | null = null;
  #maySend = true;
  #mayReceive = true;
  // Of a channel that waits to take over: what has come over it so far. Null where nothing is held.
  #held: (string | ArrayBuffer)[] | null = null;
  // Who has taken this one's channel over, and what still comes for it.
  #heir: LinkChannel | null = null;

  constructor(options: LinkChannelOptions) {
    super();
    this.#options = options;
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

  /** @internal We have asked for so much: it does not count as what the other side sends of its own accord. */
  expect(messages: number, bytes: number): void {
    this.#options.inbound.expect(this.#options.label, messages, bytes);
  }

  /** @internal Another of the same kind, for a connection that is to replace the one that carries this. */
  successor(): LinkChannel {
    const next = new LinkChannel(this.#options);
    next.#held = [];
    return next;
  }

  /** @internal What `other` was opened for and has taken so far is this one's from now on. */
  takeOver(other: LinkChannel): void {
    const channel = other.#channel;
    const held = other.#held ?? [];
    other.detach();
    other.#heir = this;
    this.detach();
    if (!channel) return;
    this.#listen(channel);
    if (this.isOpen) this.emit('open');
    for (const data of held) this.emit('message', data);
  }

  /** @internal Goes on with another connection. */
  attach(pc: RTCPeerConnection): void {
    this.detach();
    const { label, id } = this.#options;
    const name = label === 'control' ? 'visavis' : label;
    this.#listen(pc.createDataChannel(name, { negotiated: true, id }));
  }

  #listen(channel: RTCDataChannel): void {
    const { label, inbound, bufferedAmountLowThreshold = 0 } = this.#options;
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = bufferedAmountLowThreshold;
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
      log.warn(`the ${label} channel failed`, event);
    };
    const receiver = this.#receiverOf(channel);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data !== 'string' && !(data instanceof ArrayBuffer)) return;
      inbound.accept(label, data, receiver);
    };
  }

  /** Whatever comes late, over a channel that this one has let go, is lost with it. */
  #receiverOf(channel: RTCDataChannel): Receiver {
    return {
      take: (data) => {
        const owner = this.#heir ?? this;
        if (channel === owner.#channel) owner.#take(data);
      },
      lost: () => {
        const owner = this.#heir ?? this;
        if (channel === owner.#channel) owner.emit('lost');
      },
    };
  }

  #take(data: string | ArrayBuffer): void {
    const { label } = this.#options;
    if (!this.#mayReceive) log.debug(`nothing is taken from the ${label} channel yet`);
    else if (this.#held && !(label === 'control' && isProof(data))) this.#held.push(data);
    else this.emit('message', data);
  }

  /** @internal Lets the connection go; it closes the channel. */
  detach(): void {
    const channel = this.#channel;
    if (!channel) return;
    const wasOpen = this.isOpen;
    this.#channel = null;
    if (this.#held) this.#held = [];
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
    if (channel.bufferedAmount + bytes > (this.#options.bufferedMax ?? DATA_BUFFERED_BYTES_MAX)) {
      throw new VisavisError('buffer_full', 'The other side takes data too slowly.');
    }
    if (typeof data === 'string') channel.send(data);
    else channel.send(data);
  }
}

/** Proofs are what a connection that waits is waiting for. */
function isProof(data: string | ArrayBuffer): boolean {
  return typeof data === 'string' && data.startsWith('{"type":"proof');
}
