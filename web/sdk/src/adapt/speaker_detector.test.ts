import { beforeEach, expect, test } from 'vitest';
import { SPEAKER_HOLD_MS, VOICE_INTERVAL_MS } from '../base/limits.ts';
import { SpeakerDetector } from './speaker_detector.ts';

let detector: SpeakerDetector<string>;
let now: number;
let turns: (string | null)[];

beforeEach(() => {
  detector = new SpeakerDetector();
  now = 0;
  turns = [];
});

/** @param levels What each is heard with; several values take turns, as syllables and the gaps between them. */
function hear(ms: number, levels: Record<string, number | number[]>): void {
  for (const end = now + ms; now < end;) {
    now += VOICE_INTERVAL_MS;
    const step = now / VOICE_INTERVAL_MS;
    const heard = Object.entries(levels).map(([id, level]) => {
      const value = Array.isArray(level) ? (level[step % level.length] ?? 0) : level;
      return [id, value] as const;
    });
    const speaker = detector.observe(new Map(heard), now);
    if (speaker !== (turns.at(-1) ?? null)) turns.push(speaker);
  }
}

test('nobody speaks in a quiet room', () => {
  hear(5_000, { ben: 0.003, cy: 0.004 });
  expect(detector.speaker).toBeNull();
});

test('who speaks has the floor, through the gaps between words', () => {
  hear(10_000, { ben: [0.2, 0.1, 0, 0, 0.15, 0], cy: 0.002 });
  expect(turns).toEqual(['ben']);
});

test('a cough does not take it', () => {
  hear(3_000, { ben: [0.1, 0.05], cy: 0 });
  hear(200, { ben: 0, cy: 0.5 });
  hear(3_000, { ben: [0.1, 0.05], cy: 0 });
  expect(turns).toEqual(['ben']);
});

test('who answers takes it, and two who talk at once do not flicker', () => {
  hear(3_000, { ben: [0.1, 0.06], cy: 0 });
  hear(3_000, { ben: 0, cy: [0.1, 0.06] });
  hear(10_000, { ben: [0.1, 0.06, 0.08], cy: [0.07, 0.1] });
  expect(turns).toEqual(['ben', 'cy']);
});

test('who shouts over another takes it', () => {
  hear(3_000, { ben: [0.05, 0.04], cy: 0 });
  hear(2_000, { ben: [0.05, 0.04], cy: [0.3, 0.25] });
  expect(turns).toEqual(['ben', 'cy']);
});

test('silence gives it back after a while', () => {
  hear(2_000, { ben: 0.1 });
  hear(SPEAKER_HOLD_MS / 2, { ben: 0 });
  expect(detector.speaker).toBe('ben');
  hear(SPEAKER_HOLD_MS * 2, { ben: 0 });
  expect(detector.speaker).toBeNull();
});

test('who leaves has it no more', () => {
  hear(2_000, { ben: 0.1, cy: 0 });
  hear(VOICE_INTERVAL_MS, { cy: 0 });
  expect(detector.speaker).toBeNull();
});
