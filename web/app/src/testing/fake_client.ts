import {
  Emitter,
  type Call,
  type CallState,
  type ClientState,
  type CloseReason,
  type EndReason,
  type LinkState,
  type LocalMedia,
  type MediaProblem,
  type MediaOptions,
  type ParticipantState,
  type Path,
  type Person,
  type RemoteParticipant,
  type VisavisClient,
  type VisavisError,
} from '@visavis/client';

import type { Public } from '../base/public.ts';

type Events<T> = T extends Emitter<infer E> ? E : never;

/** What the view models see of a client, played by a test or by the gallery. */
export class FakeClient extends Emitter<Events<VisavisClient>> implements Public<VisavisClient> {
  state: ClientState = 'idle';
  closeReason: CloseReason | null = null;
  self: { user: string; name: string } | null = null;
  people: readonly Person[] = [];
  peopleTotal = 0;
  calls: ReadonlySet<Call> = new Set();
  iceServers: readonly RTCIceServer[] = [];
  iceTransportPolicy: RTCIceTransportPolicy = 'all';
  readonly started: FakeCall[] = [];
  readonly searches: string[] = [];
  searchAnswer: { people: Person[]; more: boolean } = { people: [], more: false };
  closed = false;
  readonly #name: string;
  #welcome = Promise.withResolvers<void>();

  constructor(name = 'Ana') {
    super();
    this.#name = name;
  }

  connect(): Promise<void> {
    this.become('connecting');
    return this.#welcome.promise;
  }

  /** Plays the server's welcome. */
  welcome(...people: Person[]): void {
    this.self = { user: 'self', name: this.#name };
    this.become('online');
    this.show(...people);
    this.#welcome.resolve();
  }

  refuse(error: Error): void {
    this.#welcome.reject(error);
  }

  become(state: ClientState, reason: CloseReason | null = null): void {
    this.state = state;
    this.closeReason = reason;
    this.emit('state', state);
  }

  /** Everybody else online; `total` when the server lists only some of them. */
  show(...people: Person[]): void {
    this.showSome(people, people.length);
  }

  showSome(people: readonly Person[], total: number): void {
    this.people = people;
    this.peopleTotal = total;
    this.emit('people');
  }

  receive(call: FakeCall): void {
    this.emit('call', call.asCall);
  }

  close(): void {
    this.closed = true;
    this.become('closed', 'left');
  }

  search(query: string): Promise<{ people: Person[]; more: boolean }> {
    this.searches.push(query);
    return Promise.resolve(this.searchAnswer);
  }

  setName(name: string): Promise<string> {
    if (this.self) this.self = { ...this.self, name };
    this.emit('name', name);
    return Promise.resolve(name);
  }

  setIceTransportPolicy(policy: RTCIceTransportPolicy): void {
    this.iceTransportPolicy = policy;
  }

  call(to: string | readonly string[], _options: MediaOptions): Call {
    const users = typeof to === 'string' ? [to] : to;
    const call = new FakeCall('outgoing', 'calling');
    call.called = users;
    this.started.push(call);
    return call.asCall;
  }
}

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

const DIRECT: Path = { kind: 'direct', protocol: 'udp', local: 'host', remote: 'host' };

export function relayedOver(protocol: Path['protocol']): Path {
  return { kind: 'relayed', protocol, local: 'relay', remote: 'relay' };
}

export class FakeParticipant
  extends Emitter<Events<RemoteParticipant>>
  implements Public<RemoteParticipant>
{
  readonly id: string;
  readonly user: string;
  name: string;
  state: ParticipantState = 'joined';
  readonly stream: MediaStream;
  microphoneMuted = false;
  cameraOff = false;
  link: LinkState = 'connected';
  path: Path | null = DIRECT;

  constructor(user: string, name: string, stream = emptyStream()) {
    super();
    this.id = `participant-${user}`;
    this.user = user;
    this.name = name;
    this.stream = stream;
  }

  get asParticipant(): RemoteParticipant {
    return this as unknown as RemoteParticipant;
  }

  update(
    changes: Partial<Pick<FakeParticipant, 'name' | 'microphoneMuted' | 'cameraOff' | 'state'>>,
  ): void {
    Object.assign(this, changes);
    this.emit('change');
  }

  setTrack(track: MediaStreamTrack): void {
    this.stream.addTrack(track);
    this.emit('change');
  }

  setPath(path: Path | null): void {
    this.path = path;
    this.emit('change');
  }

  clearTracks(): void {
    for (const track of this.stream.getTracks()) this.stream.removeTrack(track);
  }
}

export class FakeMedia extends Emitter<Events<LocalMedia>> implements Public<LocalMedia> {
  readonly stream: MediaStream;
  ready = false;
  problems: readonly MediaProblem[] = [];
  hasMicrophone = true;
  hasCamera = true;
  microphoneMuted = false;
  cameraOff = false;
  starts = 0;
  #started = Promise.withResolvers<void>();

  constructor(stream = emptyStream()) {
    super();
    this.stream = stream;
  }

  start(): Promise<void> {
    this.starts += 1;
    return this.#started.promise;
  }

  /** Plays the devices' arrival, or what is wrong with them. */
  arrive(...problems: MediaProblem[]): void {
    this.problems = problems;
    this.hasMicrophone = problems.every((problem) => problem.kind !== 'microphone');
    this.hasCamera = problems.every((problem) => problem.kind !== 'camera');
    this.ready = true;
    this.emit('change');
    this.#started.resolve();
  }

  setMicrophoneMuted(muted: boolean): void {
    this.microphoneMuted = muted;
    this.emit('change');
  }

  setCameraOff(off: boolean): Promise<void> {
    this.cameraOff = off;
    this.emit('change');
    return Promise.resolve();
  }

  track(): MediaStreamTrack | null {
    return null;
  }

  stop(): void {
    this.ready = false;
    this.emit('change');
  }
}

/** Node has no MediaStream; nothing here looks into one. */
function emptyStream(): MediaStream {
  return typeof MediaStream === 'undefined' ? ({} as MediaStream) : new MediaStream();
}

export function person(name: string, inCall = false): Person {
  return { user: name.toLowerCase().replaceAll(' ', '-'), name, inCall };
}
