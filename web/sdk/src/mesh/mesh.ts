import type { View } from '../link/control_channel.ts';
import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import type { IceSource } from '../link/ice_servers.ts';
import { SELF_STATE, type SelfState } from '../link/control_message.ts';
import {
  LINK_CHECK_INTERVAL_MS,
  REACTIONS_SENT_MAX,
  REACTIONS_SENT_PER_S,
  UNSTABLE_SHOWN_MS,
} from '../base/limits.ts';
import { LinkMaker } from './link_maker.ts';
import { LinkRetries } from './link_retries.ts';
import { parseLinkSignal } from '../link/link_signal.ts';
import type { LocalMedia } from '../media/local_media.ts';
import type { RemoteParticipant, RemovedBy } from '../link/participant.ts';
import type { PeerLink } from '../link/peer_link.ts';
import type { Platform } from '../base/platform.ts';
import type { SignalData } from '../base/protocol.ts';
import { NO_TRACKS, type LocalTracks } from '../media/slots.ts';
import type { Standing } from '../link/standings.ts';
import { TokenBucket } from '../base/token_bucket.ts';

/** A link and whose it is. */
export interface Member {
  readonly participant: RemoteParticipant;
  readonly link: PeerLink;
}

interface MeshEvents {
  /** A link was made, or is about to go: for what builds upon links (chat, files, the uplink budget). */
  linked: Member;
  unlinked: Member;
  /** A link came up or went down. */
  change: void;
  /** What we send is different now. */
  media: void;
  data: { from: RemoteParticipant; data: string | ArrayBuffer };
  reaction: { from: RemoteParticipant; emoji: string };
  /** That participant says, without the server, that they leave. */
  bye: RemoteParticipant;
  problem: VisavisError;
  /** The link to that participant is given up, unless it is kept being tried. */
  lost: { participant: RemoteParticipant; error: VisavisError };
  /** That participant, or we, do not know the room's passphrase; the link is closed for good. */
  refused: { participant: RemoteParticipant; error: VisavisError };
  /** Too much was sent, by that participant or by us; the link is closed for good. */
  removed: { participant: RemoteParticipant; error: VisavisError };
}

/** The peer links of one call, one to each other participant who has joined. */
export class Mesh extends Emitter<MeshEvents> {
  readonly #platform: Platform;
  readonly #ice: IceSource;
  readonly #canSignal: (to: string) => boolean;
  readonly #isServerThere: () => boolean;
  readonly #sendSignal: (to: string, data: SignalData) => void;
  readonly #members = new Map<string, Member>();
  readonly #retries: LinkRetries;
  // Who was there before us: they offer, also when a link is made anew.
  readonly #earlier = new Map<string, boolean>();
  #roomKey: Promise<CryptoKey> | null = null;
  // Also of those whose link is not there yet, or is made anew.
  readonly #views = new Map<string, View>();
  #media: LocalMedia | null = null;
  #offMedia: (() => void) | null = null;
  #cancelCheck: (() => void) | null = null;
  #handRaised = false;
  // Who has been connected at some time: for them, not connected means reconnecting.
  readonly #wereConnected = new Set<string>();
  // Those whose links are closed for good.
  readonly #removed = new Set<string>();
  readonly #maker: LinkMaker;
  readonly #reactions = new TokenBucket(REACTIONS_SENT_MAX, REACTIONS_SENT_PER_S);

