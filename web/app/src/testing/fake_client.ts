import {
  Emitter,
  type Call,
  type ClientState,
  type CloseReason,
  type MediaOptions,
  type Person,
  type RoomOptions,
  type VisavisClient,
  VisavisError,
} from '@visavis/client';

import type { Public } from '../base/public.ts';
import type { Events } from './events.ts';
import { FakeCall } from './fake_call.ts';

/** What the view models see of a client, played by a test or by the gallery. */
export class FakeClient extends Emitter<Events<VisavisClient>> implements Public<VisavisClient> {
  state: ClientState = 'idle';
  closeReason: CloseReason | null = null;
  self: { user: string; name: string } | null = null;
  people: readonly Person[] = [];
  peopleTotal = 0;
  blocked: ReadonlySet<string> = new Set();
  calls: ReadonlySet<Call> = new Set();
  iceServers: readonly RTCIceServer[] = [];
  iceTransportPolicy: RTCIceTransportPolicy = 'all';
  dataSaver = false;
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

  setDataSaver(on: boolean): void {
    this.dataSaver = on;
  }

  /** Plays what another device blocked, or the end of it. */
  toldBlocked(...users: string[]): void {
    this.blocked = new Set(users);
    this.emit('blocked');
  }

  block(user: string): Promise<void> {
    this.toldBlocked(...this.blocked, user);
    return Promise.resolve();
  }

  unblock(user: string): Promise<void> {
    this.toldBlocked(...[...this.blocked].filter((other) => other !== user));
    return Promise.resolve();
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

  /** What `testRelay` gives; null: the server has no relay. */
  relay: { near: readonly RTCIceServer[]; far: readonly RTCIceServer[] } | null = null;

  testRelay(): Promise<{ near: readonly RTCIceServer[]; far: readonly RTCIceServer[] }> {
    return this.relay === null
      ? Promise.reject(new VisavisError('relay_unavailable', 'No relay.'))
      : Promise.resolve(this.relay);
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

  joinRoom(name: string, { knock = false, passphrase = null }: RoomOptions): Call {
    const call = new FakeCall('room', 'calling');
    call.room = { name, knock };
    call.passphrase = passphrase;
    this.started.push(call);
    return call.asCall;
  }
}

export function person(name: string, inCall = false): Person {
  return { user: name.toLowerCase().replaceAll(' ', '-'), name, inCall, confusable: false };
}
