import { loadLinkParts } from '../mesh/awaited_links.ts';
import { CallMedia } from './call_media.ts';
import { Chat } from '../chat/chat.ts';
import { Emitter } from '../base/emitter.ts';
import { FileLoader } from '../files/file_loader.ts';
import type { Files } from '../files/files.ts';
import type { Mesh } from '../mesh/mesh.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { Timers } from '../base/timers.ts';
import type { UplinkState } from '../adapt/uplink_budget.ts';

export interface FeatureEvents {
  data: { from: RemoteParticipant; data: string | ArrayBuffer };
  reaction: { from: RemoteParticipant; emoji: string };
  uplink: { readonly state: UplinkState };
  speaker: RemoteParticipant | null;
  files: Files;
}

/** What people in a call do together, over the links between them and without the server. */
export class CallFeatures extends Emitter<FeatureEvents> {
  readonly chat: Chat;
  readonly #media: CallMedia;
  readonly #files: FileLoader;

  constructor(mesh: Mesh, timers: Timers) {
    super();
    // While it rings, or while we go in: it is needed when somebody has joined.
    loadLinkParts().catch(() => undefined);
    this.chat = new Chat(timers);
    this.#files = new FileLoader((files) => {
      this.emit('files', files);
    });
    mesh.on('linked', ({ participant, link }) => {
      this.chat.linked(participant, link.chat);
      this.#files.linked(participant, link.files);
    });
    mesh.on('unlinked', ({ participant }) => {
      this.chat.unlinked(participant);
      this.#files.unlinked(participant);
    });
    mesh.on('data', (message) => {
      this.emit('data', message);
    });
    mesh.on('reaction', (reaction) => {
      this.emit('reaction', reaction);
    });
    this.#media = new CallMedia(mesh, timers);
    this.#media.on('uplink', (state) => {
      this.emit('uplink', { state });
    });
    this.#media.on('speaker', (speaker) => {
      this.emit('speaker', speaker);
    });
  }

  get uplink(): UplinkState {
    return this.#media.uplink;
  }

  get activeSpeaker(): RemoteParticipant | null {
    return this.#media.speaker;
  }

  /** Null until it has been fetched. */
  get loadedFiles(): Files | null {
    return this.#files.loaded;
  }

  loadFiles(): Promise<Files> {
    return this.#files.load();
  }

  setDataSaver(on: boolean): void {
    this.#media.setDataSaver(on);
  }

  close(): void {
    this.chat.close();
    this.#files.close();
  }
}
