import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import { FileLink } from './file_link.ts';
import { cleanFileName } from './file_name.ts';
import { FILE_TRANSFERS_MAX } from '../base/limits.ts';
import type { LinkChannel } from '../link/link_channel.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { Transfer } from './transfer.ts';

interface FilesEvents {
  /** Somebody offers a file; nothing of it comes before `accept`. */
  offer: Transfer;
  /** `transfers` is different; each tells of itself. */
  change: void;
}

/** The files that people in a call send each other, over the links between them. */
export class Files extends Emitter<FilesEvents> {
  readonly #links = new Map<string, { participant: RemoteParticipant; link: FileLink }>();
  #transfers: readonly Transfer[] = [];

  /** Both directions, in the order in which they were offered; ended ones are forgotten when there are too many. */
  get transfers(): readonly Transfer[] {
    return this.#transfers;
  }

  /**
   * Offers a file to one, or to everyone who is there: one transfer each. Read while it is sent, a little at a time.
   * @throws VisavisError `peer_left` (nobody is there), `queue_full`
   */
  offer(file: Blob, to: RemoteParticipant | null = null, name = nameOf(file)): Transfer[] {
    const links = [...this.#links.values()].filter(
      ({ participant, link }) => link.isLinked && (to === null || participant.id === to.id),
    );
    if (links.length === 0) {
      throw new VisavisError('peer_left', 'Nobody is there to send it to.');
    }
    const ready = links.filter(({ link }) => !link.isFull);
    if (ready.length === 0) {
      throw new VisavisError('queue_full', 'Too many files are on their way there.');
    }
    const transfers = ready.map(({ link }) => link.offer(file, cleanFileName(name)));
    this.#add(...transfers);
    return transfers;
  }

  /** @internal @param earlier What has come over the channel before. */
  linked(
    participant: RemoteParticipant,
    channel: LinkChannel,
    earlier: readonly (string | ArrayBuffer)[] = [],
  ): void {
    let known = this.#links.get(participant.id);
    if (!known) {
      known = { participant, link: new FileLink(participant) };
      this.#links.set(participant.id, known);
      // Whoever leaves while there is no link is not unlinked any more.
      participant.on('change', () => {
        if (participant.state === 'left') this.unlinked(participant);
      });
      known.link.on('offer', (transfer) => {
        this.#add(transfer);
        this.emit('offer', transfer);
      });
    }
    known.link.attach(channel, earlier);
  }

  /** @internal The link goes; it may be made anew, unless the participant has left. */
  unlinked(participant: RemoteParticipant): void {
    const link = this.#links.get(participant.id)?.link;
    if (participant.state === 'left') {
      this.#links.delete(participant.id);
      link?.close(new VisavisError('peer_left', 'They have left the call, or we had.'));
    } else {
      link?.detach();
    }
  }

  /** @internal The call has ended. */
  close(): void {
    for (const { link } of this.#links.values()) {
      link.close(new VisavisError('peer_left', 'The call has ended.'));
    }
    this.#links.clear();
  }

  #add(...transfers: readonly Transfer[]): void {
    const all = [...this.#transfers, ...transfers];
    let surplus = all.length - FILE_TRANSFERS_MAX;
    this.#transfers = all.filter((transfer) => !transfer.hasEnded || surplus-- <= 0);
    this.emit('change');
  }
}

function nameOf(file: Blob): string {
  return file instanceof File ? file.name : '';
}
