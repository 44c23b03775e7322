// From what was observed to sentences, one finding for each thing that a call needs.
import { lookupFailed, type MediaProblemReason, natKind, udpReach } from '@visavis/client';

import { checkWords as words } from '../strings/check.ts';
import { directions, type Rate } from './directions.ts';
import { steadiness } from './enough_for.ts';
import { type DeviceState, type Observations, reachesRelay, wayOf } from './observations.ts';

const { ms } = words.steadiness;

/** `waiting`: it is still being found out. */
export type Level = 'good' | 'warn' | 'bad' | 'unknown' | 'waiting';

export interface Detail {
  readonly label: string;
  readonly value: string;
  /** Shown to the person, and left out of the report. */
  readonly isAddress?: true;
}

export interface Finding {
  readonly id: keyof typeof words.subjects;
  readonly level: Level;
  readonly sentence: string;
  /** What to do about it; null where there is nothing to do. */
  readonly advice: string | null;
  readonly details: readonly Detail[];
}

/** In the order in which one reads them. @param done Nothing more will be found out. */
export function findings(seen: Observations, done: boolean): readonly Finding[] {
  const network = [
    server(seen),
    relay(seen),
    udp(seen),
    bandwidth(seen, done),
    steady(seen, done),
  ].map((finding): Finding =>
    finding.level === 'waiting' && done ? { ...finding, level: 'unknown' } : finding,
  );
  return [camera(seen), microphone(seen), speaker(seen), browser(seen), ...network];
}

type Said = Omit<Finding, 'id' | 'details'>;

const say = (level: Level, sentence: string, advice: string | null = null): Said => ({
  level,
  sentence,
  advice,
});

export const isProblem = (state: DeviceState): state is MediaProblemReason =>
  state !== 'starting' && state !== 'works' && state !== 'off';

/** Camera and microphone have the same problem. */
export function sayOfBoth(state: MediaProblemReason): Pick<Finding, 'sentence' | 'advice'> {
  const { both, advice } = words.device;
  return { sentence: both.problem(state), advice: both.harm + advice[state] };
}

function camera({ devices }: Observations): Finding {
  const { camera: state } = devices;
  const text = words.device.camera;
  const said = isProblem(state)
    ? say('warn', text.problem(state), text.harm + words.device.advice[state])
    : state === 'starting'
      ? say('waiting', words.device.starting)
      : say('good', text[state]);
  return { id: 'camera', ...said, details: [] };
}

function microphone({ devices }: Observations): Finding {
  const { voicePeak } = devices;
  const details =
    voicePeak === null
      ? []
      : [{ label: words.device.peak, value: `${Math.round(voicePeak * 100)} %` }];
  return { id: 'microphone', ...sayOfMicrophone(devices), details };
}

/** Below this, a recording of somebody who talks is no voice. */
const SILENT_BELOW = 0.05;

function sayOfMicrophone({
  microphone: state,
  voicePeak,
  heardVoice,
}: Observations['devices']): Said {
  const text = words.device.microphone;
  if (isProblem(state))
    return say('warn', text.problem(state), text.harm + words.device.advice[state]);
  if (state === 'starting') return say('waiting', words.device.starting);
  if (heardVoice !== true && voicePeak !== null && voicePeak < SILENT_BELOW)
    return say('warn', text.silent, text.silentAdvice);
  if (heardVoice === null) return say('good', voicePeak === null ? text.works : text.loud);
  return heardVoice ? say('good', text.heard) : say('warn', text.notHeard, text.notHeardAdvice);
}

function speaker({ devices }: Observations): Finding {
  const text = words.device.speaker;
  const heard = devices.heardSound ?? (devices.heardVoice === true ? true : null);
  const said =
    heard === null
      ? say('unknown', text.untried)
      : heard
        ? say('good', text.works)
        : say('warn', text.silent, text.silentAdvice);
  return { id: 'speaker', ...said, details: [] };
}

