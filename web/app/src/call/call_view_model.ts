import type { Call, CallState, Knock, LocalMedia, RemoteParticipant } from '@visavis/client';

import { Announcer } from '../base/announcer.ts';
import { formatClock } from '../base/duration.ts';
import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { Subscriptions } from '../base/subscriptions.ts';
import { roomWords, stageWords } from '../strings/stage.ts';
import { callWords } from '../strings/call.ts';
import { pathInWords, type PathText } from './path_text.ts';
import { isEmoji, type Reaction, Reactions } from './reactions.ts';

const SECOND_MS = 1000;

/** What the call screen shows of one call, in words and numbers. */
export class CallViewModel extends Observable {
  readonly #call: Public<Call>;
  readonly #media: Public<LocalMedia>;
  readonly #subscriptions = new Subscriptions();
  readonly #participants = new Map<Public<RemoteParticipant>, () => void>();
  readonly #ticker: ReturnType<typeof setInterval>;
  readonly #reactions = new Reactions(() => {
    this.changed();
  });
  #names: readonly string[] = [];
  #present: ReadonlyMap<string, string> = new Map();
  readonly #news = new Announcer(() => {
    this.changed();
  });

  constructor(call: Public<Call>, media: Public<LocalMedia>) {
    super();
    this.#call = call;
    this.#media = media;
    const changed = (): void => {
      this.changed();
    };
    this.#subscriptions.add(
      call.on('state', changed),
      call.on('participants', () => {
        this.#tellComingsAndGoings();
        this.#followParticipants();
        this.changed();
      }),
      call.on('room', changed),
      call.on('knocks', changed),
      call.on('rules', changed),
      call.on('reaction', ({ from, emoji }) => {
        if (!isEmoji(emoji)) return;
        this.#news.mention(stageWords.reacted(from.name, emoji));
        this.#reactions.add(from.id, emoji);
      }),
      media.on('change', changed),
    );
    this.#followParticipants();
    this.#present = this.#joined();
    this.#ticker = setInterval(changed, SECOND_MS);
  }

  dispose(): void {
    clearInterval(this.#ticker);
    this.#subscriptions.end();
    this.#reactions.dispose();
    this.#news.dispose();
    for (const end of this.#participants.values()) end();
    this.#participants.clear();
  }

  get state(): CallState {
    return this.#call.state;
  }

  get participants(): readonly Public<RemoteParticipant>[] {
    return this.#call.participants;
  }

  /** The others by name, those of the last moment where everybody has just left. */
  get title(): string {
    if (this.alone) return roomWords.call.alone;
    return callWords.with(this.#names);
  }

  /** In a room, and nobody else is. */
  get alone(): boolean {
    return this.#call.state === 'alone';
  }

  /** The name of the room that this call is; null if it has none. */
  get room(): string | null {
    return this.#call.room?.name ?? null;
  }

  get passphrase(): string | null {
    return this.#call.passphrase;
  }

  /** Who waits at the door, the first to come first. */
  get knocks(): readonly Knock[] {
    return this.#call.knocks;
  }

  /** Hosts alone answer who knocks; where a room has none, anybody inside does. */
  get mayAdmit(): boolean {
    return this.#call.isHost || this.#call.hosts.length === 0;
  }

  /** Whoever is too late finds the knock gone: somebody else has answered it. */
  async admit(knock: Knock, admit: boolean): Promise<void> {
    try {
      await this.#call.admit(knock.knock, admit);
    } catch {
      this.changed();
    }
  }

  get handRaised(): boolean {
    return this.#call.handRaised;
  }

  /** We share our screen. */
  get sharing(): boolean {
    return this.#media.sharing;
  }

  stopSharing(): void {
    this.#media.stopSharing();
  }

  /** An emoji that we have sent floats over our own picture, too. */
  showOwnReaction(emoji: string): void {
    this.#reactions.add(null, emoji);
  }

  /** The reactions that float over one picture; null: our own. */
  reactionsOf(participant: string | null): readonly Reaction[] {
    return this.#reactions.list.filter((reaction) => reaction.from === participant);
  }

  /** Makes a link that failed anew. */
  retry(participant: Public<RemoteParticipant>): void {
    this.#call.retry(participant as RemoteParticipant);
  }

  /** How long the call stands, or null before it does. */
  get clock(): string | null {
    const since = this.#call.connectedAt;
    return since === null ? null : formatClock(Date.now() - since);
  }

  /** How the call gets to the others; null while it does not. */
  get path(): PathText | null {
    if (this.#call.state !== 'connected') return null;
    return pathInWords(this.#call.participants.flatMap(({ path }) => path ?? []));
  }

  /** What keeps the call from being heard and seen, in words; null while all is well. */
  get obstacle(): string | null {
    switch (this.#call.state) {
      case 'calling':
        return this.#call.direction === 'room'
          ? roomWords.call.joining
          : callWords.connecting(this.title);
      case 'ringing':
      case 'connecting':
        return callWords.connecting(this.title);
      case 'reconnecting':
        return callWords.reconnecting;
      default:
        return null;
    }
  }

  /** For a live region: the state of the call, read out when it changes. */
  get announcement(): string {
    if (this.#call.state === 'connected') return callWords.connected(this.title);
    if (this.alone) return roomWords.call.announceAlone;
    return this.obstacle ?? '';
  }

  /** For another live region: who came, went or reacted last. */
  get news(): string {
    return this.#news.text;
  }

  get microphoneMuted(): boolean {
    return this.#media.microphoneMuted || !this.#media.hasMicrophone;
  }

  get cameraOff(): boolean {
    return this.#media.cameraOff || !this.#media.hasCamera;
  }

  /** Without a microphone, this looks for one again: somebody may have plugged it in. */
  async toggleMicrophone(): Promise<void> {
    if (this.#media.hasMicrophone) this.#media.setMicrophoneMuted(!this.#media.microphoneMuted);
    else await this.#media.start({ audio: true, video: false });
  }

  async toggleCamera(): Promise<void> {
    await this.#media.setCameraOff(!this.cameraOff);
  }

  #joined(): ReadonlyMap<string, string> {
    const joined = this.#call.participants.filter(({ state }) => state === 'joined');
    return new Map(joined.map(({ id, name }) => [id, name]));
  }

  #tellComingsAndGoings(): void {
    const before = this.#present;
    const now = this.#joined();
    this.#present = now;
    const { joined, left } = roomWords.call;
    const came = [...now].filter(([id]) => !before.has(id)).map(([, name]) => joined(name));
    const went = [...before].filter(([id]) => !now.has(id)).map(([, name]) => left(name));
    if (came.length + went.length > 0) this.#news.say([...came, ...went].join('. '));
  }

  #followParticipants(): void {
    const present = new Set(this.#call.participants);
    if (present.size > 0)
      this.#names = this.#call.participants.map((participant) => participant.name);
    for (const [participant, end] of this.#participants) {
      if (present.has(participant as RemoteParticipant)) continue;
      end();
      this.#participants.delete(participant);
    }
    for (const participant of present) {
      if (this.#participants.has(participant)) continue;
      this.#participants.set(
        participant,
        participant.on('change', () => {
          this.changed();
        }),
      );
    }
  }
}
