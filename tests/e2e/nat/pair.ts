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
  return withHomes(title, [one.nat, other.nat], lab, note, async (homes, people) => {
    pairs += 1;
    // Other names than before: the browsers of earlier pairs ended without a farewell, and the server waits for them.
    people.push(
      ...(await Promise.all([
        homes[0].visitor(`Ana ${String(pairs)}`, one.browser),
        homes[1].visitor(`Ben ${String(pairs)}`, other.browser),
      ])),
    );
    await Promise.all(people.map((person) => person.join()));
    return body(people as unknown as People, homes);
  });
}

// Gives a test homes of these kinds, and removes all that is theirs afterwards. Whoever it puts into `people` is a
// witness of what goes wrong.
export async function withHomes<const Kinds extends readonly NatKind[], Result>(
  title: string,
  kinds: Kinds,
  lab: Lab,
  note: Note,
  body: (homes: { [Index in keyof Kinds]: Home }, people: Person[]) => Promise<Result>,
): Promise<Result> {
  const homes: Home[] = [];
  const people: Person[] = [];
  try {
    for (const kind of kinds) homes.push(await homeThatIs(kind, lab));
    const result = await body(homes as { [Index in keyof Kinds]: Home }, people);
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
