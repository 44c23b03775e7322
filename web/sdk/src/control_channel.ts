import {
  encodeControlMessage,
  parseControlMessage,
  type ControlMessage,
  type SelfState,
  type ViewSize,
} from './control_message.ts';
import { Emitter } from './emitter.ts';
import { DATA_MESSAGE_BYTES_MAX } from './limits.ts';
import { LinkChannel } from './link_channel.ts';
import { createLogger } from './logger.ts';

const log = createLogger('control');

/** How somebody shows what they receive. */
export interface View {
  readonly camera: ViewSize;
  readonly screen: ViewSize;
}

interface ControlChannelEvents {
  open: void;
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
  #view: View | null = null;
  #theirView: View | null = null;

  constructor() {
    super();
    this.channel.on('open', () => {
      this.#tellSelfState();
      this.#tellView();
      this.emit('open');
    });
    this.channel.on('message', (data) => {
      this.#onMessage(data);
    });
  }

  get isOpen(): boolean {
    return this.channel.isOpen;
  }

  /** How the other side shows what we send; null until it has told. */
  get theirView(): View | null {
    return this.#theirView;
  }

  /** Tells it now, or when the channel opens. */
  setSelfState(state: SelfState): void {
    const known = this.#selfState;
    if (known && isSame(known, state)) return;
    this.#selfState = state;
    this.#tellSelfState();
  }

  /** Tells it now, or when the channel opens. */
  setView(view: View): void {
    if (this.#view && isSame(this.#view, view)) return;
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
    this.channel.send(
      typeof data === 'string' ? encodeControlMessage({ type: 'data', data }) : data,
    );
  }

  #tellSelfState(): void {
    if (this.#selfState) this.#tell({ type: 'media', state: this.#selfState });
  }

  #tellView(): void {
    if (this.#view) this.#tell({ type: 'view', ...this.#view });
  }

  #tell(message: ControlMessage): void {
    if (!this.isOpen) return;
    try {
      this.channel.send(encodeControlMessage(message));
    } catch (error) {
      log.warn(`could not tell ${message.type}`, error);
    }
  }

  #onMessage(data: string | ArrayBuffer): void {
    if (data instanceof ArrayBuffer) {
      if (data.byteLength <= DATA_MESSAGE_BYTES_MAX) this.emit('data', data);
      else log.warn('a message that is too large was dropped');
      return;
    }
    const message = parseControlMessage(data);
    if (message) this.#take(message);
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
    }
  }
}

function isSame<Fields extends object>(one: Fields, other: Fields): boolean {
  return (Object.keys(one) as (keyof Fields)[]).every((key) => one[key] === other[key]);
}
