// Two people in two homes of their own, with new browsers.
import assert from 'node:assert/strict';
import { inTime } from '../../integration/support/pace.ts';
import type { BrowserKind } from '../driver/tab.ts';
import {
  assertNothingWentWrongUnseen,
  keepEvidence,
  whatPeopleSaw,
} from '../fixtures/artifacts.ts';
import type { Person } from '../fixtures/person.ts';
import type { Home } from './lab/home.ts';
import type { Lab } from './lab/lab.ts';
import type { NatKind } from './lab/nat_kind.ts';

export interface Side {
  readonly nat: NatKind;
  readonly browser: BrowserKind;
}

export type People = readonly [Person, Person];
export type Homes = readonly [Home, Home];

// What a test writes into its report.
export type Note = (words: string) => void;

let pairs = 0;

// Gives a test two people on the page who are in the lobby, and removes all that is theirs afterwards.
export async function withPair<Result>(
  title: string,
  [one, other]: readonly [Side, Side],
  lab: Lab,
  note: Note,
  body: (people: People, homes: Homes) => Promise<Result>,
): Promise<Result> {
  pairs += 1;
  const homes: Home[] = [];
  const people: Person[] = [];
  try {
    homes.push(await homeThatIs(one.nat, lab), await homeThatIs(other.nat, lab));
    const [first, second] = homes as unknown as Homes;
    // Other names than before: the browsers of earlier pairs ended without a farewell, and the server waits for them.
    people.push(
      ...(await Promise.all([
        first.visitor(`Ana ${String(pairs)}`, one.browser),
        second.visitor(`Ben ${String(pairs)}`, other.browser),
      ])),
    );
    await Promise.all(people.map((person) => person.join()));
    const result = await body(people as unknown as People, [first, second]);
    assertNothingWentWrongUnseen({ people, serverLog: '' });
    return result;
  } catch (error) {
    const witness = { people, serverLog: lab.server.log };
    const kept = keepEvidence(`nat ${title}`, witness, error);
    note(`evidence: ${await inTime(kept, 'the evidence is kept', 30_000).catch(String)}`);
    for (const line of await whatPeopleSaw(witness)) note(line);
    throw error;
  } finally {
    for (const home of homes) await lab.remove(home);
  }
}

// No test says anything of a network before it was seen to be what it is called.
export async function homeThatIs(nat: NatKind, lab: Lab): Promise<Home> {
  const home = await lab.home(nat);
  assert.deepEqual(await home.observed(), home.promised, `the box in front of ${nat}`);
  return home;
}
