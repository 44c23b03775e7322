import type { Call } from '@visavis/client';

import { AppViewModel } from '../flow/app_view_model.ts';
import { Memory } from '../navigation/memory.ts';
import type { Public } from '../base/public.ts';
import { answerProblemInWords } from '../ring/answer_words.ts';
import { FakeCall } from './fake_call.ts';
import { FakeClient, person } from './fake_client.ts';
import { FakeMedia } from './fake_media.ts';
import { FakeParticipant } from './fake_participant.ts';
import { FakeSurroundings } from './fake_surroundings.ts';
import { flush } from './flush.ts';
import { MemoryStorage } from './memory_storage.ts';

/** The app in a lobby with Ben, everything around it played. */
export class AppWorld {
  readonly clients: FakeClient[] = [];
  readonly media = new FakeMedia();
  readonly forGood = new MemoryStorage();
  readonly forTab = new MemoryStorage();
  readonly surroundings = new FakeSurroundings();
  readonly app = this.newPage();

  newPage(): AppViewModel {
    return new AppViewModel({
      ...this.surroundings.services,
      createClient: ({ name, iceTransportPolicy = 'all' }) => {
        const client = new FakeClient(name);
        client.iceTransportPolicy = iceTransportPolicy;
        this.clients.push(client);
        return client;
      },
      media: this.media,
      memory: new Memory(this.forGood, this.forTab),
    });
  }

  get client(): FakeClient {
    const client = this.clients.at(-1);
    if (!client) throw new Error('Nobody has joined yet.');
    return client;
  }

  /** The call that has rung for the longest. */
  get incoming(): Public<Call> | null {
    return this.app.ringing.all[0] ?? null;
  }

  async accept(how: { video: boolean }): Promise<void> {
    if (this.incoming) await this.app.ringing.answer(this.incoming, how);
  }

  get answerProblem(): string | null {
    const { problem } = this.app.ringing;
    return problem && answerProblemInWords(problem);
  }

  async join(...people: Parameters<FakeClient['welcome']>): Promise<void> {
    this.media.arrive();
    void this.app.join('Ana');
    this.client.welcome(...people);
    await flush();
  }

  /** Calls Ben and returns the call. */
  callBen(): FakeCall {
    this.app.call([person('Ben')]);
    const call = this.client.started.at(-1);
    if (!call) throw new Error('No call was started.');
    return call;
  }

  /** Ben calls, or somebody else. */
  ring(name = 'Ben'): FakeCall {
    const call = FakeCall.incoming(new FakeParticipant(name.toLowerCase(), name));
    this.client.receive(call);
    return call;
  }
}
