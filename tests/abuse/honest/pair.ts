// Two people who call each other: every call must ring, connect, carry what they signal, in order, and end.
import type { Message } from '../support/line.ts';
import type { Person } from './person.ts';
import type { World } from './world.ts';

const signalsEach = 5;
/** As long as an offer. */
const padding = 'x'.repeat(4_000);

interface Participant {
  participant: string;
  user: string;
}

export class Pair {
  readonly #world: World;
  readonly #two: readonly [Person, Person];

  constructor(world: World, one: Person, other: Person) {
    this.#world = world;
    this.#two = [one, other];
  }

  /** Calls until the end, in turns. */
  async keepCalling(): Promise<void> {
    const [one, other] = this.#two;
    let turn = 0;
    await this.#world.every(this.#world.callInterval, async () => {
      if (!one.online || !other.online) return;
      const { page } = this.#world;
      turn += 1;
      const problem = turn % 2 === 1 ? await this.#call(one, other) : await this.#call(other, one);
      if (problem !== null && this.#world.options.mayGo && this.#world.phase === 'during') return;
      page.calls += 1;
      if (problem !== null) page.failedCalls.push(problem);
    });
  }

  async #call(caller: Person, callee: Person): Promise<string | null> {
    const { patience } = this.#world;
    const incoming = callee.line.next(
      ({ type, participants }) =>
        type === 'call.incoming' &&
        (participants as Participant[]).some(({ user }) => user === caller.user),
      patience,
    );
    const ringing = await caller.ask({ type: 'call.start', to: [callee.user] });
    if (ringing?.type !== 'call.ringing') return `${caller.name} calls: ${describe(ringing)}`;
    const call = ringing['call'] as string;
    try {
      const rang = await incoming;
      if (rang?.['call'] !== call) return `${callee.name} is not rung`;
      const accepted = caller.line.next(
        (message) => message.type === 'call.accepted' && message['call'] === call,
        patience,
      );
      const joined = await callee.ask({ type: 'call.accept', call });
      if (joined?.type !== 'call.accepted') return `${callee.name} accepts: ${describe(joined)}`;
      if ((await accepted) === null) return `${caller.name} does not hear that it was accepted`;
      await this.#talk(
        call,
        [caller, String(ringing['participant'])],
        [callee, String(rang['participant'])],
      );
    } finally {
      await this.#end(call, caller);
    }
    return null;
  }
  async #end(call: string, caller: Person): Promise<void> {
    await caller.ask({ type: 'call.end', call });
  }

  /** Both send, both must get all of it in order. */
  async #talk(call: string, one: [Person, string], other: [Person, string]): Promise<void> {
    const ways = [
      { from: one[0], to: other[0], participant: other[1] },
      { from: other[0], to: one[0], participant: one[1] },
    ];
    await Promise.all(
      ways.map(async ({ from, to, participant }) => {
        let expected = 0;
        const all = to.line.next(({ type, call: of, data }) => {
          if (type !== 'signal' || of !== call) return false;
          if ((data as { n: number }).n === expected) expected += 1;
          return expected === signalsEach;
        }, this.#world.patience);
        for (let n = 0; n < signalsEach; n += 1) {
          from.line.send({ type: 'signal', call, to: participant, data: { n, padding } });
        }
        const { page } = this.#world;
        page.signals += signalsEach;
        await all;
        page.lost += signalsEach - expected;
      }),
    );
  }
}

function describe(answer: Message | null): string {
  if (answer === null) return 'no answer';
  const { reason } = answer;
  return answer.code ?? (typeof reason === 'string' ? reason : answer.type);
}
