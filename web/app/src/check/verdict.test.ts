import { expect, it } from 'vitest';

import { checkWords as words } from '../strings/check.ts';
import { FIREFOX, LOAD, NO_UDP, SIGNALING, UDP, VOICE } from '../testing/fake_check_tools.ts';
import { findings } from './findings.ts';
import type { Observations } from './observations.ts';
import { verdict, type Verdict } from './verdict.ts';

const way = { roundTripMs: 30, failure: null };
const ALL: Observations = {
  browser: FIREFOX,
  devices: {
    camera: 'works',
    microphone: 'works',
    voicePeak: null,
    heardVoice: null,
    heardSound: null,
  },
  access: 'relay',
  signaling: SIGNALING,
  udp: UDP,
  ways: [{ transport: 'udp', state: 'works', ...way }],
  over: 'udp',
  voice: VOICE,
  load: LOAD,
  download: null,
  wasHidden: false,
};
const load = (bitrate: number): Partial<Observations> => ({
  load: { bitrate, capped: false, bytesSent: 1 },
});
const judge = (seen: Partial<Observations>): Verdict => {
  const all = { ...ALL, ...seen };
  return verdict(all, findings(all, true));
};

const { enough } = words;
it.each([
  ['everything', {}, 'good', words.verdict.good, enough.all],
  [
    'what can be tried without a code',
    { access: 'no_code', ways: [], over: null, voice: null, load: null },
    'good',
    words.verdict.goodAsFarAsTried,
    null,
  ],
  [
    'a thin line',
    load(800_000),
    'warn',
    words.verdict.warn,
    'Enough for two people with video, not for three.',
  ],
  [
    'a thinner line',
    load(200_000),
    'warn',
    words.verdict.warn,
    'Enough for three people who talk, not for video.',
  ],
  ['next to nothing', load(40_000), 'bad', words.verdict.bad, enough.nothing],
  [
    'a line on which much is lost',
    { voice: { ...VOICE, loss: 0.2 } },
    'bad',
    words.verdict.bad,
    enough.voice(6),
  ],
  ['no WebSocket', { signaling: { ...SIGNALING, openedMs: null } }, 'bad', words.verdict.bad, null],
] satisfies [string, Partial<Observations>, Verdict['level'], string, string | null][])(
  'of %s',
  (_, seen, level, sentence, enoughFor) => {
    expect(judge(seen)).toMatchObject({ level, sentence, enoughFor });
  },
);

const UNTRIED = { ways: [], over: null, voice: null, load: null } as const;
it.each([
  ['code_invalid', words.relay.codeInvalid],
  ['code_expired', words.relay.codeExpired],
  ['code_used_up', words.relay.codeUsedUp],
  ['rate_limited', words.relay.limited],
] as const)('says the same of every check without the relay (%s)', (access, why) => {
  const { level, sentence, problems } = judge({ ...UNTRIED, access });
  expect({ level, sentence }).toEqual({ level: 'unknown', sentence: words.verdict.relayUntried });
  expect(problems.map((problem) => problem.sentence)).toEqual([why]);
});

it('does not call it a limit where no way for a call was found', () => {
  const { level, sentence, problems } = judge({ ...UNTRIED, access: 'no_code', udp: NO_UDP });
  expect({ level, sentence }).toEqual({ level: 'unknown', sentence: words.verdict.noWay });
  expect(problems.map(({ advice }) => advice)).toContain(words.relay.noCodeAdvice);
});

it('tells once that UDP is closed', () => {
  const closed = { transport: 'udp', state: 'fails', roundTripMs: null } as const;
  const { problems } = judge({
    udp: NO_UDP,
    ways: [
      { ...closed, failure: { problem: 'no_answer', errorCode: 701 } },
      { transport: 'tcp', state: 'works', ...way },
    ],
  });
  expect(problems.map(({ id }) => id)).toEqual(['relay']);
});

it('names the worst first, and no more than one can read', () => {
  const { problems } = judge({
    devices: { ...ALL.devices, camera: 'denied', microphone: 'denied', heardSound: false },
    signaling: { ...SIGNALING, openedMs: null },
    udp: NO_UDP,
  });
  expect(problems.map(({ id }) => id)).toEqual(['server', 'microphone', 'speaker']);
});

it('tells once what is wrong with camera and microphone alike', () => {
  const devices = { ...ALL.devices, camera: 'denied', microphone: 'denied' } as const;
  const { problems } = judge({ devices });
  expect(problems.map(({ sentence }) => sentence)).toEqual([
    'Camera and microphone: not allowed for this page.',
  ]);
  const apart = judge({ devices: { ...devices, camera: 'in_use' } });
  expect(apart.problems.map(({ id }) => id)).toEqual(['camera', 'microphone']);
});

it('has nothing to name where nothing is wrong', () => {
  expect(judge({}).problems).toEqual([]);
});
