import type { Call, CallState, LocalMedia, RemoteParticipant } from '@visavis/client';

import { formatClock } from '../base/duration.ts';
import { Observable } from '../base/observable.ts';
import type { Public } from '../base/public.ts';
import { Subscriptions } from '../base/subscriptions.ts';
import { strings } from '../strings.ts';
import { pathInWords, type PathText } from './path_text.ts';

const SECOND_MS = 1000;

/** What the call screen shows of one call, in words and numbers. */
export class CallViewModel extends Observable {
  readonly #call: Public<Call>;
  readonly #media: Public<LocalMedia>;
  readonly #subscriptions = new Subscriptions();
  readonly #participants = new Map<Public<RemoteParticipant>, () => void>();
  readonly #ticker: ReturnType<typeof setInterval>;
  #names: readonly string[] = [];

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
        this.#followParticipants();
        this.changed();
      }),
      media.on('change', changed),
    );
    this.#followParticipants();
    this.#ticker = setInterval(changed, SECOND_MS);
  }

  dispose(): void {
    clearInterval(this.#ticker);
    this.#subscriptions.end();
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
    return strings.call.with(this.#names);
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
      case 'ringing':
      case 'connecting':
        return strings.call.connecting(this.title);
      case 'reconnecting':
        return strings.call.reconnecting;
      default:
        return null;
    }
  }

  /** For a live region: the state of the call, read out when it changes. */
  get announcement(): string {
    if (this.#call.state === 'connected') return strings.call.connected(this.title);
    return this.obstacle ?? '';
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
