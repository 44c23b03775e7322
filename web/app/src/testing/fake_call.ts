import {
  Emitter,
  type Call,
  type CallState,
  type EndReason,
  type Files,
  type MediaOptions,
  type RemoteParticipant,
  type UplinkState,
  type View,
  type VisavisError,
} from '@visavis/client';

import type { Public } from '../base/public.ts';
import type { Events } from './events.ts';
import { FakeChat } from './fake_chat.ts';
import { FakeFiles } from './fake_files.ts';
import type { FakeParticipant } from './fake_participant.ts';

/** What the view models see of a call, played by a test or by the gallery. */
export class FakeCall extends Emitter<Events<Call>> implements Public<Call> {
  readonly direction: Call['direction'];
  id: string | null = 'call';
  state: CallState;
  endReason: EndReason | null = null;
  error: VisavisError | null = null;
  video = true;
  from: RemoteParticipant | null = null;
  participants: readonly RemoteParticipant[] = [];
  connectedAt: number | null = null;
  /** Every `setView`, in order. */
  readonly wishes: (readonly [participant: string, view: View])[] = [];
  readonly played = { chat: new FakeChat(), files: new FakeFiles() };
  readonly chat = this.played.chat.asChat;
  loadedFiles: Files | null = null;
  handRaised = false;
  uplink: { state: UplinkState } = { state: 'good' };
  activeSpeaker: RemoteParticipant | null = null;
  /** What was told with `setView`, by participant. */
  readonly views = new Map<string, View>();
  readonly reactions: string[] = [];
  readonly isJoined = false;
  readonly takesPlace = false;
  readonly isWaiting = false;
  room: Call['room'] = null;
  knocks: Call['knocks'] = [];
  passphrase: string | null = null;
  locked = false;
  hosts: readonly string[] = [];
  isHost = false;
  isCreator = false;
  removed: Call['removed'] = [];
  /** What was asked of the server as a host. */
  readonly ruled: (readonly [what: string, of: string | boolean, on?: boolean])[] = [];
  /** Who was let in, and who was not. */
  readonly admissions: [knock: string, admit: boolean][] = [];
  readonly invited: string[] = [];
  readonly retried: string[] = [];
  /** What `admit`, `openRoom` and `invite` give back; a test may set a rejection. */
  answer: Promise<void> = Promise.resolve();
  called: readonly string[] = [];
  readonly accepted: boolean[] = [];
  declined = false;
  /** What `accept` gives back; a test may set a rejection. */
  acceptAnswer: Promise<void> = Promise.resolve();

  constructor(direction: Call['direction'], state: CallState) {
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

  /** On the way into a room. */
  static entering(room: string, passphrase: string | null = null, knock = false): FakeCall {
    const call = new FakeCall('room', 'calling');
    call.room = { name: room, knock };
    call.passphrase = passphrase;
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

  /** Plays the name that a call gets. */
  name(room: string, knock = false): void {
    this.room = { name: room, knock };
    this.emit('room');
  }

  /** Plays who stands at the door. */
  knockedBy(...names: string[]): void {
    this.knocks = names.map((name) => ({ knock: `knock-${name}`, user: `user-${name}`, name }));
    this.emit('knocks');
  }

  emitKnocks(): void {
    this.emit('knocks');
  }

  speak(speaker: FakeParticipant | null): void {
    this.activeSpeaker = speaker?.asParticipant ?? null;
    this.emit('speaker', this.activeSpeaker);
  }

  receiveReaction(from: FakeParticipant, emoji: string): void {
    this.emit('reaction', { from: from.asParticipant, emoji });
  }

  fail(error: VisavisError): void {
    this.error = error;
    this.end('error');
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
    const onTheWay = ['calling', 'ringing', 'waiting'].includes(this.state);
    this.end(onTheWay ? 'cancelled' : 'hangup');
  }

  /** Plays how the others get what we send. */
  sendsAs(state: UplinkState): void {
    this.uplink = { state };
    this.emit('uplink', this.uplink);
  }

  setDataSaver(): void {
    // The client's to tell.
  }

  setView(participant: string, view: View): void {
    this.wishes.push([participant, view]);
    this.views.set(participant, view);
  }

  setHandRaised(raised: boolean): void {
    this.handRaised = raised;
  }

  react(emoji: string): boolean {
    this.reactions.push(emoji);
    return true;
  }

  send(_data: string | ArrayBuffer): void {
    // Nobody listens.
  }

  retry({ id }: RemoteParticipant): void {
    this.retried.push(id);
  }

  /** Plays the rules of the room as they are from now on; `self` is us. */
  rule(rules: { locked?: boolean; hosts?: readonly string[]; knock?: boolean }): void {
    const { locked = this.locked, hosts = this.hosts, knock } = rules;
    this.locked = locked;
    this.hosts = hosts;
    this.isHost = hosts.includes('self');
    this.isCreator = hosts[0] === 'self';
    if (this.room && knock !== undefined) {
      this.room = { ...this.room, knock };
      this.emit('room');
    }
    this.emit('rules');
  }

  remove(participant: string): Promise<void> {
    this.ruled.push(['remove', participant]);
    return this.answer;
  }

  setKnock(knock: boolean): Promise<void> {
    this.ruled.push(['knock', knock]);
    return this.answer;
  }

  lock(locked = true): Promise<void> {
    this.ruled.push(['lock', locked]);
    return this.answer;
  }

  setHost(user: string, host: boolean): Promise<void> {
    this.ruled.push(['host', user, host]);
    return this.answer;
  }

  renew(): void {
    // There is no membership.
  }

  admit(knock: string, admit: boolean): Promise<void> {
    this.admissions.push([knock, admit]);
    return this.answer;
  }

  async openRoom(name: string, { knock = false } = {}): Promise<void> {
    await this.answer;
    this.room = { name, knock };
    this.emit('room');
  }

  invite(users: readonly string[]): Promise<void> {
    this.invited.push(...users);
    return this.answer;
  }

  handleDoor(): void {
    // There is no door but the test's.
  }

  askedIn(): void {
    // Nobody asks.
  }

  handle(): void {
    // Messages come from the test itself.
  }

  sessionLost(): void {
    this.end('lost');
  }

  clientClosed(): void {
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
