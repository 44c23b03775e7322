import { AttemptSchedule } from './attempt_schedule.ts';
import { ControlChannel } from './control_channel.ts';
import type { SelfState } from './control_message.ts';
import { Emitter } from './emitter.ts';
import { VisavisError } from './errors.ts';
import * as limits from './limits.ts';
import { LinkChannel } from './link_channel.ts';
import { LinkProof } from './link_proof.ts';
import { LinkConnection } from './link_connection.ts';
import { parseLinkSignal, toSignalData } from './link_signal.ts';
import type { LinkPlan } from './link_plan.ts';
import { createLogger } from './logger.ts';
import type { LinkState } from './participant.ts';
import type { Path } from './path.ts';
import type { PeerLinkEvents, PeerLinkOptions } from './peer_link_types.ts';
import type { SignalData } from './protocol.ts';
import { isSame } from './same.ts';
import { NO_TRACKS, type LocalTracks, type Slot } from './slots.ts';
import { StallDetector } from './stall_detector.ts';

const log = createLogger('link');

/**
 * The connection to one other participant, from the first offer to the end: knows no channel and no server, only a
 * function that sends. Keeps itself up; only the first offerer makes ICE restarts, since a restart by the other side
 * can turn the DTLS roles around, which Chromium and Firefox do not survive together.
 */
export class PeerLink extends Emitter<PeerLinkEvents> {
  /** These outlive the connections that carry them. */
  readonly control = new ControlChannel();
  readonly chat = new LinkChannel({ label: 'chat', id: 1 });
  readonly files = new LinkChannel({
    label: 'files',
    id: 2,
    bufferedAmountLowThreshold: limits.FILES_BUFFERED_LOW_BYTES,
  });

  readonly #options: PeerLinkOptions;
  readonly #schedule = new AttemptSchedule();
  readonly #stall = new StallDetector();
  readonly #proof: LinkProof;
  #connection: LinkConnection;
  #tracks: LocalTracks;
  // What arrives from somebody who has proven nothing yet is not shown.
  readonly #heldTracks = new Map<Slot, MediaStreamTrack>();
  #plan: LinkPlan | null = null;
  #state: LinkState = 'new';
  #path: Path | null = null;
  #closed = false;
  // Of performance.now(): down since the start, or since the connection was up last.
  #downSince: number | null = performance.now();
  // The configuration has changed, and the path that stands is not of it.
  #pathIsOutdated = false;

  constructor(options: PeerLinkOptions) {
    super();
    this.#options = options;
    this.#tracks = options.tracks;
    this.control.setSelfState(options.media);
    this.control.on('alive', () => {
      this.#stall.expectTraffic();
    });
    this.#proof = this.#makeProof();
    this.#settle();
    this.#schedule.planIn(limits.FIRST_CONNECT_PATIENCE_MS);
    this.#connection = this.#connect();
  }

  get trust(): LinkProof['trust'] {
    return this.#proof.trust;
  }

  get state(): LinkState {
    return this.#state;
  }

  /** Of the candidate pair in use; null while the link is not up. */
  get path(): Path | null {
    return this.#path;
  }

