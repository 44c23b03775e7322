import {
  encodeControlMessage,
  parseControlMessage,
  type ControlMessage,
  type SelfState,
  type ViewSize,
} from './control_message.ts';
import { Emitter } from './emitter.ts';
import { VisavisError } from './errors.ts';
import { DATA_MESSAGE_BYTES_MAX } from './limits.ts';
import { LinkChannel } from './link_channel.ts';
import { createLogger } from './logger.ts';
import { isSame } from './same.ts';

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
  media: SelfState;
  view: View;
  reaction: string;
  bye: void;
  data: string | ArrayBuffer;
}

/** What the two sides of a peer link tell each other without the server; outlives the link's connections. */
export class ControlChannel extends Emitter<ControlChannelEvents> {
  readonly channel = new LinkChannel({ label: 'visavis', id: 0 });
  #selfState: SelfState | null = null;
  #videoPaused = false;
  #view: View | null = null;
  #maySend = true;
  #mayReceive = true;
  #theirView: View | null = null;

  constructor() {
    super();
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
    this.#tellSelfState();
  }

  /** Of our camera's picture on this link; part of what `setSelfState` tells. */
  setVideoPaused(paused: boolean): void {
    if (paused === this.#videoPaused) return;
    this.#videoPaused = paused;
    this.#tellSelfState();
  }

  /** Tells it now, or when the channel opens. */
  setView(view: View): void {
    if (isSame(this.#view, view)) return;
    this.#view = view;
    this.#tellView();
  }

  sendAlive(): void {
    // A full buffer is news enough for the other side.
    if (this.channel.bufferedAmount === 0) this.#tell({ type: 'alive' });
  }

  sendBye(): void {
    this.#tell({ type: 'bye' });
  }

  sendReaction(emoji: string): void {
    this.#tell({ type: 'reaction', emoji });
  }

  /** @throws VisavisError `no_channel`, `too_large`, `buffer_full` */
  send(data: string | ArrayBuffer): void {
    if (!this.isOpen) throw new VisavisError('no_channel', 'No data channel is open.');
    this.channel.send(
      typeof data === 'string' ? encodeControlMessage({ type: 'data', data }) : data,
    );
  }

  #onOpen(): void {
    this.#tellSelfState();
    this.#tellView();
    this.emit('open');
  }

  #tellSelfState(): void {
    if (!this.#selfState) return;
    const videoPaused = this.#videoPaused && !this.#selfState.cameraOff;
    this.#tell({ type: 'media', state: { ...this.#selfState, videoPaused } });
  }

  #tellView(): void {
    if (this.#view) this.#tell({ type: 'view', ...this.#view });
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
      else if (data.byteLength <= DATA_MESSAGE_BYTES_MAX) this.emit('data', data);
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
      case 'bye':
        this.emit(message.type);
        break;
      case 'data':
        this.emit('data', message.data);
        break;
      case 'reaction':
        this.emit('reaction', message.emoji);
        break;
      case 'view':
        this.#theirView = { camera: message.camera, screen: message.screen };
        this.emit('view', this.#theirView);
        break;
      case 'media':
        this.emit('media', message.state);
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
