import { loadLinkParts } from '../mesh/awaited_links.ts';
import { CallMedia } from './call_media.ts';
import { CallStatus } from './call_status.ts';
import type { View } from '../link/control_channel.ts';
import { Chat } from '../chat/chat.ts';
import { FileLoader } from '../files/file_loader.ts';
import type { Files } from '../files/files.ts';
import { Mesh } from '../mesh/mesh.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { UplinkState } from '../adapt/uplink_budget.ts';

/** What people in a call do together, over the links between them and without the server. */
export class CallFeatures extends CallStatus {
  /** What people in the call write to each other. */
  readonly chat: Chat;
  protected readonly mesh: Mesh;
  readonly #media: CallMedia;
  readonly #files: FileLoader;

  constructor(options: ConstructorParameters<typeof Mesh>[0]) {
    super();
    this.mesh = new Mesh(options);
    // While it rings, or while we go in: it is needed when somebody has joined.
    loadLinkParts().catch(() => undefined);
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
    this.#media = new CallMedia(this.mesh, options.platform.timers);
    this.#media.on('uplink', (state) => {
      this.emit('uplink', { state });
    });
    this.#media.on('speaker', (speaker) => {
      this.emit('speaker', speaker);
    });
  }

  /** How well our connection carries what we send. */
  get uplink(): { readonly state: UplinkState } {
    return { state: this.#media.uplink };
  }

  /** @internal By way of the client, for all calls. */
  setDataSaver(on: boolean): void {
    this.#media.setDataSaver(on);
  }

  /** Who speaks, or spoke just now. */
  get activeSpeaker(): RemoteParticipant | null {
    return this.#media.speaker;
  }

  /** How large that participant's pictures are shown here, so that they send accordingly. Large until this is told. */
  setView(participant: string, view: View): void {
    this.mesh.setView(participant, view);
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

  /**
   * An emoji, seen by whoever is connected at this moment. Returns false, and sends nothing, when there have been too many
   * at once (REACTIONS_SENT_MAX, REACTIONS_SENT_PER_S).
   */
  react(emoji: string): boolean {
    return this.mesh.sendReaction(emoji);
  }

  /**
   * To everyone who has joined, over the data channels: in order, whole, at most 64 KiB each. At most 100 messages and
   * 1 MiB at once, and 50 messages and 256 KiB more every second: every receiver takes that much.
   * @throws VisavisError `no_channel`, `too_large`; and, as nothing was sent and may be tried again a moment later,
   * `buffer_full` (somebody's path is too slow), `rate_limited` (more than that)
   */
  send(data: string | ArrayBuffer): void {
    this.mesh.send(data);
  }
}
