// A cell of the matrix: two people in two homes, in two browsers, call each other.
import type { LinkStats } from '../driver/stats.ts';
import { until } from '../driver/until.ts';
import { acceptToFirstFrame, armFirstFrame } from '../fixtures/first_frame.ts';
import { hangUpAndLeave, talk } from '../fixtures/person.ts';
import { directIsPossible, waysToRelay } from './expectation.ts';
import type { Lab } from './lab/lab.ts';
import { withPair, type Note, type People, type Side } from './pair.ts';

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

export function play(cell: Cell, lab: Lab, note: Note): Promise<Outcome> {
  return withPair(titleOf(cell), [cell.caller, cell.callee], lab, note, async (people) => {
    const [caller, callee] = people;
    const times = await call(people);
    const paths = await settle(people, cell);
    // It still flows, over the path that was found.
    await talk(caller, callee);
    await hangUpAndLeave(caller, callee);
    return { paths, ...times };
  });
}

// Until media flows both ways; gives the times to the first frame.
async function call([caller, callee]: People): Promise<{ callerMs: number; calleeMs: number }> {
  await caller.sees(callee);
  await caller.call(callee);
  await callee.isRungBy(caller);
  await armFirstFrame(caller, callee);
  await callee.accept();
  await talk(caller, callee);
  return acceptToFirstFrame(caller, callee);
}

// A call may begin on a worse path while the better one is still being checked. Chromium moves on to the best
// one; Firefox keeps the relay with which it connected first, so between the two there are several good ends.
async function settle(people: People, cell: Cell): Promise<Outcome['paths']> {
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
