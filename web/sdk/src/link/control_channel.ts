import {
  encodeControlMessage,
  parseControlMessage,
  type ByeReason,
  type ControlMessage,
  type SelfState,
  type ViewSize,
} from './control_message.ts';
import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import type { InboundQueue } from '../base/inbound_queue.ts';
import { Latest } from '../base/latest.ts';
import * as limits from '../base/limits.ts';
import { LinkChannel } from './link_channel.ts';
import { createLogger } from '../base/logger.ts';
import { isSame } from '../base/same.ts';
import type { Timers } from '../base/timers.ts';
import { TokenBucket } from '../base/token_bucket.ts';
import { TrafficBudget } from '../base/traffic_budget.ts';

const log = createLogger('control');

/** How somebody shows what they receive. */
export interface View {
  readonly camera: ViewSize;
  readonly screen: ViewSize;
}

interface ControlChannelEvents {
  /** There is a channel, if only for proofs. */
  opened: void;
  /** Whatever is told arrives. */
  open: void;
  /** The sender's proof of the room's passphrase; then what the receiver of ours says to it. */
  proof: Uint8Array<ArrayBuffer>;
  proofTaken: void;
  proofRefused: void;
  alive: void;
  /** As the other side is now; at most once in STATE_INTERVAL_MS. So is `view`. */
  media: SelfState;
  view: View;
  reaction: string;
  /** The other side closes the link; `flood`: because too much came from here. */
  bye: ByeReason | null;
  data: string | ArrayBuffer;
}

