import { AttemptSchedule } from './attempt_schedule.ts';
import { ControlChannel } from './control_channel.ts';
import type { SelfState } from './control_message.ts';
import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import * as limits from '../base/limits.ts';
import { LinkChannel } from './link_channel.ts';
import type { LinkConnection } from './link_connection.ts';
import { LinkConnections } from './link_connections.ts';
import type { LinkProof } from './link_proof.ts';
import { parseLinkSignal, toSignalData, type LinkSignal } from './link_signal.ts';
import type { LinkPlan } from './link_plan.ts';
import { createLogger } from '../base/logger.ts';
import type { LinkState } from './participant.ts';
import type { Path } from './path.ts';
import type { PeerLinkEvents, PeerLinkOptions } from './peer_link_types.ts';
import type { SignalData } from '../base/protocol.ts';
import { isSame } from '../base/same.ts';
import type { LocalTracks } from '../media/slots.ts';
import { StallDetector } from './stall_detector.ts';

const log = createLogger('link');

/**
 * The connection to one other participant, from the first offer to the end: knows no channel and no server, only a
 * function that sends. Keeps itself up; only the first offerer makes ICE restarts, since a restart by the other side
 * can turn the DTLS roles around, which Chromium and Firefox do not survive together.
 */
export class PeerLink extends Emitter<PeerLinkEvents> {
  /** These outlive the connections that carry them. */
  readonly control: ControlChannel;
  readonly chat: LinkChannel;
  readonly files: LinkChannel;

  readonly #options: PeerLinkOptions;
  readonly #schedule = new AttemptSchedule();
  readonly #stall = new StallDetector();
  readonly #connections: LinkConnections;
  #state: LinkState = 'new';
  #path: Path | null = null;
  #voiceLevel = 0;
  #closed = false;
  // Of performance.now(): down since the start, or since the connection was up last.
  #downSince: number | null = performance.now();
  // The configuration has changed, and the path that stands is not of it.
  #pathIsOutdated = false;

  /** @throws VisavisError `no_peer_connection` */
  constructor(options: PeerLinkOptions) {
    super();
    this.#options = options;
    const { inbound } = options.standing;
    this.control = new ControlChannel(options.platform.timers, { inbound });
    this.chat = new LinkChannel({ label: 'chat', id: 1, inbound });
    const bufferedAmountLowThreshold = limits.FILES_BUFFERED_LOW_BYTES;
    this.files = new LinkChannel({ label: 'files', id: 2, inbound, bufferedAmountLowThreshold });
    this.control.setSelfState(options.media);
    this.control.on('alive', () => {
      this.#stall.expectTraffic();
    });
    this.control.on('bye', (reason) => {
      if (reason) this.#onClosedThere();
    });
    this.#settle();
    this.#schedule.planIn(limits.FIRST_CONNECT_PATIENCE_MS);
    this.#connections = new LinkConnections(options, this);
    this.#listenToConnections();
  }

  get trust(): LinkProof['trust'] {
    return this.#connections.proof.trust;
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
    if (signal.closed) {
      this.#onClosedThere();
      return;
    }
    const connection = this.#connectionFor(signal);
    if (!connection) return;
    if (signal.description?.type === 'offer') this.#pathIsOutdated = false;
    connection.receive(signal);
    if (signal.restart && connection === this.#connection) this.#onRestartRequest();
  }

  /** Null for what is for a former connection, or would cost more than its sender may cause. */
  #connectionFor(signal: LinkSignal): LinkConnection | null {
    const { guard } = this.#options.standing;
    const connection = this.#connections.route(signal);
    if (connection === null) log.debug('a signal for a former connection was dropped');
    else if (connection === 'fresh') {
      if (!guard.mayBegin()) return null;
      log.info('the other side starts afresh');
      return this.#connections.answerFresh();
    }
    const costs = signal.restart === true || signal.description !== undefined;
    return costs && !guard.mayDescribe() ? null : connection;
  }

  get #connection(): LinkConnection {
    return this.#connections.current;
  }

  setTracks(tracks: LocalTracks, media: SelfState): void {
    this.control.setSelfState(media);
    this.#connections.setTracks(tracks);
  }

  /** A link made anew by the polite side: the first offer is the other's, who may not know that it is wanted. */
  askForOffer(): void {
    if (this.#options.polite) this.#connection.askForRestart();
  }

  /** What this link may send from now on, over whatever connection. */
  setPlan(plan: LinkPlan): void {
    this.control.setVideoPaused(plan.videoPaused);
    this.#connections.setPlan(plan);
  }

  /** Of the other side's voice at this moment, 0 to 1. */
  voiceLevel(): number {
    // Browsers ask another thread for it, and wait: in a storm, for most of a second. The last one does as well.
    if (this.#options.standing.inbound.isStormy) return this.#voiceLevel;
    this.#voiceLevel = this.#state === 'connected' ? this.#connection.voiceLevel() : 0;
    return this.#voiceLevel;
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
    this.#connections.check();
    if (this.#connection.state === 'connected') void this.#observe();
    if (!this.#schedule.isDue) return;
    if (this.#isHealthy && !this.#pathIsOutdated) this.#settle();
    else this.#attempt();
  }

  /** Closes at once, or after `lingerMs`, in which nothing is sent but what waits in the data channel. */
  close(lingerMs = 0): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connections.close(lingerMs);
  }

  /** Too much has come from the other side: tells it so, and closes at once. Nothing of what is still coming is taken. */
  closeForFlood(): void {
    if (this.#closed) return;
    this.control.sendBye('flood');
    // Over the server as well: what the channel has not sent when it closes is lost.
    const { id: link, peerId } = this.#connection;
    const peer = peerId === null ? {} : { peer_link: peerId };
    this.#options.send(toSignalData({ link, ...peer, closed: 'flood' }));
    this.#closeAs(0, () => {
      this.emit('flooded', 'us');
    });
  }

  #listenToConnections(): void {
    const connections = this.#connections;
    let carrier = this.#connection;
    connections.on('state', () => {
      if (this.#connection !== carrier) this.#stall.reset();
      carrier = this.#connection;
      this.#onStateChange();
    });
    connections.on('track', (shown) => {
      this.emit('track', shown);
    });
    connections.on('proof', () => {
      this.#updateState();
      this.emit('trust', this.trust);
    });
    connections.on('refused', (error) => {
      // Not at once, so that they hear of it.
      this.#closeAs(limits.BYE_LINGER_MS, () => {
        this.emit('refused', error);
      });
    });
    connections.on('error', (error) => {
      this.#onError(error);
    });
    connections.on('flood', () => {
      this.#options.standing.inbound.flooded();
    });
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
    const proving = state === 'connected' && !this.#connections.proof.maySend;
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
        if (this.#options.standing.guard.mayBegin()) this.#startAfresh();
      });
    } else {
      this.#attempt();
    }
  }

  #attempt(): void {
    if (!this.#options.canSend()) return;
    // What comes takes over, or the next attempt is made.
    if (this.#connections.isReplacing) return;
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
    const { guard } = this.#options.standing;
    if ((connection.isBroken || restartedEnough) && guard.mayBeginOurselves()) {
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
    this.#connections.restart();
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
    this.#closeAs(0, () => {
      this.emit('lost', error);
    });
  }

  #onClosedThere(): void {
    this.#closeAs(0, () => {
      this.emit('flooded', 'them');
    });
  }

  #closeAs(lingerMs: number, tell: () => void): void {
    if (this.#closed) return;
    this.close(lingerMs);
    this.#state = 'failed';
    this.emit('state', 'failed');
    tell();
  }
}
