import { vi } from 'vitest';
import type { Call } from '../../src/call/call.ts';
import type { RoomOptions } from '../../src/call/call_types.ts';
import { VisavisClient, type ClientOptions } from '../../src/client.ts';
import { LocalMedia } from '../../src/media/local_media.ts';
import { FakeMediaSource } from './fake_media.ts';
import { FakeIceNetwork, type FakePeerConnection } from './fake_peer_connection.ts';
import { FakeBrowser, FakePage, FakeStorage, type FakeInternet } from './fake_platform.ts';
import { FakeServer } from './fake_server.ts';
import type { FakeSocket } from './fake_socket.ts';

const RESUME_WINDOW_MS = 30_000;

/** Somebody with a page open. */
export class Someone {
  readonly client: VisavisClient;
  readonly page: FakePage;
  readonly media: LocalMedia;
  readonly source: FakeMediaSource;
  /** Calls that the client announced. */
  readonly announced: Call[] = [];

  constructor(world: World, options: ClientOptions, browser: FakeBrowser, tab: FakeStorage) {
    this.page = new FakePage(world, browser, tab);
    this.source = new FakeMediaSource();
    this.media = new LocalMedia(this.source);
    this.client = new VisavisClient({ ...options, platform: this.page });
    this.client.on('call', (call) => this.announced.push(call));
  }

  get user(): string {
    return this.client.self?.user ?? '';
  }

  get ring(): Call {
    const call = this.announced.at(-1);
    if (!call) throw new Error('nothing rings');
    return call;
  }

  /** The one call that this person is in. */
  get current(): Call {
    const [call] = this.client.calls;
    if (!call) throw new Error('in no call');
    return call;
  }

  get openConnections(): FakePeerConnection[] {
    return (this.page.peerConnections as unknown as FakePeerConnection[]).filter(
      (pc) => pc.signalingState !== 'closed',
    );
  }

  call(...others: Someone[]): Call {
    return this.client.call(
      others.map(({ user }) => user),
      { media: this.media },
    );
  }

  enter(room: string, options: Partial<RoomOptions> = {}): Call {
    return this.client.joinRoom(room, { media: this.media, ...options });
  }
}

/** A server, a network and people, in virtual time. */
export class World implements FakeInternet {
  readonly server = new FakeServer();
  readonly ice = new FakeIceNetwork();
  readonly sockets: FakeSocket[] = [];
  /** Everything that the server was sent. */
  readonly received: string[] = [];
  /** Their sockets do not get through, what goes between browsers does. */
  readonly cutOff = new Set<FakePage>();

  createWebSocket(url: string, subprotocol: string, page: FakePage): WebSocket {
    const socket = this.server.connect(url, subprotocol, this.cutOff.has(page));
    socket.page = page;
    const { onmessage } = socket.server;
    socket.server.onmessage = (text) => {
      this.received.push(text);
      onmessage(text);
    };
    this.sockets.push(socket);
    return socket.asWebSocket;
  }

  createPeerConnection(configuration: RTCConfiguration, page: FakePage): RTCPeerConnection {
    const pc = this.ice.create(configuration);
    pc.owner = page;
    return pc.asPeerConnection;
  }

  /** Says something to the server beside the SDK, over the same socket. */
  say({ page }: Someone, message: object): void {
    const socket = this.sockets.findLast((one) => one.page === page);
    socket?.server.onmessage(JSON.stringify(message));
  }

  /** Nothing passes between their browsers any more. */
  blockBetween(one: Someone, other: Someone): void {
    this.ice.blockBetween(one.page, other.page);
  }

  /** A page without anybody at it. */
  page(browser: FakeBrowser, tab: FakeStorage): FakePage {
    return new FakePage(this, browser, tab);
  }

  /** What this page sends arrives no more, and it does not know. */
  freeze({ page }: Someone): void {
    for (const socket of this.sockets) if (socket.page === page) socket.server.freeze();
  }

  /** Their sockets break, and no other gets through until `reconnect`. */
  disconnect({ page }: Someone): void {
    this.cutOff.add(page);
    for (const socket of this.sockets) if (socket.page === page) socket.server.reset();
  }

  /** The server gives up waiting for them. */
  expire({ user }: Someone): void {
    for (const session of this.server.sessions) {
      if (session.user === user) this.server.expire(session.id);
    }
  }

  reconnect({ page }: Someone): void {
    this.cutOff.delete(page);
    page.fire('network');
  }

  /** Out of reach for as long as the server keeps a session, and still so. */
  async loseSession(someone: Someone): Promise<void> {
    this.disconnect(someone);
    await this.pass(RESUME_WINDOW_MS);
    this.expire(someone);
  }

  /** Their network is gone for so long, more than the server waits for them. */
  async away(someone: Someone, ms: number): Promise<void> {
    await this.loseSession(someone);
    await this.pass(ms - RESUME_WINDOW_MS);
    this.reconnect(someone);
  }

  /** Somebody who is online, with microphone and camera on. */
  async join(
    name: string,
    browser = new FakeBrowser(),
    tab = new FakeStorage(),
    options: Partial<ClientOptions> = {},
  ): Promise<Someone> {
    const someone = new Someone(this, { name, ...options }, browser, tab);
    void someone.media.start();
    await this.until(someone.client.connect());
    return someone;
  }

  /** The page goes, and another is loaded in its tab. */
  async reload(someone: Someone, name: string): Promise<Someone> {
    this.#unload(someone);
    return this.join(name, someone.page.browser, someone.page.sessionStorage);
  }

  #unload({ page }: Someone): void {
    page.fire('hide');
    for (const pc of page.peerConnections) pc.close();
    for (const socket of this.sockets) {
      if (socket.page !== page) continue;
      socket.close(1001);
      socket.onclose = socket.onmessage = socket.onopen = null;
    }
    page.browser.locks.releaseAll(page);
  }

  /** Two people in a call that is connected. */
  async callBetween(caller: Someone, callee: Someone): Promise<{ out: Call; in: Call }> {
    const out = caller.call(callee);
    await this.pass(50);
    const incoming = callee.ring;
    void incoming.accept({ media: callee.media });
    await this.pass(300);
    return { out, in: incoming };
  }

  /** Lets time pass until the promise is settled. */
  async until<Result>(promise: Promise<Result>): Promise<Result> {
    const progress = { settled: false };
    const settled = promise.finally(() => (progress.settled = true));
    settled.catch(() => undefined); // it may fail while time passes
    while (!progress.settled) await this.pass(50);
    return settled;
  }

  /** So many people in one room, connected with each other, in the order in which they came. */
  async room(
    name: string,
    names: string[],
    options: Partial<RoomOptions> = {},
  ): Promise<Someone[]> {
    const people: Someone[] = [];
    for (const one of names) {
      const someone = await this.join(one);
      someone.enter(name, options);
      await this.pass(500);
      people.push(someone);
    }
    return people;
  }

  pass(ms: number): Promise<void> {
    return vi.advanceTimersByTimeAsync(ms).then(() => undefined);
  }
}

/** What a call goes through from here on. */
export function statesOf(call: Call): string[] {
  const states: string[] = [call.state];
  call.on('state', (state) => states.push(state));
  return states;
}

export const statesIn = (people: readonly Someone[]): string[] =>
  people.map(({ current }) => current.state);

export const namesSeenBy = ({ current }: Someone): string[] =>
  current.participants.map(({ name }) => name);