  constructor(options: {
    platform: Platform;
    ice: IceSource;
    /** Whether the server would pass a signal on to that participant, sooner or later. */
    canSignal: (to: string) => boolean;
    /** Whether it would do so at once. */
    isServerThere: () => boolean;
    sendSignal: (to: string, data: SignalData) => void;
  }) {
    super();
    this.#platform = options.platform;
    this.#ice = options.ice;
    this.#canSignal = options.canSignal;
    this.#isServerThere = options.isServerThere;
    this.#sendSignal = options.sendSignal;
    this.#retries = new LinkRetries(options.platform.timers, (participant) => {
      // Without it nothing could come of a link; once it is back, all are made anew.
      if (this.#isServerThere()) this.retry(participant);
      else this.keepTrying(participant);
    });
    this.#maker = new LinkMaker({
      soon: options.platform.soon,
      add: (participant, Link, standing) => this.#add(participant, Link, standing),
      failed: (participant, error) => {
        this.emit('problem', error);
        participant.update({ link: 'failed' });
        this.keepTrying(participant);
      },
    });
  }

  /** `up`: some link is up. `down`: some was, and none is now. */
  get health(): 'none' | 'up' | 'down' {
    if (this.#links().some(({ state }) => state === 'connected')) return 'up';
    return this.#wereConnected.size > 0 ? 'down' : 'none';
  }

  /** What everyone must prove to have, over links to come. */
  setRoomKey(key: Promise<CryptoKey>): void {
    this.#roomKey = key;
  }

  /** What is sent over all links, now and whenever it changes. */
  setMedia(media: LocalMedia): void {
    this.#offMedia?.();
    this.#media = media;
    this.#offMedia = media.on('change', () => {
      this.#applyMedia();
    });
    this.#applyMedia();
  }

  /** What is sent over all links. */
  get tracks(): LocalTracks {
    return this.#media?.tracks ?? NO_TRACKS;
  }

  get members(): IterableIterator<Member> {
    return this.#members.values();
  }

  /** @param polite Whether the other side joined before us, and so makes the first offer. */
  connect(participant: RemoteParticipant, polite: boolean): void {
    if (!this.#earlier.has(participant.id)) this.#earlier.set(participant.id, polite);
    const { trust } = participant;
    if (!this.#isWanted(participant) || trust === 'refused') return;
    if (!this.#retries.isPlanned(participant)) this.#link(participant);
  }

  /** Makes the link anew to somebody to whom there is none, whatever the reason; the other side hears of it. */
  retry(participant: RemoteParticipant): void {
    if (!this.#isWanted(participant) || participant.state !== 'joined') return;
    if (this.#canSignal(participant.id)) this.#link(participant, true);
    else this.keepTrying(participant);
  }

  /** A lost link is made anew now and then, until it is up or they leave. */
  keepTrying(participant: RemoteParticipant): void {
    this.#retries.plan(participant, this.cameBeforeUs(participant) ? 2 : 1);
  }

  /** Whether a link has been given up since it was up last. */
  hasFailed(participant: RemoteParticipant): boolean {
    return this.#retries.hasFailed(participant);
  }

  cameBeforeUs({ id }: RemoteParticipant): boolean {
    return this.#earlier.get(id) ?? false;
  }

  /** They have left, or we have. */
  disconnect(participant: RemoteParticipant): void {
    this.#retries.succeeded(participant);
    this.#wereConnected.delete(participant.id);
    // Should this id come back, it is we who come, as somebody new.
    this.#earlier.delete(participant.id);
    this.#maker.forget(participant);
    if (this.#drop(participant)) this.emit('change');
  }

  receive(from: string, data: SignalData): boolean {
    if (this.#maker.receive(from, data)) return true;
    const givenUp = this.#retries.get(from);
    if (givenUp && beginsAnew(data) && this.#maker.mayBegin(givenUp)) this.#link(givenUp);
    const member = this.#members.get(from);
    member?.link.receive(data);
    return member !== undefined;
  }

  /** To everyone whose channel is open. @throws VisavisError `no_channel`, `too_large`, `buffer_full`, `rate_limited` */
  send(data: string | ArrayBuffer): void {
    const open = this.#links().filter((link) => link.control.isOpen);
    if (open.length === 0) throw new VisavisError('no_channel', 'No data channel is open.');
    // To all or to none, as far as that can be known.
    for (const link of open) link.control.assertRoomFor(data);
    for (const link of open) link.control.send(data);
  }

  get handRaised(): boolean {
    return this.#handRaised;
  }

  setHandRaised(raised: boolean): void {
    if (raised === this.#handRaised) return;
    this.#handRaised = raised;
    this.#applyMedia();
  }

  /** To everyone whose channel is open; whoever is not there misses it. Returns false for more than REACTIONS_SENT_MAX. */
  sendReaction(emoji: string): boolean {
    if (!this.#reactions.take()) return false;
    for (const link of this.#links()) link.control.sendReaction(emoji);
    return true;
  }

  /** How we show what that participant sends. */
  setView(id: string, view: View): void {
    this.#views.set(id, view);
    this.#members.get(id)?.link.control.setView(view);
  }

  /** A signal could not be delivered: what it was part of must be made again. */
  signalLost(to: string): void {
    this.#members.get(to)?.link.signalLost();
  }

  reconfigure(): void {
    for (const link of this.#links()) link.reconfigure();
  }

  networkChanged(): void {
    for (const link of this.#links()) link.networkChanged();
    if (!this.#isServerThere()) return;
    for (const participant of this.#retries.all) this.retry(participant);
  }

  signalingBack(): void {
    for (const link of this.#links()) link.signalingBack();
    for (const participant of this.#retries.all) this.retry(participant);
  }

  /** The server has restarted, and can be used again to signal to that participant. */
  serverRestarted(participant: RemoteParticipant): void {
    this.#members.get(participant.id)?.link.serverRestarted();
    if (this.#retries.isPlanned(participant)) this.retry(participant);
  }

  isUp(participant: RemoteParticipant): boolean {
    return this.#members.get(participant.id)?.link.state === 'connected';
  }

  /** Says `bye` on every link, then closes them, after `lingerMs` if that is not zero. */
  leave(lingerMs: number): void {
    for (const link of this.#links()) link.control.sendBye();
    this.close(lingerMs);
  }

  close(lingerMs = 0): void {
    this.#offMedia?.();
    this.#offMedia = null;
    this.#cancelCheck?.();
    this.#cancelCheck = null;
    this.#retries.close();
    for (const member of this.#members.values()) {
      const { link, participant } = member;
      this.emit('unlinked', member);
      link.close(lingerMs);
      participant.clearTracks();
    }
    this.#members.clear();
    this.#maker.close();
  }

  #links(): PeerLink[] {
    return [...this.#members.values()].map(({ link }) => link);
  }

  #isWanted(participant: RemoteParticipant): boolean {
    const { id } = participant;
    return !this.#members.has(id) && !this.#removed.has(id) && !this.#maker.isAwaited(participant);
  }

  /** Returns null where it is made later. */
  #link(participant: RemoteParticipant, asksForOffer = false): PeerLink | null {
    this.#retries.take(participant);
    return this.#maker.make(participant, asksForOffer);
  }

  #add(participant: RemoteParticipant, Link: typeof PeerLink, standing: Standing): PeerLink {
    const link = new Link({
      standing,
      platform: this.#platform,
      polite: this.cameBeforeUs(participant),
      ice: this.#ice,
      roomKey: this.#roomKey,
      tracks: this.tracks,
      media: this.#selfState,
      send: (data) => {
        this.#sendSignal(participant.id, data);
      },
      canSend: () => this.#canSignal(participant.id),
    });
    const member = { participant, link };
    this.#members.set(participant.id, member);
    this.#listenToStanding(participant, link, standing);
    participant.update({ link: link.state, trust: link.trust });
    const view = this.#views.get(participant.id);
    if (view) link.control.setView(view);
    this.#listen(participant, link);
    this.emit('linked', member);
    this.#checkLater();
    return link;
  }

  /** Returns whether there was a link. */
  #drop(participant: RemoteParticipant): boolean {
    const member = this.#members.get(participant.id);
    if (!member) return false;
    this.#members.delete(participant.id);
    this.emit('unlinked', member);
    member.link.close();
    participant.clearTracks();
    return true;
  }

  #listenToStanding(
    participant: RemoteParticipant,
    link: PeerLink,
    { inbound, guard }: Standing,
  ): void {
    inbound.onFlood = guard.onFlood = () => {
      link.closeForFlood();
    };
    guard.onRefusal = () => {
      this.#showUnstable(participant);
    };
    link.on('flooded', (by) => {
      this.#remove(participant, by);
    });
  }

  /** For a while: whoever goes on with it is removed. */
  #showUnstable(participant: RemoteParticipant): void {
    if (participant.unstable) return;
    participant.update({ unstable: true });
    this.#platform.timers.set(() => {
      participant.update({ unstable: false });
    }, UNSTABLE_SHOWN_MS);
  }

  #remove(participant: RemoteParticipant, by: RemovedBy): void {
    this.#removed.add(participant.id);
    this.#drop(participant);
    this.#retries.succeeded(participant);
    this.#wereConnected.delete(participant.id);
    participant.update({ ...SELF_STATE, link: 'removed', removedBy: by });
    const words =
      by === 'us'
        ? `${participant.name} sent too much, and was removed.`
        : `${participant.name} has closed the connection: too much was sent to them.`;
    this.emit('removed', { participant, error: new VisavisError('flooded', words) });
    this.emit('change');
  }

  #listen(participant: RemoteParticipant, link: PeerLink): void {
    link.on('state', (state) => {
      if (state === 'connected') {
        this.#wereConnected.add(participant.id);
        this.#retries.succeeded(participant);
      }
      // Without the server it is our own connection that is away: nothing could be done about this one.
      const isOurs = state === 'failed' && !this.#isServerThere();
      participant.update({ link: isOurs ? 'disconnected' : state });
      this.emit('change');
    });
    link.on('trust', (trust) => {
      participant.update({ trust });
    });
    link.on('path', (path) => {
      participant.setPath(path);
    });
    link.on('track', ({ slot, track }) => {
      participant.setTrack(slot, track);
    });
    const { control } = link;
    control.on('media', (state) => {
      participant.update(state);
    });
    control.on('reaction', (emoji) => {
      this.emit('reaction', { from: participant, emoji });
    });
    control.on('data', (data) => {
      this.emit('data', { from: participant, data });
    });
    control.on('bye', (reason) => {
      if (reason === null) this.emit('bye', participant);
    });
    link.on('problem', (error) => {
      this.emit('problem', error);
    });
    link.on('lost', (error) => {
      this.#drop(participant);
      this.emit('lost', { participant, error });
    });
    link.on('refused', (error) => {
      this.#drop(participant);
      this.#wereConnected.delete(participant.id);
      participant.update({ trust: 'refused' });
      this.emit('refused', { participant, error });
    });
  }

  get #selfState(): SelfState {
    const { audio, video, screen } = this.tracks;
    return {
      ...SELF_STATE,
      microphoneMuted: audio === null || (this.#media?.microphoneMuted ?? false),
      cameraOff: video === null,
      sharing: screen !== null,
      handRaised: this.#handRaised,
    };
  }

  #applyMedia(): void {
    for (const link of this.#links()) link.setTracks(this.tracks, this.#selfState);
    this.emit('media');
  }

  #checkLater(): void {
    this.#cancelCheck ??= this.#platform.timers.set(() => {
      this.#cancelCheck = null;
      for (const link of this.#links()) link.check();
      if (this.#members.size > 0) this.#checkLater();
    }, LINK_CHECK_INTERVAL_MS);
  }
}

/** Whether a signal is of a connection that the other side has begun since ours is given up. */
function beginsAnew(data: SignalData): boolean {
  const signal = parseLinkSignal(data);
  if (!signal || signal.peer_link !== undefined) return false;
  return signal.restart === true || signal.description?.type === 'offer';
}
