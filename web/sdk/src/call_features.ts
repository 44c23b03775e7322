import { CallStatus } from './call_status.ts';
import { Chat } from './chat.ts';
import { FileLoader } from './file_loader.ts';
import type { Files } from './files.ts';
import { Mesh } from './mesh.ts';

/** What people in a call do together, over the links between them and without the server. */
export class CallFeatures extends CallStatus {
  /** What people in the call write to each other. */
  readonly chat: Chat;
  protected readonly mesh: Mesh;
  readonly #files: FileLoader;

  constructor(options: ConstructorParameters<typeof Mesh>[0]) {
    super();
    this.mesh = new Mesh(options);
    this.chat = new Chat(options.platform.timers);
    this.#files = new FileLoader((files) => {
      this.emit('files', files);
    });
    this.mesh.on('linked', ({ participant, link }) => {
      this.chat.linked(participant, link.chat);
      this.#files.linked(participant, link.files);
    });
    this.mesh.on('unlinked', ({ participant }) => {
      this.chat.unlinked(participant);
      this.#files.unlinked(participant);
    });
    this.on('state', (state) => {
      if (state !== 'ended') return;
      this.chat.close();
      this.#files.close();
    });
    this.mesh.on('data', (message) => {
      this.emit('data', message);
    });
    this.mesh.on('reaction', (reaction) => {
      this.emit('reaction', reaction);
    });
  }

  /** What `files()` gives, where it has been fetched already; else null, and the event `files` will tell. */
  get loadedFiles(): Files | null {
    return this.#files.loaded;
  }

  /**
   * What people in the call send to each other; fetched when it is first wanted, or when somebody offers a file (event
   * `files`). Rejects when it cannot be fetched.
   */
  files(): Promise<Files> {
    return this.#files.load();
  }

  get handRaised(): boolean {
    return this.mesh.handRaised;
  }

  /** Everyone sees it on our tile, late joiners too. */
  setHandRaised(raised: boolean): void {
    this.mesh.setHandRaised(raised);
  }

  /** An emoji, seen by whoever is connected at this moment. */
  react(emoji: string): void {
    this.mesh.sendReaction(emoji);
  }

  /**
   * To everyone who has joined, over the data channels: in order, whole, at most 64 KiB each.
   * @throws VisavisError `no_channel`, `too_large`, `buffer_full`
   */
  send(data: string | ArrayBuffer): void {
    this.mesh.send(data);
  }
}
