import {
  Emitter,
  type Call,
  type CallState,
  type EndReason,
  type MediaOptions,
  type RemoteParticipant,
  type UplinkState,
  type View,
  type VisavisError,
} from '@visavis/client';

import type { Public } from '../base/public.ts';
import type { Events } from './events.ts';
import type { FakeParticipant } from './fake_participant.ts';

/** What the view models see of a call, played by a test or by the gallery. */
export class FakeCall extends Emitter<Events<Call>> implements Public<Call> {
  readonly direction: 'outgoing' | 'incoming';
  id: string | null = 'call';
  state: CallState;
  endReason: EndReason | null = null;
  error: VisavisError | null = null;
  video = true;
  from: RemoteParticipant | null = null;
  participants: readonly RemoteParticipant[] = [];
  connectedAt: number | null = null;
  handRaised = false;
  uplink: { state: UplinkState } = { state: 'good' };
  activeSpeaker: RemoteParticipant | null = null;
  /** What was told with `setView`, by participant. */
  readonly views = new Map<string, View>();
  readonly reactions: string[] = [];
  readonly isJoined = false;
  readonly isDetached = false;
  called: readonly string[] = [];
  readonly accepted: boolean[] = [];
  declined = false;
  /** What `accept` gives back; a test may set a rejection. */
  acceptAnswer: Promise<void> = Promise.resolve();

  constructor(direction: 'outgoing' | 'incoming', state: CallState) {
    super();
    this.direction = direction;
    this.state = state;
  }

  static incoming(from: FakeParticipant): FakeCall {
    const call = new FakeCall('incoming', 'ringing');
    call.from = from.asParticipant;
    call.participants = [from.asParticipant];
    return call;
  }

  static connected(...others: FakeParticipant[]): FakeCall {
    const call = new FakeCall('outgoing', 'connected');
    call.participants = others.map((other) => other.asParticipant);
    call.connectedAt = Date.now();
    return call;
  }

  /** A class with private members is never matched by shape; this is one in all that can be seen. */
  get asCall(): Call {
    return this as unknown as Call;
  }

  become(state: CallState): void {
    this.state = state;
    if (state === 'connected') this.connectedAt ??= Date.now();
    this.emit('state', state);
  }

  join(...others: FakeParticipant[]): void {
    this.participants = others.map((other) => other.asParticipant);
    this.emit('participants');
  }

  end(reason: EndReason): void {
    if (this.state === 'ended') return;
    this.endReason = reason;
    this.become('ended');
    this.emit('ended', reason);
  }

  accept({ video = true }: MediaOptions): Promise<void> {
    this.accepted.push(video);
    return this.acceptAnswer;
  }

  setMedia(_options: MediaOptions): void {
    // Nothing is sent anywhere.
  }

  decline(): void {
    this.declined = true;
    this.end('declined');
  }

  hangUp(): void {
    this.end(this.state === 'calling' || this.state === 'ringing' ? 'cancelled' : 'hangup');
  }

  /** Plays how the others get what we send. */
  sendsAs(state: UplinkState): void {
    this.uplink = { state };
    this.emit('uplink', this.uplink);
  }

  /** Plays somebody who takes the floor. */
  isSpoken(speaker: FakeParticipant | null): void {
    this.activeSpeaker = speaker?.asParticipant ?? null;
    this.emit('speaker', this.activeSpeaker);
  }

  setDataSaver(): void {
    // The client's to tell.
  }

  setView(participant: string, view: View): void {
    this.views.set(participant, view);
  }

  setHandRaised(raised: boolean): void {
    this.handRaised = raised;
  }

  react(emoji: string): void {
    this.reactions.push(emoji);
  }

  send(_data: string | ArrayBuffer): void {
    // Nobody listens.
  }

  handle(): void {
    // Messages come from the test itself.
  }

  sessionLost(): void {
    this.end('lost');
  }

  withdraw(reason: EndReason): void {
    this.end(reason);
  }

  reconfigure(): void {
    // There is no path.
  }

  networkChanged(): void {
    // There is no network.
  }

  signalingBack(): void {
    // There is no signaling.
  }
}