/** What the two sides of a peer link tell each other without the server; outlives the link's connections. */
export class ControlChannel extends Emitter<ControlChannelEvents> {
  readonly channel: LinkChannel;
  readonly #timers: Timers;
  readonly #mediaSent: Latest<null>;
  readonly #viewSent: Latest<null>;
  readonly #mediaTaken: Latest<SelfState>;
  readonly #viewTaken: Latest<View>;
  readonly #reactionsTaken = new TokenBucket(
    limits.REACTIONS_TAKEN_MAX,
    limits.REACTIONS_TAKEN_PER_S,
  );
  readonly #dataSent = new TrafficBudget(limits.DATA_RATE);
  readonly #untold = new Set<'media' | 'view'>();
  #selfState: SelfState | null = null;
  #videoPaused = false;
  #view: View | null = null;
  #maySend = true;
  #mayReceive = true;
  #theirView: View | null = null;

  constructor(
    timers: Timers,
    from: { readonly inbound: InboundQueue } | { readonly channel: LinkChannel },
  ) {
    super();
    this.#timers = timers;
    this.channel = 'channel' in from ? from.channel : newChannel(from.inbound);
    const interval = limits.STATE_INTERVAL_MS;
    this.#mediaSent = new Latest(timers, interval, () => {
      this.#tellSelfState();
    });
    this.#viewSent = new Latest(timers, interval, () => {
      this.#tellView();
    });
    // What could not be told while something waited.
    this.channel.on('low', () => {
      if (this.#untold.delete('media')) this.#mediaSent.put(null);
      if (this.#untold.delete('view')) this.#viewSent.put(null);
    });
    this.#mediaTaken = new Latest(timers, interval, (state) => {
      this.emit('media', state);
    });
    this.#viewTaken = new Latest(timers, interval, (view) => {
      this.#theirView = view;
      this.emit('view', view);
    });
    this.channel.on('open', () => {
      this.emit('opened');
      if (this.#maySend) this.#onOpen();
    });
    this.channel.on('message', (data) => {
      this.#onMessage(data);
    });
  }

  get isOpen(): boolean {
    return this.#maySend && this.channel.isOpen;
  }

  /** @internal As of LinkChannel; but `alive`, `bye` and proofs always pass. */
  setGate({ maySend, mayReceive }: { maySend: boolean; mayReceive: boolean }): void {
    const wasOpen = this.isOpen;
    this.#maySend = maySend;
    this.#mayReceive = mayReceive;
    if (this.isOpen && !wasOpen) this.#onOpen();
  }

  /** @internal For a connection that is to replace the one that carries this: takes and sends nothing but proofs. */
  successor(): ControlChannel {
    const next = new ControlChannel(this.#timers, { channel: this.channel.successor() });
    next.setGate({ maySend: false, mayReceive: false });
    return next;
  }

  /** @internal Nobody listens any more. */
  stop(): void {
    for (const latest of [this.#mediaSent, this.#viewSent]) latest.clear();
    for (const latest of [this.#mediaTaken, this.#viewTaken]) latest.clear();
  }

  sendProof(mac: Uint8Array<ArrayBuffer>): void {
    this.#tell({ type: 'proof', mac });
  }

  sendProofTaken(): void {
    this.#tell({ type: 'proof_taken' });
  }

  sendProofRefused(): void {
    this.#tell({ type: 'proof_refused' });
  }

  /** How the other side shows what we send; null until it has told. */
  get theirView(): View | null {
    return this.#theirView;
  }

  /** Tells it now, or when the channel opens. */
  setSelfState(state: SelfState): void {
    const known = this.#selfState;
    if (isSame(known, state)) return;
    this.#selfState = state;
    this.#mediaSent.put(null);
  }

  /** Of our camera's picture on this link; part of what `setSelfState` tells. */
  setVideoPaused(paused: boolean): void {
    if (paused === this.#videoPaused) return;
    this.#videoPaused = paused;
    this.#mediaSent.put(null);
  }

  /** Tells it now, or when the channel opens. */
  setView(view: View): void {
    if (isSame(this.#view, view)) return;
    this.#view = view;
    this.#viewSent.put(null);
  }

  sendAlive(): void {
    // A full buffer is news enough for the other side.
    if (this.channel.bufferedAmount === 0) this.#tell({ type: 'alive' });
  }

  sendBye(reason: ByeReason | null = null): void {
    this.#tell({ type: 'bye', reason });
  }

  sendReaction(emoji: string): void {
    this.#tell({ type: 'reaction', emoji });
  }

  /**
   * @throws VisavisError `no_channel`, `too_large`; `buffer_full` (the path is too slow) and `rate_limited` (more than
   * DATA_RATE, which every receiver takes): nothing was sent, and may be sent a moment later
   */
  send(data: string | ArrayBuffer): void {
    this.assertRoomFor(data);
    const message = encodeData(data);
    this.channel.send(message);
    this.#dataSent.take(charge(message));
  }

  /** Whether `send` has room for it now. @throws VisavisError `rate_limited` */
  assertRoomFor(data: string | ArrayBuffer): void {
    if (!this.isOpen) throw new VisavisError('no_channel', 'No data channel is open.');
    if (this.#dataSent.has(charge(encodeData(data)))) return;
    throw new VisavisError('rate_limited', 'Too much was sent. Try again in a moment.');
  }

  #onOpen(): void {
    this.#untold.clear();
    this.#tellSelfState();
    this.#tellView();
    this.emit('open');
  }

  #tellSelfState(): void {
    if (!this.#selfState || this.#mustWait('media')) return;
    const videoPaused = this.#videoPaused && !this.#selfState.cameraOff;
    this.#tell({ type: 'media', state: { ...this.#selfState, videoPaused } });
  }

  #tellView(): void {
    if (this.#view && !this.#mustWait('view')) this.#tell({ type: 'view', ...this.#view });
  }

  /** A state is told once what waits has gone, the latest then: else they would pile up while there is no path. */
  #mustWait(type: 'media' | 'view'): boolean {
    if (this.channel.bufferedAmount === 0) return false;
    this.#untold.add(type);
    return true;
  }

  #tell(message: ControlMessage): void {
    if (!this.channel.isOpen || !(this.#maySend || isForStrangers(message))) return;
    try {
      this.channel.send(encodeControlMessage(message));
    } catch (error) {
      log.warn(`could not tell ${message.type}`, error);
    }
  }

  #onMessage(data: string | ArrayBuffer): void {
    if (data instanceof ArrayBuffer) {
      if (!this.#mayReceive) log.debug('data before the proof was dropped');
      else if (data.byteLength <= limits.DATA_MESSAGE_BYTES_MAX) this.emit('data', data);
      else log.warn('a message that is too large was dropped');
      return;
    }
    const message = parseControlMessage(data);
    if (message && (this.#mayReceive || isForStrangers(message))) this.#take(message);
    else if (message) log.debug(`${message.type} before the proof was dropped`);
    else log.warn('a message that makes no sense was dropped');
  }

  #take(message: ControlMessage): void {
    switch (message.type) {
      case 'alive':
        this.emit('alive');
        break;
      case 'bye':
        this.emit('bye', message.reason);
        break;
      case 'data':
        this.emit('data', message.data);
        break;
      case 'reaction':
        if (this.#reactionsTaken.take()) this.emit('reaction', message.emoji);
        break;
      case 'view':
        this.#viewTaken.put({ camera: message.camera, screen: message.screen });
        break;
      case 'media':
        this.#mediaTaken.put(message.state);
        break;
      case 'proof':
        this.emit('proof', message.mac);
        break;
      case 'proof_taken':
        this.emit('proofTaken');
        break;
      case 'proof_refused':
        this.emit('proofRefused');
    }
  }
}

/** What passes before the other side has proven who they are. */
function isForStrangers({ type }: ControlMessage): boolean {
  return type === 'alive' || type === 'bye' || type.startsWith('proof');
}

function newChannel(inbound: InboundQueue): LinkChannel {
  return new LinkChannel({ label: 'control', id: 0, inbound });
}

function encodeData(data: string | ArrayBuffer): string | ArrayBuffer {
  return typeof data === 'string' ? encodeControlMessage({ type: 'data', data }) : data;
}

/** As the receiver counts it. */
function charge(message: string | ArrayBuffer): number {
  return typeof message === 'string' ? message.length : message.byteLength;
}
