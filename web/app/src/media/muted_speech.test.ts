import { expect, it } from 'vitest';

import {
  HINT_INTERVAL_MS,
  MEASURE_INTERVAL_MS,
  MutedSpeech,
  SPEECH_LEVEL,
  SPEECH_MEASUREMENTS,
} from './muted_speech.ts';

const LOUD = SPEECH_LEVEL + 0.1;
const QUIET = SPEECH_LEVEL - 0.1;

/** Feeds levels one interval apart; the times at which a hint came. */
function hints(levels: readonly number[], speech = new MutedSpeech(), startMs = 0): number[] {
  return levels.flatMap((level, index) => {
    const nowMs = startMs + index * MEASURE_INTERVAL_MS;
    return speech.onLevel(level, nowMs) ? [nowMs] : [];
  });
}

const of = (length: number, level: number): number[] => Array.from({ length }, () => level);

it('hints once somebody has spoken for a moment', () => {
  expect(hints(of(SPEECH_MEASUREMENTS, LOUD))).toEqual([
    (SPEECH_MEASUREMENTS - 1) * MEASURE_INTERVAL_MS,
  ]);
});

it('bears the short pauses of speech', () => {
  expect(hints([LOUD, LOUD, QUIET, LOUD, QUIET, LOUD, LOUD])).toHaveLength(1);
});

it('stays silent at a cough, a key and in silence', () => {
  expect(hints([...of(20, QUIET), LOUD, LOUD, ...of(20, QUIET), LOUD, ...of(20, QUIET)])).toEqual(
    [],
  );
});

it('hints at most once in its interval, however long somebody speaks', () => {
  const times = hints(of((3 * HINT_INTERVAL_MS) / MEASURE_INTERVAL_MS, LOUD));
  expect(times).toHaveLength(3);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(HINT_INTERVAL_MS);
});

it('forgets what was said before, but not when it hinted last', () => {
  const speech = new MutedSpeech();
  expect(hints(of(SPEECH_MEASUREMENTS - 1, LOUD), speech)).toEqual([]);
  speech.forget();
  expect(hints([LOUD], speech, 1000)).toEqual([]);
  expect(hints(of(SPEECH_MEASUREMENTS, LOUD), speech, 2000)).toHaveLength(1);
  speech.forget();
  expect(hints(of(SPEECH_MEASUREMENTS, LOUD), speech, 4000)).toEqual([]);
});
