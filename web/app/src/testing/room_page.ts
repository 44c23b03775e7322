import { AppViewModel } from '../flow/app_view_model.ts';
import { Memory } from '../navigation/memory.ts';
import { problemInWords, type RoomProblem } from '../room/door_words.ts';
import { FakeCall } from './fake_call.ts';
import { FakeClient, person } from './fake_client.ts';
import { FakeMedia } from './fake_media.ts';
import { FakeParticipant } from './fake_participant.ts';
import { FakeSurroundings } from './fake_surroundings.ts';
import { flush } from './flush.ts';
import { MemoryStorage } from './memory_storage.ts';

function there<Thing>(thing: Thing | null | undefined): Thing {
  if (thing === null || thing === undefined) throw new Error('There is none yet.');
  return thing;
}

/** A page that was opened at some address, with everything around it played. */
export class Page {
  readonly surroundings: FakeSurroundings;
  readonly clients: FakeClient[] = [];
  readonly media = new FakeMedia();
  readonly app: AppViewModel;

  constructor(
    path: string,
    { forGood = new MemoryStorage(), forTab = new MemoryStorage(), reloaded = false } = {},
  ) {
    this.surroundings = new FakeSurroundings(path);
    this.surroundings.reloaded = reloaded;
    this.app = new AppViewModel({
      ...this.surroundings.services,
      createClient: ({ name }) => {
        const client = new FakeClient(name);
        this.clients.push(client);
        return client;
      },
      media: this.media,
      memory: new Memory(forGood, forTab),
    });
    this.media.arrive();
    this.app.start();
  }

  get client(): FakeClient {
    return there(this.clients.at(-1));
  }

  get call(): FakeCall {
    return there(this.client.started.at(-1));
  }

  get screen(): string {
    return this.app.screen.name;
  }

  get problem(): RoomProblem | null {
    const { problem } = there(this.app.rooms.entry);
    return problem && problemInWords(problem);
  }

  get shown(): string {
    return this.surroundings.address.shown;
  }

  /** Presses Join before the door; the server knows us from then on. */
  async enter(name = 'Ana', passphrase = this.app.rooms.entry?.passphrase ?? null): Promise<void> {
    void this.app.rooms.enter(name, passphrase);
    this.client.welcome();
    await flush();
  }

  /** Ben calls, alone or from a room. */
  ringFromRoom(room: string | null): FakeCall {
    const call = FakeCall.incoming(new FakeParticipant('ben', 'Ben'));
    if (room !== null) call.name(room);
    this.client.receive(call);
    return call;
  }

  async inLobby(): Promise<void> {
    void this.app.join('Ana');
    this.client.welcome(person('Ben'));
    await flush();
  }
}
