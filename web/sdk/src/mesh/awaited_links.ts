import { AWAITED_SIGNALS_MAX } from '../base/limits.ts';
import type * as parts from './link_parts.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { SignalData } from '../base/protocol.ts';

export type LinkParts = typeof parts;

let loaded: LinkParts | null = null;
let loading: Promise<LinkParts> | null = null;

/** The code of links; null until `loadLinkParts` has fetched it. */
export function linkParts(): LinkParts | null {
  return loaded;
}

/** Fetches it, once. Rejects where that fails, as after the server was updated under an open page; may be tried again. */
export function loadLinkParts(): Promise<LinkParts> {
  loading ??= import('./link_parts.ts').then(
    (parts) => (loaded = parts),
    (error: unknown) => {
      loading = null;
      throw error;
    },
  );
  return loading;
}

/** A link that is wanted while the code for links is on its way, and what has come for it. */
export interface AwaitedLink {
  readonly participant: RemoteParticipant;
  readonly signals: readonly SignalData[];
  readonly asksForOffer: boolean;
}

/** The links of one call that wait for the code for links. */
export class AwaitedLinks {
  readonly #links = new Map<string, AwaitedLink>();

  has(id: string): boolean {
    return this.#links.has(id);
  }

  add(participant: RemoteParticipant): void {
    const { id } = participant;
    if (this.has(id)) return;
    this.#links.set(id, { participant, signals: [], asksForOffer: false });
  }

  /** As `PeerLink.askForOffer`. */
  askForOffer(id: string): void {
    const link = this.#links.get(id);
    if (link) this.#links.set(id, { ...link, asksForOffer: true });
  }

  /** Keeps a signal for it, up to AWAITED_SIGNALS_MAX. Returns whether such a link is awaited. */
  receive(id: string, data: SignalData): boolean {
    const link = this.#links.get(id);
    if (!link) return false;
    if (link.signals.length < AWAITED_SIGNALS_MAX) {
      this.#links.set(id, { ...link, signals: [...link.signals, data] });
    }
    return true;
  }

  delete(id: string): void {
    this.#links.delete(id);
  }

  /** Returns all of them, and awaits them no longer. */
  takeAll(): AwaitedLink[] {
    const all = [...this.#links.values()];
    this.#links.clear();
    return all;
  }
}
