// A cell of the matrix: two people in two homes, in two browsers, call each other.
import assert from 'node:assert/strict';
import { inTime } from '../../integration/support/pace.ts';
import type { LinkStats } from '../driver/stats.ts';
import type { BrowserKind } from '../driver/tab.ts';
import { until } from '../driver/until.ts';
import {
  assertNothingWentWrongUnseen,
  keepEvidence,
  whatPeopleSaw,
} from '../fixtures/artifacts.ts';
import { acceptToFirstFrame, armFirstFrame } from '../fixtures/first_frame.ts';
import { hangUpAndLeave, talk, type Person } from '../fixtures/person.ts';
import { directIsPossible, waysToRelay } from './expectation.ts';
import type { Home } from './lab/home.ts';
import type { Lab } from './lab/lab.ts';
import type { NatKind } from './lab/nat_kind.ts';

export interface Side {
  readonly nat: NatKind;
  readonly browser: BrowserKind;
}

export interface Cell {
  readonly caller: Side;
  readonly callee: Side;
}

// How one side's packets go.
export type Path = 'direct' | 'over a relay' | 'relay/udp' | 'relay/tcp' | 'relay/tls';

export interface Outcome {
  readonly paths: readonly [caller: Path, callee: Path];
  readonly callerMs: number;
  readonly calleeMs: number;
}

export function titleOf({ caller, callee }: Cell): string {
  return `${caller.browser} behind ${caller.nat} calls ${callee.browser} behind ${callee.nat}`;
}

// People of earlier cells may still be in the list: their browsers ended without saying so.
let played = 0;

export async function play(cell: Cell, lab: Lab, note: (words: string) => void): Promise<Outcome> {
  const people: Person[] = [];
  const homes: Home[] = [];
  played += 1;
  try {
    for (const { nat } of [cell.caller, cell.callee]) homes.push(await homeThatIs(nat, lab));
    const [one, other] = homes as [Home, Home];
    people.push(
      ...(await Promise.all([
        one.visitor(`Ana ${String(played)}`, cell.caller.browser),
        other.visitor(`Ben ${String(played)}`, cell.callee.browser),
      ])),
    );
    const outcome = await call(people as [Person, Person], cell);
    assertNothingWentWrongUnseen({ people, serverLog: '' });
    return outcome;
  } catch (error) {
    const witness = { people, serverLog: lab.server.log };
    const kept = keepEvidence(`nat ${titleOf(cell)}`, witness, error);
    note(`evidence: ${await inTime(kept, 'the evidence is kept', 30_000).catch(String)}`);
    for (const line of await whatPeopleSaw(witness)) note(line);
    throw error;
  } finally {
    for (const home of homes) await lab.remove(home);
  }
}

// No cell says anything before its networks were seen to be what they are called.
export async function homeThatIs(nat: NatKind, lab: Lab): Promise<Home> {
  const home = await lab.home(nat);
  assert.deepEqual(await home.observed(), home.promised, `the box in front of ${nat}`);
  return home;
}

async function call([caller, callee]: readonly [Person, Person], cell: Cell): Promise<Outcome> {
  await Promise.all([caller.join(), callee.join()]);
  await caller.sees(callee);
  await caller.call(callee);
  await callee.isRungBy(caller);
  await armFirstFrame(caller, callee);
  await callee.accept();
  await talk(caller, callee);
  const times = await acceptToFirstFrame(caller, callee);
  const paths = await settle([caller, callee], cell);
  // It still flows, over the path that was found.
  await talk(caller, callee);
  await hangUpAndLeave(caller, callee);
  return { paths, ...times };
}

// A call may begin on a worse path while the better one is still being checked. Chromium moves on to the best
// one; Firefox keeps the relay with which it connected first, so between the two there are several good ends.
async function settle(people: readonly [Person, Person], cell: Cell): Promise<Outcome['paths']> {
  const sides = [cell.caller, cell.callee];
  const direct = directIsPossible(cell.caller.nat, cell.callee.nat);
  const moving = sides.every(({ browser }) => browser === 'chromium');
  const allowed = sides.map(({ nat }): readonly Path[] => {
    if (direct) return ['direct'];
    const ways = moving ? waysToRelay(nat).slice(0, 1) : waysToRelay(nat);
    return ['over a relay', ...ways.map((way): Path => `relay/${way}`)];
  });
  let paths: (Path | undefined)[] = [];
  const what = (): string =>
    `the paths are among ${allowed.join(' and ')}; they are ${paths.join(' and ')}`;
  return until(what, async () => {
    const links = await Promise.all(people.map(async ({ tab }) => (await tab.links())[0]));
    paths = links.map(pathOf);
    const good = paths.every((path, side) => allowed[side]?.some((one) => one === path));
    return good && (paths as [Path, Path]);
  });
}

function pathOf(link: LinkStats | undefined): Path | undefined {
  if (link === undefined || link.localCandidate === null) return undefined;
  if (link.localCandidate === 'relay') return `relay/${link.relayProtocol ?? '?'}` as Path;
  return link.remoteCandidate === 'relay' ? 'over a relay' : 'direct';
}
