import {
  Emitter,
  type Call,
  type CallState,
  type EndReason,
  type Files,
  type MediaOptions,
  type RemoteParticipant,
  type VisavisError,
} from '@visavis/client';

import type { Public } from '../base/public.ts';
import type { Events } from './events.ts';
import { FakeChat } from './fake_chat.ts';
import { FakeFiles } from './fake_files.ts';
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
  readonly played = { chat: new FakeChat(), files: new FakeFiles() };
  readonly chat = this.played.chat.asChat;
  loadedFiles: Files | null = null;
  handRaised = false;
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

  files(): Promise<Files> {
    return Promise.resolve(this.played.files.asFiles);
  }

  /** Files have been loaded, as somebody offers one. */
  loadFiles(): FakeFiles {
    this.loadedFiles = this.played.files.asFiles;
    this.emit('files', this.loadedFiles);
    return this.played.files;
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
