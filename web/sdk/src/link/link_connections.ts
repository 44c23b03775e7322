import type { ControlChannel } from './control_channel.ts';
import { Emitter } from '../base/emitter.ts';
import type { VisavisError } from '../base/errors.ts';
import type { LinkChannel } from './link_channel.ts';
import { LinkConnection } from './link_connection.ts';
import type { LinkPlan } from './link_plan.ts';
import { LinkProof } from './link_proof.ts';
import { toSignalData, type LinkSignal } from './link_signal.ts';
import { REPLACEMENT_MEDIA_MS, REPLACEMENT_TIMEOUT_MS } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type { PeerLinkOptions } from './peer_link_types.ts';
import { NO_TRACKS, type LocalTracks, type Slot } from '../media/slots.ts';

const log = createLogger('link');

interface LinkConnectionsEvents {
  /** The connection that carries the link has another state, or is another one. */
  state: void;
  /** Something of the other side is to be shown. */
  track: { slot: Slot; track: MediaStreamTrack };
  /** What the other side has proven is different now. */
  proof: void;
  refused: VisavisError;
  error: unknown;
  /** The other side has done what no honest software does. */
  flood: void;
}

/** The channels of a link; these outlive the connections that carry them. */
export interface LinkChannels {
  readonly control: ControlChannel;
  readonly chat: LinkChannel;
  readonly files: LinkChannel;
}

/** A connection that is to take over, and what it needs of its own until then. */
interface Replacement {
  readonly connection: LinkConnection;
  readonly channels: LinkChannels;
  readonly proof: LinkProof;
  readonly tracks: Map<Slot, MediaStreamTrack>;
  readonly since: number;
  connectedAt: number | null;
}

/**
 * The connections of a link: the one that carries it, and where the other side has begun a new one while this works, that
 * one's replacement. It takes over once it is up, proven where that is needed, and shows what the current one shows;
 * until then the current one goes on, and if it does not come up, stays. There are never more than these two.
 */
export class LinkConnections extends Emitter<LinkConnectionsEvents> {
  readonly #options: PeerLinkOptions;
  readonly #channels: LinkChannels;
  readonly #proof: LinkProof;
  // What arrives from somebody who has proven nothing yet is not shown.
  readonly #heldTracks = new Map<Slot, MediaStreamTrack>();
  readonly #shownTracks = new Map<Slot, MediaStreamTrack>();
  #current: LinkConnection;
  #replacement: Replacement | null = null;
  #tracks: LocalTracks;
  #plan: LinkPlan | null = null;
  #closed = false;

  /** @throws whatever the browser throws where it makes no more connections */
  constructor(options: PeerLinkOptions, channels: LinkChannels) {
    super();
    this.#options = options;
    this.#channels = channels;
    this.#tracks = options.tracks;
    this.#proof = this.#makeProof(channels.control, gatedOf(channels), () => this.#current);
    this.#listenToProof();
    this.#current = this.#make(channels);
  }

  /** The one that carries the link. */
  get current(): LinkConnection {
    return this.#current;
  }

  get isReplacing(): boolean {
    return this.#replacement !== null;
  }

  get proof(): LinkProof {
    return this.#proof;
  }