function browser({ browser: facts }: Observations): Finding {
  const text = words.browser;
  const name = facts.name === '' ? text.unnamed : facts.name;
  const yes = (is: boolean): string => (is ? words.devices.yes : words.devices.no);
  const said = !facts.calls
    ? say('bad', text.noCalls, text.noCallsAdvice)
    : !facts.secure
      ? say('bad', text.insecure, text.insecureAdvice)
      : say('good', facts.tried ? text.good(name) : text.untried(name));
  return {
    id: 'browser',
    ...said,
    details: [
      { label: text.label, value: name },
      { label: text.choosesSpeaker, value: yes(facts.choosesSpeaker) },
      { label: text.sharesScreen, value: yes(facts.sharesScreen) },
    ],
  };
}

const SLOW_MS = 1_000;

function server(seen: Observations): Finding {
  const { openedMs = null, roundTripsMs = [] } = seen.signaling ?? {};
  const details: Detail[] = [];
  if (openedMs !== null) details.push({ label: words.server.opened, value: ms(openedMs) });
  if (roundTripsMs.length > 0)
    details.push({ label: words.server.roundTrip, value: roundTripsMs.map(ms).join(', ') });
  return { id: 'server', ...sayOfServer(seen), details };
}

function sayOfServer({ signaling, access }: Observations): Said {
  const text = words.server;
  if (signaling === null || access === null) return say('waiting', words.running);
  if (signaling.openedMs === null) {
    return access === 'unreachable'
      ? say('bad', text.unreachable, text.unreachableAdvice)
      : say('bad', text.noSocket, text.noSocketAdvice);
  }
  if (signaling.brokenAfterMs !== null)
    return say('bad', text.broken(signaling.brokenAfterMs), text.brokenAdvice);
  if (signaling.roundTripsMs.length === 0) return say('bad', text.silent, text.silentAdvice);
  const quickest = Math.min(...signaling.roundTripsMs);
  return quickest < SLOW_MS
    ? say('good', text.good(quickest))
    : say('warn', text.slow(quickest), text.slowAdvice);
}

function relay(seen: Observations): Finding {
  const text = words.relay;
  const details = seen.ways.map(({ transport, state, roundTripMs, failure }): Detail => {
    const { errorCode = null } = failure ?? {};
    const code = errorCode === null ? '' : text.code(errorCode);
    const failed = (): string => text.fails[failure?.problem ?? 'no_answer'] + code;
    const value =
      state === 'works' ? text.works(roundTripMs) : state === 'trying' ? text.trying : failed();
    return { label: text.way(transport), value };
  });
  return { id: 'relay', ...sayOfRelay(seen), details };
}

function sayOfRelay(seen: Observations): Said {
  const text = words.relay;
  switch (seen.access) {
    case null:
      return say('waiting', words.running);
    case 'no_code':
      return say('unknown', text.noCode, text.noCodeAdvice);
    case 'code_invalid':
      return say('unknown', text.codeInvalid, text.codeAdvice);
    case 'code_expired':
      return say('unknown', text.codeExpired, text.codeAdvice);
    case 'code_used_up':
      return say('unknown', text.codeUsedUp, text.codeAdvice);
    case 'no_relay':
      return say('warn', text.noRelay);
    case 'rate_limited':
      return say('unknown', text.limited, text.limitedAdvice);
    case 'unavailable':
      return say('unknown', text.unavailable);
    case 'unreachable':
      return say('unknown', text.unreachable);
    case 'relay':
      return sayOfWays(seen);
  }
}

function sayOfWays(seen: Observations): Said {
  const text = words.relay;
  const reached = reachesRelay(seen);
  if (seen.ways.some(({ state }) => state === 'trying')) return say('waiting', text.trying);
  if (reached === null) return say('warn', text.noRelay);
  if (!reached) {
    if (seen.ways.some(({ failure }) => failure?.problem === 'refused'))
      return say('warn', text.refused, text.refusedAdvice);
    return udpWorks(seen) === true
      ? say('warn', text.noneButUdp, text.noneAdvice)
      : say('bad', text.none, text.noneAdvice);
  }
  if (wayOf(seen, 'udp')?.state === 'fails')
    return say('warn', text.goodButUdp, text.goodButUdpAdvice);
  const working = seen.ways.filter(({ state }) => state === 'works');
  return say('good', text.good(text.over([...new Set(working.map(({ transport }) => transport))])));
}