  /** What arrived from the other side, however malformed. */
  receive(data: SignalData): void {
    if (this.#closed) return;
    const signal = parseLinkSignal(data);
    if (!signal) {
      log.warn('a signal that makes no sense was dropped');
      return;
    }
    if (signal.peer_link !== undefined && signal.peer_link !== this.#connection.id) {
      log.debug('a signal for a former connection was dropped');
      return;
    }
    const { peerId } = this.#connection;
    if (peerId !== null && peerId !== signal.link) {
      // A new connection object begins with an offer or a restart request; a candidate is from an old one.
      if (signal.candidate !== undefined) return;
      log.info('the other side starts afresh');
      this.#reconnect();
    }
    if (signal.description?.type === 'offer') this.#pathIsOutdated = false;
    this.#connection.receive(signal);
    if (signal.restart) this.#onRestartRequest();
  }

  setTracks(tracks: LocalTracks, media: SelfState): void {
    this.#tracks = tracks;
    this.control.setSelfState(media);
    if (this.#proof.maySend) void this.#connection.setTracks(tracks);
  }

  /** A link made anew by the polite side: the first offer is the other's, who may not know that it is wanted. */
  askForOffer(): void {
    if (this.#options.polite) this.#connection.askForRestart();
  }

  /** What this link may send from now on, over whatever connection. */
  setPlan(plan: LinkPlan): void {
    this.#plan = plan;
    this.control.setVideoPaused(plan.videoPaused);
    this.#connection.setPlan(plan);
  }

  /** Of the other side's voice at this moment, 0 to 1. */
  voiceLevel(): number {
    return this.#state === 'connected' ? this.#connection.voiceLevel() : 0;
  }

  /** The network is another one: whatever stands is about to fall. */
  networkChanged(): void {
    if (this.#state === 'new' || this.#schedule.attemptedJustNow) return;
    this.#settle();
    this.#attempt();
  }

  /** The ICE servers or the policy are others: the path is made anew with them. */
  reconfigure(): void {
    if (this.#closed || !this.#options.canSend()) return;
    if (this.#options.ice.configuration.iceTransportPolicy === 'relay') {
      this.#leaveDirectPath();
      return;
    }
    this.#pathIsOutdated = true;
    this.#settle();
    this.#attempt();
  }

  /** An ICE restart is not enough: Chromium goes on pairing the sockets of the earlier policy. */
  #leaveDirectPath(): void {
    this.#settle();
    this.#schedule.planIn(limits.RESTART_BACKOFF_BASE_MS);
    if (this.#options.polite) {
      // The other side makes a new connection, and its offer, once it hears of ours.
      this.#startAfresh();
      this.#connection.askForRestart();
    } else {
      this.#whenRenewed(() => {
        this.#startAfresh();
      });
    }
  }

  /** The server is back after it was out of reach, and with it perhaps a new network. */
  signalingBack(): void {
    if (!this.#isHealthy) this.networkChanged();
  }

  /** Another life of the server passes signals on: what its relay carried has broken off, noticed yet or not. */
  serverRestarted(): void {
    if (!this.#isHealthy || this.#path?.kind === 'relayed') this.networkChanged();
  }

  /** Something we sent did not arrive: if that was needed, the link will not come up by itself. */
  signalLost(): void {
    this.#schedule.needIn(limits.RESTART_BACKOFF_BASE_MS);
  }

  /** To be called every LINK_CHECK_INTERVAL_MS: everything that takes time is decided here. */
  check(): void {
    if (this.#closed) return;
    const now = performance.now();
    if (this.#downSince !== null && now - this.#downSince >= limits.LINK_TIMEOUT_MS) {
      this.#giveUp();
      return;
    }
    if (this.#connection.state === 'connected') void this.#observe();
    if (!this.#schedule.isDue) return;
    if (this.#isHealthy && !this.#pathIsOutdated) this.#settle();
    else this.#attempt();
  }

  /** Closes at once, or after `lingerMs`, in which nothing is sent but what waits in the data channel. */
  close(lingerMs = 0): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#proof.close();
    for (const channel of this.#channels) channel.stopReceiving();
    const connection = this.#connection;
    if (lingerMs === 0) {
      connection.close();
      return;
    }
    void connection.setTracks(NO_TRACKS);
    this.#options.platform.timers.set(() => {
      connection.close();
    }, lingerMs);
  }

  get #channels(): readonly LinkChannel[] {
    return [this.control.channel, this.chat, this.files];
  }

  #connect(): LinkConnection {
    const { platform, polite, ice, send } = this.#options;
    const connection: LinkConnection = new LinkConnection({
      channels: this.#channels,
      platform,
      polite,
      ice,
      tracks: this.#proof.maySend ? this.#tracks : NO_TRACKS,
      plan: this.#plan,
      send: (signal) => {
        if (!this.#closed) send(toSignalData(signal));
      },
      onStateChange: () => {
        if (connection === this.#connection) this.#onStateChange();
      },
      onTrack: (slot, track) => {
        if (this.#proof.mayReceive) this.emit('track', { slot, track });
        else this.#heldTracks.set(slot, track);
      },
      onError: (error) => {
        this.#onError(error);
      },
    });
    return connection;
  }

  #reconnect(): void {
    this.#proof.reset();
    this.#heldTracks.clear();
    this.#connection.close();
    this.#stall.reset();
    this.#connection = this.#connect();
    this.#onStateChange();
  }

  #onStateChange(): void {
    if (this.#closed) return;
    const { state } = this.#connection;
    const now = performance.now();
    if (state === 'connected') {
      this.#downSince = null;
      this.#stall.reset();
      this.#settle();
    } else {
      this.#downSince ??= now;
      if (state === 'disconnected') this.#schedule.needIn(limits.DISCONNECTED_GRACE_MS);
      if (state === 'failed') {
        this.#schedule.needIn(0);
        this.check();
      }
    }
    this.#updateState();
    if (state === 'connected') void this.#observe();
  }

  #updateState(): void {
    const { state } = this.#connection;
    const silent = state === 'connected' && this.#stall.stalled;
    const proving = state === 'connected' && !this.#proof.maySend;
    const next =
      state === 'closed' ? 'failed' : silent ? 'disconnected' : proving ? 'connecting' : state;
    if (next !== 'connected') this.#setPath(null);
    if (next === this.#state) return;
    this.#state = next;
    log.info(`link is ${next}`);
    this.emit('state', next);
  }

  #setPath(path: Path | null): void {
    if (isSame(this.#path, path)) return;
    this.#path = path;
    this.emit('path', path);
  }

  async #observe(): Promise<void> {
    const connection = this.#connection;
    this.control.sendAlive();
    const seen = await connection.observe();
    if (connection !== this.#connection || this.#closed || !seen) return;
    if (seen.bytes !== null) this.#watchForStall(seen.bytes);
    if (this.#state === 'connected') this.#setPath(seen.path);
    this.emit('stats', seen.report);
  }

  // --- Trust ---

  #makeProof(): LinkProof {
    const { roomKey: key, platform } = this.#options;
    const proof = new LinkProof({
      key,
      subtle: platform.subtle,
      timers: platform.timers,
      control: this.control,
      gated: [this.control, this.chat, this.files],
      isUp: () => this.#connection.state === 'connected',
    });
    this.control.on('opened', () => {
      proof.begin(this.#connection.fingerprints);
    });
    proof.on('change', () => {
      this.#onProof();
    });
    proof.on('refused', (error) => {
      // Not at once, so that they hear of it.
      this.#closeBecause('refused', error, limits.BYE_LINGER_MS);
    });
    return proof;
  }

  #onProof(): void {
    if (this.#closed) return;
    if (this.#proof.maySend) void this.#connection.setTracks(this.#tracks);
    if (this.#proof.mayReceive) {
      for (const [slot, track] of this.#heldTracks) this.emit('track', { slot, track });
      this.#heldTracks.clear();
    }
    this.#updateState();
    this.emit('trust', this.#proof.trust);
  }

  // --- Recovery ---

  #watchForStall(bytes: number): void {
    const stalledBefore = this.#stall.stalled;
    this.#stall.observe(bytes);
    if (this.#stall.stalled && !stalledBefore) {
      log.warn('nothing arrives any more');
      this.#schedule.needIn(0);
    } else if (!this.#stall.stalled && stalledBefore) {
      this.#settle();
    }
    this.#updateState();
  }

  /** Nothing is to be mended, or one thing still is. */
  #settle(): void {
    this.#schedule.settle();
    if (this.#pathIsOutdated) this.#schedule.planIn(limits.RESTART_BACKOFF_BASE_MS);
  }

  get #isHealthy(): boolean {
    const { state } = this.#connection;
    return state === 'connected' && !this.#stall.isSilent(limits.DISCONNECTED_GRACE_MS);
  }

  #onRestartRequest(): void {
    if (this.#options.polite) return;
    if (this.#schedule.attemptedJustNow) return;
    // Until our offer is answered no other can be made; that it is asked for again means it was of no use.
    const { state, offerAge } = this.#connection;
    if (state !== 'connected' && offerAge > limits.DISCONNECTED_GRACE_MS) {
      this.#whenRenewed(() => {
        this.#startAfresh();
      });
    } else {
      this.#attempt();
    }
  }

  #attempt(): void {
    if (!this.#options.canSend()) return;
    if (this.#schedule.countOne() > limits.RESTART_ATTEMPTS_MAX) {
      this.#pathIsOutdated = false;
      if (this.#isHealthy) this.#settle();
      else this.#giveUp();
      return;
    }
    this.#schedule.begin();
    if (this.#options.polite) {
      log.info('asking for an ICE restart');
      // Ours are needed for the answer: under way until the offer is there.
      void this.#options.ice.renew();
      this.#connection.askForRestart();
    } else {
      this.#whenRenewed(() => {
        this.#restart();
      });
    }
  }

  /** At once where the ICE servers are good, else when they have been renewed or that takes too long. */
  #whenRenewed(act: () => void): void {
    const renewal = this.#options.ice.renew();
    if (!renewal) {
      act();
      return;
    }
    const connection = this.#connection;
    void renewal.then(() => {
      if (!this.#closed && connection === this.#connection) act();
    });
  }

  #restart(): void {
    const connection = this.#connection;
    const restartedEnough =
      this.#schedule.count > limits.ICE_RESTARTS_MAX && connection.state !== 'connected';
    if (connection.isBroken || restartedEnough) {
      this.#startAfresh();
    } else {
      log.info('restarting ICE');
      this.#pathIsOutdated = false;
      connection.restartIce();
    }
  }

  #startAfresh(): void {
    log.warn('starting afresh');
    this.#pathIsOutdated = false;
    this.#schedule.noteAttempt();
    this.#reconnect();
  }

  #onError(error: unknown): void {
    if (this.#closed) return;
    log.error('negotiation failed', error);
    this.emit('problem', VisavisError.from(error, 'negotiation_failed'));
    this.#schedule.needIn(limits.RESTART_BACKOFF_BASE_MS);
  }

  #giveUp(): void {
    log.error('the link is lost');
    const error = new VisavisError('connection_failed', 'The connection could not be kept up.');
    this.#closeBecause('lost', error, 0);
  }

  #closeBecause(end: 'lost' | 'refused', error: VisavisError, lingerMs: number): void {
    if (this.#closed) return;
    this.close(lingerMs);
    this.#state = 'failed';
    this.emit('state', 'failed');
    this.emit(end, error);
  }
}
