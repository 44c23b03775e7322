import { Emitter } from './emitter.ts';
import { VisavisError } from './errors.ts';
import { DATA_BUFFERED_BYTES_MAX, DATA_MESSAGE_BYTES_MAX } from './limits.ts';
import { createLogger } from './logger.ts';

const log = createLogger('control');

/** What somebody tells about their own devices. */
export interface MediaState {
  microphoneMuted: boolean;
  cameraOff: boolean;
}

// Text messages are JSON; a binary message is an app's ArrayBuffer as it is.
type ControlMessage =
  | { type: 'media'; microphone_muted: boolean; camera_off: boolean }
  /** So that silence means a dead path, even when nobody sends audio or video. */
  | { type: 'alive' }
  /** The sender leaves the call; the server may be out of reach. */
  | { type: 'bye' }
  /** An app's string. */
  | { type: 'data'; data: string };

interface ControlChannelEvents {
  open: void;
  alive: void;
  media: MediaState;
  bye: void;
  data: string | ArrayBuffer;
}

const encoder = new TextEncoder();

/** The data channel of a peer link: what the two sides tell each other without the server. */
export class ControlChannel extends Emitter<ControlChannelEvents> {
  readonly #channel: RTCDataChannel;
  #mediaState: MediaState | null = null;

  /** Both sides create the channel with the same id, so that it needs no negotiation of its own. */
  constructor(pc: RTCPeerConnection) {
    super();
    this.#channel = pc.createDataChannel('visavis', { negotiated: true, id: 0 });
    this.#channel.binaryType = 'arraybuffer';
    this.#channel.onopen = () => {
      this.#tellMediaState();
      this.emit('open');
    };
    this.#channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      this.#onMessage(data);
    };
    this.#channel.onerror = (event) => {
      log.warn('data channel error', event);
    };
  }

  get isOpen(): boolean {
    return this.#channel.readyState === 'open';
  }

  /** Tells it now, and again to every later channel that opens. */
  setMediaState(state: MediaState): void {
    const known = this.#mediaState;
    if (known?.microphoneMuted === state.microphoneMuted && known.cameraOff === state.cameraOff) {
      return;
    }
    this.#mediaState = state;
    this.#tellMediaState();
  }

  sendAlive(): void {
    // A full buffer is news enough for the other side.
    if (this.#channel.bufferedAmount === 0) this.#tell({ type: 'alive' });
  }

  sendBye(): void {
    this.#tell({ type: 'bye' });
  }

  /** @throws VisavisError `no_channel`, `too_large`, `buffer_full` */
  send(data: string | ArrayBuffer): void {
    if (!this.isOpen) throw new VisavisError('no_channel', 'No data channel is open.');
    if (typeof data === 'string') this.#send(JSON.stringify({ type: 'data', data }));
    else this.#send(data);
  }

  #tellMediaState(): void {
    const state = this.#mediaState;
    if (!state) return;
    this.#tell({
      type: 'media',
      microphone_muted: state.microphoneMuted,
      camera_off: state.cameraOff,
    });
  }

  #tell(message: ControlMessage): void {
    if (!this.isOpen) return;
    try {
      this.#send(JSON.stringify(message));
    } catch (error) {
      log.warn(`could not tell ${message.type}`, error);
    }
  }

  #send(payload: string | ArrayBuffer): void {
    const bytes = typeof payload === 'string' ? encoder.encode(payload).length : payload.byteLength;
    if (bytes > DATA_MESSAGE_BYTES_MAX) {
      throw new VisavisError('too_large', `A message of ${String(bytes)} bytes is too large.`);
    }
    if (this.#channel.bufferedAmount + bytes > DATA_BUFFERED_BYTES_MAX) {
      throw new VisavisError('buffer_full', 'The other side takes data too slowly.');
    }
    if (typeof payload === 'string') this.#channel.send(payload);
    else this.#channel.send(payload);
  }

  #onMessage(data: unknown): void {
    if (data instanceof ArrayBuffer) {
      if (data.byteLength <= DATA_MESSAGE_BYTES_MAX) this.emit('data', data);
      else log.warn('a message that is too large was dropped');
      return;
    }
    const message = typeof data === 'string' ? parseControlMessage(data) : null;
    switch (message?.type) {
      case 'alive':
        this.emit('alive');
        break;
      case 'bye':
        this.emit('bye');
        break;
      case 'data':
        this.emit('data', message.data);
        break;
      case 'media':
        this.emit('media', {
          microphoneMuted: message.microphone_muted,
          cameraOff: message.camera_off,
        });
        break;
      case undefined:
        log.warn('a message that makes no sense was dropped');
    }
  }
}

function parseControlMessage(text: string): ControlMessage | null {
  // A character is at least one byte; what is longer was not sent by us.
  if (text.length > DATA_MESSAGE_BYTES_MAX) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const message = value as { type?: unknown } & Record<string, unknown>;
  switch (message.type) {
    case 'alive':
    case 'bye':
      return { type: message.type };
    case 'data':
      return typeof message['data'] === 'string' ? { type: 'data', data: message['data'] } : null;
    case 'media': {
      const { microphone_muted, camera_off } = message;
      if (typeof microphone_muted !== 'boolean' || typeof camera_off !== 'boolean') return null;
      return { type: 'media', microphone_muted, camera_off };
    }
    default:
      return null;
  }
}