  /** The connection that a signal is for; `fresh`: one that is still to be made; null: none, or a former one. */
  route(signal: LinkSignal): LinkConnection | 'fresh' | null {
    const { link, peer_link: id } = signal;
    const all = [this.#current, ...(this.#replacement ? [this.#replacement.connection] : [])];
    const known = all.find(({ peerId }) => peerId === link);
    if (id !== undefined) {
      const meant = all.find((connection) => connection.id === id);
      return meant && (meant === known || meant.peerId === null) ? meant : null;
    }
    if (known) return known;
    if (this.#current.peerId === null) return this.#current;
    // A new connection object begins with an offer or a restart request; a candidate is from an old one.
    const begins = signal.restart === true || signal.description?.type === 'offer';
    return begins ? 'fresh' : null;
  }

  /**
   * The other side has begun a new connection: ours for it. Replaces the current one at once where that does not work,
   * else once it is up. Returns null where the browser makes none.
   */
  answerFresh(): LinkConnection | null {
    if (this.#current.state !== 'connected') return this.restart() ? this.#current : null;
    this.#dropReplacement();
    try {
      this.#replacement = this.#makeReplacement();
    } catch (error) {
      this.emit('error', error);
      return null;
    }
    return this.#replacement.connection;
  }

  /** Makes the current connection anew, at once. Returns false where the browser makes none: the current one stays. */
  restart(): boolean {
    this.#dropReplacement();
    const former = this.#current;
    try {
      this.#current = this.#make(this.#channels);
    } catch (error) {
      this.emit('error', error);
      return false;
    }
    this.#proof.reset();
    this.#heldTracks.clear();
    this.#shownTracks.clear();
    former.close();
    this.emit('state');
    return true;
  }

  setTracks(tracks: LocalTracks): void {
    this.#tracks = tracks;
    this.#sendTracks(this.#current, this.#proof);
    if (this.#replacement) this.#sendTracks(this.#replacement.connection, this.#replacement.proof);
  }

  setPlan(plan: LinkPlan): void {
    this.#plan = plan;
    this.#current.setPlan(plan);
    this.#replacement?.connection.setPlan(plan);
  }

  /** To be called every LINK_CHECK_INTERVAL_MS. */
  check(): void {
    const replacement = this.#replacement;
    if (!replacement) return;
    const { state } = replacement.connection;
    const isLate = performance.now() - replacement.since > REPLACEMENT_TIMEOUT_MS;
    if (this.#isReady(replacement)) this.#takeOver(replacement);
    else if (isLate || state === 'failed' || state === 'closed') {
      log.warn('a new connection did not come up; the current one stays');
      this.#dropReplacement();
    }
  }

  /** Closes all at once, or the current one after `lingerMs`, in which nothing is sent but what waits in its channels. */
  close(lingerMs: number): void {
    this.#closed = true;
    this.#dropReplacement();
    this.#proof.close();
    this.#channels.control.stop();
    for (const channel of this.#all) channel.stopReceiving();
    const current = this.#current;
    if (lingerMs === 0) {
      current.close();
      return;
    }
    void current.setTracks(NO_TRACKS);
    this.#options.platform.timers.set(() => {
      current.close();
    }, lingerMs);
  }

  get #all(): readonly LinkChannel[] {
    return channelsOf(this.#channels);
  }

  #make(channels: LinkChannels): LinkConnection {
    const { platform, polite, ice, send } = this.#options;
    const connection: LinkConnection = new LinkConnection({
      channels: channelsOf(channels),
      platform,
      polite,
      ice,
      // Nothing is proven of a new connection.
      tracks: this.#options.roomKey ? NO_TRACKS : this.#tracks,
      plan: this.#plan,
      send: (signal) => {
        if (!this.#closed) send(toSignalData(signal));
      },
      onStateChange: () => {
        if (this.#closed) return;
        if (connection === this.#current) this.emit('state');
        else this.check();
      },
      onTrack: (slot, track) => {
        this.#onTrack(connection, slot, track);
      },
      onError: (error) => {
        if (this.#closed) return;
        if (connection === this.#current) this.emit('error', error);
        else if (connection === this.#replacement?.connection) this.#dropReplacement();
      },
      onForeignChannel: () => {
        this.emit('flood');
      },
    });
    return connection;
  }

  #onTrack(connection: LinkConnection, slot: Slot, track: MediaStreamTrack): void {
    if (connection === this.#replacement?.connection) this.#replacement.tracks.set(slot, track);
    else if (connection !== this.#current) return;
    else if (this.#proof.mayReceive) this.#show(slot, track);
    else this.#heldTracks.set(slot, track);
  }

  #show(slot: Slot, track: MediaStreamTrack): void {
    this.#shownTracks.set(slot, track);
    this.emit('track', { slot, track });
  }

  // --- The replacement ---

  #makeReplacement(): Replacement {
    const { control, chat, files } = this.#channels;
    const channels: LinkChannels = {
      control: control.successor(),
      chat: chat.successor(),
      files: files.successor(),
    };
    // Nothing is gated: what comes is held until it takes over.
    const proof = this.#makeProof(channels.control, [], () => connection);
    const connection = this.#make(channels);
    const since = performance.now();
    const tracks = new Map<Slot, MediaStreamTrack>();
    const made = { connection, channels, proof, tracks, since, connectedAt: null };
    proof.on('change', () => {
      this.#sendTracks(connection, proof);
      this.check();
    });
    // Whoever could not prove it on a new connection has proven it on the one that stands.
    proof.on('refused', () => {
      if (this.#replacement === made) this.#dropReplacement();
    });
    return made;
  }

  #isReady(replacement: Replacement): boolean {
    const { connection, proof, tracks } = replacement;
    if (connection.state !== 'connected' || !proof.maySend) return false;
    const now = performance.now();
    replacement.connectedAt ??= now;
    if (now - replacement.connectedAt >= REPLACEMENT_MEDIA_MS) return true;
    // What is seen and heard now is to be seen and heard then.
    return [...this.#shownTracks].every(([slot, { muted }]) => {
      const next = tracks.get(slot);
      return muted || (next !== undefined && !next.muted);
    });
  }

  #takeOver(replacement: Replacement): void {
    log.info('a new connection takes over');
    const { connection, channels, proof, tracks } = replacement;
    const former = this.#current;
    this.#replacement = null;
    this.#current = connection;
    this.#shownTracks.clear();
    this.#proof.adopt(proof);
    channels.control.stop();
    const successors = channelsOf(channels);
    for (const [index, channel] of this.#all.entries()) {
      const successor = successors[index];
      if (successor) channel.takeOver(successor);
    }
    for (const [slot, track] of tracks) this.#onTrack(connection, slot, track);
    former.close();
    this.emit('state');
  }

  #dropReplacement(): void {
    const replacement = this.#replacement;
    this.#replacement = null;
    if (!replacement) return;
    const { channels, proof, connection } = replacement;
    proof.close();
    channels.control.stop();
    for (const channel of channelsOf(channels)) channel.detach();
    connection.close();
  }

  // --- Trust ---

  #makeProof(
    control: ControlChannel,
    gated: ConstructorParameters<typeof LinkProof>[0]['gated'],
    connection: () => LinkConnection,
  ): LinkProof {
    const { roomKey: key, platform } = this.#options;
    const { subtle, timers } = platform;
    const isUp = (): boolean => connection().state === 'connected';
    const proof = new LinkProof({ key, subtle, timers, control, gated, isUp });
    control.on('opened', () => {
      proof.begin(connection().fingerprints);
    });
    return proof;
  }

  #listenToProof(): void {
    this.#proof.on('change', () => {
      if (this.#closed) return;
      this.#sendTracks(this.#current, this.#proof);
      if (this.#proof.mayReceive) {
        for (const [slot, track] of this.#heldTracks) this.#show(slot, track);
        this.#heldTracks.clear();
      }
      this.emit('proof');
    });
    this.#proof.on('refused', (error) => {
      this.emit('refused', error);
    });
  }

  #sendTracks(connection: LinkConnection, proof: LinkProof): void {
    if (proof.maySend) void connection.setTracks(this.#tracks);
  }
}

function channelsOf({ control, chat, files }: LinkChannels): readonly LinkChannel[] {
  return [control.channel, chat, files];
}

function gatedOf({
  control,
  chat,
  files,
}: LinkChannels): readonly (ControlChannel | LinkChannel)[] {
  return [control, chat, files];
}
