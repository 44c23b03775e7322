import type { RoomPreview } from '@visavis/client';

import { FakeAddress } from './fake_address.ts';

/** What is around the app in a browser: address bar, reload button, the server as seen from outside. */
export class FakeSurroundings {
  address: FakeAddress;
  reloaded = false;
  visible = true;
  /** Which rooms were looked at. */
  readonly looks: string[] = [];
  /** What the server says of every room; null: it does not answer. */
  room: Omit<RoomPreview, 'room'> | null = {
    knock: false,
    locked: false,
    count: 0,
    participantsMax: 6,
    participants: [],
  };

  constructor(path = '/') {
    this.address = new FakeAddress(path);
  }

  private readonly look = (room: string): Promise<RoomPreview> => {
    this.looks.push(room);
    return this.room === null
      ? Promise.reject(new Error('unreachable'))
      : Promise.resolve({ room, ...this.room });
  };
  private readonly isVisible = (): boolean => this.visible;

  /** As the app takes them. */
  get services(): {
    address: FakeAddress;
    reloaded: boolean;
    look: (room: string) => Promise<RoomPreview>;
    isVisible: () => boolean;
  } {
    const { address, reloaded, look, isVisible } = this;
    return { address, reloaded, look, isVisible };
  }

  /** Plays who is inside. */
  inside(names: readonly string[], { knock = false, locked = false, most = 6 } = {}): void {
    const participants = names.map((name) => ({ user: `user-${name}`, name, confusable: false }));
    this.room = { knock, locked, count: names.length, participantsMax: most, participants };
  }
}
