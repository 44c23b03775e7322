import type { Files } from './files.ts';
import { FILES_WAITING_MESSAGES_MAX } from '../base/limits.ts';
import type { LinkChannel } from '../link/link_channel.ts';
import { createLogger } from '../base/logger.ts';
import type { RemoteParticipant } from '../link/participant.ts';

const log = createLogger('files');

interface Waiting {
  readonly participant: RemoteParticipant;
  readonly channel: LinkChannel;
  readonly messages: (string | ArrayBuffer)[];
  readonly off: () => void;
}

/** Loads what sends and receives files when somebody first wants to, on either side: most calls need none of it. */
export class FileLoader {
  readonly #onLoaded: (files: Files) => void;
  readonly #waiting = new Map<string, Waiting>();
  #files: Files | null = null;
  #loading: Promise<Files> | null = null;
  #closed = false;

  constructor(onLoaded: (files: Files) => void) {
    this.#onLoaded = onLoaded;
  }

  get loaded(): Files | null {
    return this.#files;
  }

  /** Rejects when it cannot be loaded, as after the server was updated under an open page. */
  load(): Promise<Files> {
    this.#loading ??= import('./files.ts').then(
      ({ Files }) => this.#take(new Files()),
      (error: unknown) => {
        this.#loading = null;
        throw error;
      },
    );
    return this.#loading;
  }

  linked(participant: RemoteParticipant, channel: LinkChannel): void {
    if (this.#files) {
      this.#files.linked(participant, channel);
      return;
    }
    const messages: Waiting['messages'] = [];
    const off = channel.on('message', (data) => {
      // With nothing to offer, a list is empty: no reason to load anything.
      if (messages.length === 0 && isEmptyList(data)) return;
      if (messages.length < FILES_WAITING_MESSAGES_MAX) messages.push(data);
      this.load().catch((error: unknown) => {
        log.error('files cannot be received', error);
      });
    });
    this.#waiting.set(participant.id, { participant, channel, messages, off });
  }

  unlinked(participant: RemoteParticipant): void {
    this.#files?.unlinked(participant);
    this.#waiting.get(participant.id)?.off();
    this.#waiting.delete(participant.id);
  }

  close(): void {
    this.#closed = true;
    this.#files?.close();
    for (const { off } of this.#waiting.values()) off();
    this.#waiting.clear();
  }

  #take(files: Files): Files {
    this.#files = files;
    if (this.#closed) return files;
    this.#onLoaded(files);
    for (const { participant, channel, messages, off } of this.#waiting.values()) {
      off();
      files.linked(participant, channel, messages);
    }
    this.#waiting.clear();
    return files;
  }
}

function isEmptyList(data: string | ArrayBuffer): boolean {
  return data === '{"type":"list","transfers":[]}';
}
