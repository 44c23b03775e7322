import { AwaitedLinks, linkParts, loadLinkParts } from './awaited_links.ts';
import { VisavisError } from '../base/errors.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { PeerLink } from '../link/peer_link.ts';
import type { SignalData } from '../base/protocol.ts';
import type { Soon } from '../base/slices.ts';
import type { Standing, Standings } from '../link/standings.ts';

export interface LinkMakerOptions {
  soon: Soon;
  /** Makes it; may throw. */
  add: (participant: RemoteParticipant, Link: typeof PeerLink, standing: Standing) => PeerLink;
  /** It could not be made now, and is to be tried again. */
  failed: (participant: RemoteParticipant, error: VisavisError) => void;
}

/** Makes the links of a call, as soon as the code for them is there, with what is left of each person's standing. */
export class LinkMaker {
  readonly #options: LinkMakerOptions;
  readonly #awaited = new AwaitedLinks();
  #standings: Standings | null = null;

  constructor(options: LinkMakerOptions) {
    this.#options = options;
  }

  /** One is wanted, and waits for the code. */
  isAwaited({ id }: RemoteParticipant): boolean {
    return this.#awaited.has(id);
  }

  /** A signal for one that is awaited. Returns whether there is such a one. */
  receive(from: string, data: SignalData): boolean {
    return this.#awaited.receive(from, data);
  }

  /** Whether a link may be made because they begin one. */
  mayBegin(participant: RemoteParticipant): boolean {
    return this.#standings?.of(participant).guard.mayBegin() ?? true;
  }

  /**
   * Returns null where the code has still to come, or it has failed.
   * @param asksForOffer As of `PeerLink.askForOffer`, once it is there.
   */
  make(participant: RemoteParticipant, asksForOffer: boolean): PeerLink | null {
    const parts = linkParts();
    if (!parts) {
      this.#awaited.add(participant);
      if (asksForOffer) this.#awaited.askForOffer(participant.id);
      void this.#load();
      return null;
    }
    this.#standings ??= new parts.Standings(this.#options.soon);
    const standing = this.#standings.of(participant);
    try {
      const link = this.#options.add(participant, parts.PeerLink, standing);
      if (asksForOffer) link.askForOffer();
      return link;
    } catch (error) {
      this.#options.failed(participant, VisavisError.from(error, 'no_peer_connection'));
      return null;
    }
  }

  /** They have left. */
  forget(participant: RemoteParticipant): void {
    this.#awaited.delete(participant.id);
    this.#standings?.left(participant);
  }

  close(): void {
    this.#awaited.takeAll();
    this.#standings?.close();
  }

  /** Fetches the code, then makes those that are wanted by then. */
  async #load(): Promise<void> {
    try {
      await loadLinkParts();
    } catch (cause) {
      const error = VisavisError.from(cause, 'connection_failed');
      for (const { participant } of this.#awaited.takeAll()) {
        this.#options.failed(participant, error);
      }
      return;
    }
    for (const { participant, signals, asksForOffer } of this.#awaited.takeAll()) {
      const link = this.make(participant, asksForOffer);
      for (const signal of signals) link?.receive(signal);
    }
  }
}
