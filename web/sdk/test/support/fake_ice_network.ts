// What lies between the fake peer connections: paths that work, die and are mended.
import { FakePeerConnection } from './fake_peer_connection.ts';

export class FakeIceNetwork {
  static readonly GATHER_MS = 2;
  static readonly CONNECT_MS = 50;
  static readonly DISCONNECTED_AFTER_MS = 5_000;
  static readonly FAILED_AFTER_MS = 25_000;

  readonly connections = new Map<number, FakePeerConnection>();
  /** Addresses are good for one epoch of the network. */
  epoch = 1;
  /** Packets flow at all. */
  up = true;
  /** Candidates are found, but no path ever works. */
  blocked = false;
  // Pairs of owners between whom nothing passes.
  readonly #blockedPairs: [object, object][] = [];
  #lastId = 0;

  create(configuration: RTCConfiguration = {}): FakePeerConnection {
    const pc = new FakePeerConnection(this, ++this.#lastId, configuration);
    this.connections.set(this.#lastId, pc);
    return pc;
  }

  get open(): FakePeerConnection[] {
    return [...this.connections.values()].filter((pc) => pc.signalingState !== 'closed');
  }

  /** Nothing passes between these two any more; with everybody else it does. */
  blockBetween(one: object, other: object): void {
    this.#blockedPairs.push([one, other]);
    for (const pc of this.open) {
      if (pc.peer && this.isBlocked(pc, pc.peer)) pc.pathDied();
    }
  }

  unblock(): void {
    this.#blockedPairs.length = 0;
    for (const pc of this.open) pc.tryConnect();
  }

  isBlocked(one: FakePeerConnection, other: FakePeerConnection | null): boolean {
    const owners = [one.owner, other?.owner];
    const isPair = (pair: object[]): boolean => pair.every((owner) => owners.includes(owner));
    return this.blocked || this.#blockedPairs.some(isPair);
  }

  /** Another network: every path is dead, and only new candidates make a new one. */
  change(): void {
    this.epoch += 1;
    for (const pc of this.open) pc.pathDied();
  }

  cut(): void {
    this.up = false;
    for (const pc of this.open) pc.pathDied();
  }

  mend(): void {
    this.up = true;
    for (const pc of this.open) pc.tryConnect();
  }
}
