import type { Person, RoomPreview } from '@visavis/client';

import { AppViewModel } from '../src/flow/app_view_model.ts';
import { Memory } from '../src/navigation/memory.ts';
import { FakeAddress } from '../src/testing/fake_address.ts';
import type { FakeCall } from '../src/testing/fake_call.ts';
import { FakeClient, person } from '../src/testing/fake_client.ts';
import { FakeMedia } from '../src/testing/fake_media.ts';
import { FakeParticipant } from '../src/testing/fake_participant.ts';
import { BEN, CLEO, DAN, EVA, FINN, ownStream, type Portrait, videoOf } from './pictures.ts';

/** One state of the app, played by fakes. */
export class Stage {
  readonly client = new FakeClient('Ana Bell');
  readonly media = new FakeMedia(ownStream());
  readonly address = new FakeAddress();
  /** What stands in the room that is looked at from outside. */
  inside: Omit<RoomPreview, 'room'> = {
    knock: false,
    locked: false,
    count: 0,
    participantsMax: 6,
    participants: [],
  };
  readonly app = new AppViewModel({
    createClient: () => this.client,
    media: this.media,
    memory: new Memory(null, null),
    address: this.address,
    reloaded: false,
    look: (room) => Promise.resolve({ room, ...this.inside }),
    isVisible: () => true,
  });

  async join(...people: Person[]): Promise<void> {
    const joined = this.app.join('Ana Bell');
    this.client.welcome(...people);
    await joined;
  }

  async call(others: readonly FakeParticipant[]): Promise<FakeCall> {
    this.media.arrive();
    await this.join(person('Ben Okafor'));
    this.app.call([person('Ben Okafor')]);
    const call = this.started;
    call.join(...others);
    call.become('connecting');
    return call;
  }

  /** Before the door of a room. */
  door(...names: string[]): void {
    this.media.arrive();
    const participants = names.map((name) => ({
      user: name.toLowerCase(),
      name,
      confusable: false,
    }));
    this.inside = { ...this.inside, count: names.length, participants };
    this.address.push('/r/lumo-kate-rido-basu');
    this.app.start();
  }

  /** On the way into the room before whose door one stands. */
  async enter(): Promise<FakeCall> {
    const entering = this.app.rooms.enter('Ana Bell', null);
    this.client.welcome(...PEOPLE);
    await entering;
    return this.started;
  }

  /** In a room of one's own. */
  async room(
    others: readonly FakeParticipant[],
    passphrase: string | null = null,
  ): Promise<FakeCall> {
    this.media.arrive();
    await this.join(...PEOPLE);
    this.app.rooms.create({ knock: false, passphrase });
    const call = this.started;
    call.join(...others);
    call.become(others.length === 0 ? 'alone' : 'connected');
    if (others.length > 0) call.connectedAt = Date.now() - 754_000;
    return call;
  }

  get started(): FakeCall {
    const call = this.client.started.at(-1);
    if (!call) throw new Error('No call was started.');
    return call;
  }
}

export type Show = (stage: Stage) => Promise<void> | void;

export const PEOPLE = [
  person('Ben Okafor'),
  person('Cleo Martin', true),
  person('Dan Fischer'),
  person('Émilie Roux-Delacroix-Montgolfier de Saint-Exupéry'),
  person('李小龍'),
  person('Zoë'),
];

const participant =
  (name: string, portrait: Portrait) =>
  (screen?: MediaStream): FakeParticipant =>
    new FakeParticipant(name.toLowerCase().replaceAll(' ', '-'), name, videoOf(portrait), screen);

export const ben = participant('Ben Okafor', BEN);
export const cleo = participant('Cleo Martin', CLEO);
export const dan = participant('Dan Fischer', DAN);
export const eva = participant('Eva Lindqvist', EVA);
export const finn = participant('Finn', FINN);
export const anabel = participant('Émilie Roux-Delacroix-Montgolfier de Saint-Exupéry', FINN);
