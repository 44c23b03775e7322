import type { Call, Files, RemoteParticipant, Transfer } from '@visavis/client';

import { formatClock } from '../base/duration.ts';
import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { Subscriptions } from '../base/subscriptions.ts';
import { strings } from '../strings.ts';
import { sizeText } from './size_text.ts';
import { FILES_MEMORY_BYTES_MAX, openStore, type Store } from './store.ts';
import { thumbnailOf } from './thumbnail.ts';

const SECOND_MS = 1_000;

export type FileAction = 'accept' | 'decline' | 'pause' | 'resume' | 'cancel' | 'saveAgain';

/** One file on its way, in words and numbers. */
export interface FileCard {
  readonly key: string;
  readonly incoming: boolean;
  readonly name: string;
  readonly who: string;
  readonly size: string;
  /** How it stands. */
  readonly status: string;
  /** From 0 to 1; null where there is nothing to show. */
  readonly progress: number | null;
  readonly failed: boolean;
  readonly actions: readonly FileAction[];
  /** Of a picture that we send ourselves. */
  readonly thumbnail: string | null;
}

interface Following {
  readonly end: () => void;
  store: Store | null;
  preparing: boolean;
  refusal: string | null;
}

type OpenStore = typeof openStore;

/** The files of one call: what comes, what goes, and where it is put. */
export class FilesViewModel extends Observable {
  readonly #call: Public<Call>;
  readonly #openStore: OpenStore;
  readonly #subscriptions = new Subscriptions();
  readonly #following = new Map<Transfer, Following>();
  readonly #thumbnails = new Map<Transfer, string>();
  readonly #offerListeners = new Set<(transfer: Transfer) => void>();
  #files: Files | null = null;
  #problem: string | null = null;

  constructor(call: Public<Call>, open: OpenStore = openStore) {
    super();
    this.#call = call;
    this.#openStore = open;
    this.#subscriptions.add(
      call.on('files', (files) => {
        this.#take(files);
      }),
    );
    if (call.loadedFiles) this.#take(call.loadedFiles);
  }

  dispose(): void {
    this.#subscriptions.end();
    for (const { end, store } of this.#following.values()) {
      end();
      store?.forget();
    }
    this.#following.clear();
    for (const url of this.#thumbnails.values()) URL.revokeObjectURL(url);
    this.#thumbnails.clear();
  }

  get transfers(): readonly Transfer[] {
    return this.#files?.transfers ?? [];
  }

  /** Why the last files were not sent; null when they were. */
  get problem(): string | null {
    return this.#problem;
  }

  forgetProblem(): void {
    this.#problem = null;
  }

  /** Somebody offers a file. Returns the function that ends it. */
  onOffer(listener: (transfer: Transfer) => void): () => void {
    this.#offerListeners.add(listener);
    return () => this.#offerListeners.delete(listener);
  }

  /** Offers files to one, or to everyone. */
  async send(files: readonly File[], to: RemoteParticipant | null): Promise<void> {
    this.#problem = null;
    try {
      const engine = await this.#call.files();
      this.#take(engine);
      for (const file of files) {
        const transfers = engine.offer(file, to);
        const thumbnail = await thumbnailOf(file);
        if (thumbnail === null) continue;
        // One for all: the last that goes takes it along.
        for (const transfer of transfers) this.#thumbnails.set(transfer, thumbnail);
      }
    } catch (error) {
      this.#problem = problemText(error);
    }
    this.changed();
  }

  /** To be called from a click: the browser may ask for a place to put it. */
  async accept(transfer: Transfer): Promise<void> {
    const following = this.#following.get(transfer);
    if (!following || following.preparing || !isOffered(transfer)) return;
    following.preparing = true;
    following.refusal = null;
    this.changed();
    const store = await this.#openStore(transfer.name, transfer.size).catch(
      () => 'no_room' as const,
    );
    following.preparing = false;
    if (typeof store === 'string') {
      following.refusal = refusalText(store, transfer.size);
    } else if (isOffered(transfer)) {
      following.store = store;
      transfer.accept(store.sink);
    } else {
      void store.sink.abort();
    }
    this.changed();
  }

  act(transfer: Transfer, action: FileAction): void {
    switch (action) {
      case 'accept':
        void this.accept(transfer);
        break;
      case 'saveAgain':
        void this.#following.get(transfer)?.store?.save?.();
        break;
      case 'decline':
      case 'pause':
      case 'resume':
      case 'cancel':
        transfer[action]();
    }
  }

  card(transfer: Transfer): FileCard {
    const { direction, name, size, state, bytes } = transfer;
    const incoming = direction === 'in';
    const following = this.#following.get(transfer);
    const who = transfer.peer.name;
    const shows = ['active', 'paused', 'interrupted', 'checking'].includes(state);
    return {
      key: transfer.id,
      incoming,
      name,
      who: incoming ? strings.files.from(who) : strings.files.to(who),
      size: sizeText(size),
      status: following?.refusal ?? statusText(transfer, following?.preparing ?? false),
      progress: shows ? (size === 0 ? 1 : bytes / size) : null,
      failed: state === 'failed' || (following?.refusal ?? null) !== null,
      actions: actionsOf(transfer, following),
      thumbnail: this.#thumbnails.get(transfer) ?? null,
    };
  }

  #take(files: Files): void {
    if (this.#files) return;
    this.#files = files;
    this.#subscriptions.add(
      files.on('change', () => {
        this.#follow(files);
        this.changed();
      }),
      files.on('offer', (transfer) => {
        for (const listener of [...this.#offerListeners]) listener(transfer);
      }),
    );
    this.#follow(files);
  }

  #follow(files: Files): void {
    const listed = new Set(files.transfers);
    for (const [transfer, { end, store }] of this.#following) {
      if (listed.has(transfer)) continue;
      end();
      store?.forget();
      this.#following.delete(transfer);
      this.#forgetThumbnail(transfer);
    }
    for (const transfer of listed) {
      if (this.#following.has(transfer)) continue;
      let wasDone = false;
      const end = transfer.on('change', () => {
        if (transfer.state === 'done' && !wasDone) {
          wasDone = true;
          void this.#following.get(transfer)?.store?.save?.();
        }
        this.changed();
      });
      this.#following.set(transfer, { end, store: null, preparing: false, refusal: null });
    }
  }

  #forgetThumbnail(transfer: Transfer): void {
    const url = this.#thumbnails.get(transfer);
    this.#thumbnails.delete(transfer);
    if (url !== undefined && ![...this.#thumbnails.values()].includes(url)) {
      URL.revokeObjectURL(url);
    }
  }
}

