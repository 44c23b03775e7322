// The one sentence that a person reads first, and what to do.
import { checkWords as words } from '../strings/check.ts';
import { capacity, type Capacity, steadiness } from './enough_for.ts';
import { type Finding, isProblem, type Level, sayOfBoth, udpWorks } from './findings.ts';
import { type Access, type Observations, reachesRelay, wayOf } from './observations.ts';

export interface Verdict {
  readonly level: Exclude<Level, 'waiting'>;
  readonly sentence: string;
  /** What the connection is enough for; null where it was not measured. */
  readonly enoughFor: string | null;
  /** What is wrong, the worst first, and what to do about it. */
  readonly problems: readonly Finding[];
}

const RANK: Readonly<Record<Level, number>> = { bad: 0, warn: 1, unknown: 2, waiting: 3, good: 4 };
const OF_THE_LINE: ReadonlySet<Finding['id']> = new Set(['bandwidth', 'steadiness']);
/** Where several things are wrong, what lies below explains what lies above. */
const PROBLEMS_MAX = 3;

export function verdict(seen: Observations, found: readonly Finding[]): Verdict {
  const unknown = whyUnknown(seen);
  const wrong = oneForBothDevices(
    seen,
    found.filter(
      ({ id, level }) =>
        level === 'bad' || level === 'warn' || (unknown !== null && id === 'relay'),
    ),
  );
  const problems = wrong
    .filter(({ id }) => id !== 'udp' || !relayTellsOfUdp(seen))
    .sort((one, other) => RANK[one.level] - RANK[other.level])
    .slice(0, PROBLEMS_MAX);
  // What the connection carries is of no use to anybody whose calls fail for another reason.
  const barred = wrong.some(({ id, level }) => level === 'bad' && !OF_THE_LINE.has(id));
  const measured = !barred && seen.load !== null && seen.load.bitrate > 0 ? seen.load : null;
  const enough = measured && capacity(measured);
  const unfit = enough !== null && enough.voice < 2;
  const known = problems.length > 0 ? 'warn' : 'good';
  const level =
    unfit || problems[0]?.level === 'bad' ? 'bad' : unknown === null ? known : 'unknown';
  return {
    level,
    sentence: (level === 'unknown' ? unknown : null) ?? sentenceOf(level, seen),
    enoughFor: enough && enoughInWords(enough, seen),
    problems,
  };
}

/** What is wrong with camera and microphone alike is told once. */
function oneForBothDevices(
  { devices: { camera, microphone } }: Observations,
  wrong: readonly Finding[],
): readonly Finding[] {
  if (camera !== microphone || !isProblem(camera)) return wrong;
  return wrong.flatMap((finding) => {
    if (finding.id === 'camera') return [];
    return finding.id === 'microphone' ? { ...finding, ...sayOfBoth(camera) } : finding;
  });
}

/** Refused for a reason that says nothing about the network of whoever checks. */
const REFUSED: ReadonlySet<Access | null> = new Set<Access>([
  'code_invalid',
  'code_expired',
  'code_used_up',
  'rate_limited',
]);

/** Why nobody can say whether calls work; null where one can. */
function whyUnknown(seen: Observations): string | null {
  if (reachesRelay(seen) !== null || seen.access === 'unreachable') return null;
  if (udpWorks(seen) !== true) return words.verdict.noWay;
  return REFUSED.has(seen.access) ? words.verdict.relayUntried : null;
}

/** Where the relay answers another way, its finding tells of UDP, and what to do about it. */
const relayTellsOfUdp = (seen: Observations): boolean =>
  reachesRelay(seen) === true && wayOf(seen, 'udp')?.state === 'fails';

function sentenceOf(level: Verdict['level'], seen: Observations): string {
  const { verdict: text } = words;
  if (level === 'warn' || level === 'bad') return text[level];
  return seen.load === null ? text.goodAsFarAsTried : text.good;
}

function enoughInWords({ video, voice }: Capacity, seen: Observations): string {
  const text = words.enough;
  // Where a voice does not arrive evenly, a picture does not either.
  const uneven = seen.voice !== null && steadiness(seen.voice) === 'poor';
  if (voice < 2) return text.nothing;
  if (video < 2 || uneven) return text.voice(voice);
  return video >= 6 ? text.all : text.video(video);
}