/** By whatever has shown it; null: not known. */
export function udpWorks(seen: Observations): boolean | null {
  if (wayOf(seen, 'udp')?.state === 'works') return true;
  const reach = seen.udp === null ? 'unknown' : udpReach(seen.udp);
  if (reach === 'works') return true;
  const failure = wayOf(seen, 'udp')?.failure;
  if (reach === 'blocked' || (failure && failure.problem !== 'no_name')) return false;
  return null;
}

function udp(seen: Observations): Finding {
  const text = words.udp;
  const details = (seen.udp?.mappings ?? []).map(({ address, port }): Detail => {
    const shown = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    return { label: text.mapped, value: shown, isAddress: true };
  });
  if (details.length > 0) details.push({ label: text.limits, value: text.limitsText });
  if (seen.udp?.errorText) details.push({ label: text.errorText, value: seen.udp.errorText });
  return { id: 'udp', ...sayOfUdp(seen), details };
}

function sayOfUdp(seen: Observations): Said {
  const text = words.udp;
  if (seen.udp === null) return say('waiting', words.running);
  const works = udpWorks(seen);
  if (works === null && lookupFailed(seen.udp)) return say('warn', text.noName, text.noNameAdvice);
  if (works === null) return say('unknown', text.unknown);
  if (!works) return say('warn', text.blocked);
  const kind = natKind(seen.udp);
  return say(kind === 'other_port' ? 'warn' : 'good', text.works + text.nat[kind]);
}

function bandwidth(seen: Observations, done: boolean): Finding {
  const text = words.bandwidth;
  const details: Detail[] = [];
  if (seen.load !== null && seen.over !== null) {
    details.push({ label: text.over, value: words.relay.over([seen.over]) });
    const apart = directions(seen.load, seen.download);
    if (apart) {
      details.push({ label: text.up, value: rateText(apart.up) });
      details.push({ label: text.down, value: rateText(apart.down) });
    }
    details.push({ label: text.how, value: apart?.slower ? text.howApart : text.howText });
  }
  return { id: 'bandwidth', ...sayOfBandwidth(seen, done), details };
}

function rateText({ bitrate, orMore }: Rate): string {
  const rate = words.bandwidth.rate(bitrate);
  return orMore ? words.bandwidth.atLeast(rate) : rate;
}

/** Two people with video take as much. */
const MODEST_BITRATE = 1_000_000;

function sayOfBandwidth(seen: Observations, done: boolean): Said {
  const text = words.bandwidth;
  const { load, download } = seen;
  if (load === null) return notMeasured(seen, done);
  if (load.bitrate === 0) return say('bad', text.failed, text.advice);
  const apart = directions(load, download);
  const sentence = apart?.slower
    ? text.apart(rateText(apart.up), rateText(apart.down))
    : text.carries(rateText({ bitrate: load.bitrate, orMore: load.capped }));
  if (load.bitrate >= MODEST_BITRATE) return say('good', sentence);
  if (seen.wasHidden) return say('unknown', `${sentence} ${text.hidden}`, text.hiddenAdvice);
  return say('warn', sentence, text.advice);
}

function steady(seen: Observations, done: boolean): Finding {
  const text = words.steadiness;
  const { voice } = seen;
  if (voice === null) {
    return { id: 'steadiness', ...notMeasured(seen, done), details: [] };
  }
  const details: Detail[] = [{ label: text.loss, value: text.percent(voice.loss) }];
  if (voice.delayMs !== null) details.unshift({ label: text.delay, value: ms(voice.delayMs) });
  if (voice.jitterMs !== null) details.push({ label: text.jitter, value: ms(voice.jitterMs) });
  const kind = steadiness(voice);
  const level = ({ good: 'good', fair: 'warn', poor: 'bad' } as const)[kind];
  const advice = kind === 'good' ? null : text.advice;
  return { id: 'steadiness', level, sentence: text[kind], advice, details };
}

function notMeasured(seen: Observations, done: boolean): Said {
  const { measuring, notMeasured: not } = words.bandwidth;
  return !done && maybeMeasured(seen) ? say('waiting', measuring) : say('unknown', not);
}

/** Something may still be sent through the relay. */
function maybeMeasured(seen: Observations): boolean {
  return seen.access === null || (seen.access === 'relay' && reachesRelay(seen) !== false);
}