function isOffered({ state }: Transfer): boolean {
  return state === 'offered';
}

function actionsOf(
  { direction, state, pausedHere }: Transfer,
  following: Following | undefined,
): FileAction[] {
  const flow = pausedHere ? ('resume' as const) : ('pause' as const);
  switch (state) {
    case 'offered':
      if (direction === 'out') return ['cancel'];
      return following?.preparing ? [] : ['accept', 'decline'];
    case 'active':
    case 'paused':
      return [flow, 'cancel'];
    case 'interrupted':
    case 'checking':
      return ['cancel'];
    case 'done':
      return following?.store?.save ? ['saveAgain'] : [];
    default:
      return [];
  }
}

function statusText(transfer: Transfer, preparing: boolean): string {
  const { direction, peer, size, bytes } = transfer;
  const words = strings.files.state;
  const incoming = direction === 'in';
  switch (transfer.state) {
    case 'offered':
      if (!incoming) return words.waiting(peer.name);
      return preparing ? words.preparing : words.asking;
    case 'active':
      return progressText(transfer);
    case 'paused':
      return `${transfer.pausedHere ? words.paused : words.pausedThere(peer.name)} · ${strings.files.amount(
        sizeText(bytes),
        sizeText(size),
      )}`;
    case 'interrupted':
      return words.interrupted;
    case 'checking':
      return words.checking;
    case 'done':
      return incoming ? words.received : words.sent;
    case 'declined':
      return incoming ? words.declined : words.declinedBy(peer.name);
    case 'cancelled':
      return words.cancelled;
    case 'failed':
      return errorText(transfer);
  }
}

function progressText({ bytes, size, rate, peer }: Transfer): string {
  const parts = [strings.files.amount(sizeText(bytes), sizeText(size))];
  if (rate > 0 && peer.link === 'connected') {
    const leftMs = ((size - bytes) / rate) * SECOND_MS;
    parts.push(strings.files.rate(sizeText(rate)), strings.files.remaining(formatClock(leftMs)));
  }
  return parts.join(' · ');
}

function errorText({ error }: Transfer): string {
  const words: Record<string, string> = strings.files.error;
  return words[error?.code ?? 'other'] ?? strings.files.error.other;
}

function refusalText(
  refusal: Exclude<Awaited<ReturnType<OpenStore>>, Store>,
  size: number,
): string | null {
  switch (refusal) {
    case 'cancelled':
      return null;
    case 'too_large':
      return strings.files.tooLarge(sizeText(size), sizeText(FILES_MEMORY_BYTES_MAX));
    case 'no_room':
      return strings.files.noRoom(sizeText(size));
  }
}

function problemText(error: unknown): string {
  const { code } = error as { code?: unknown };
  if (code === 'peer_left') return strings.files.problem.nobody;
  if (code === 'queue_full') return strings.files.problem.queueFull;
  return strings.files.problem.notLoaded;
}
