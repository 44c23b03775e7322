import { expect, it } from 'vitest';

import { FIREFOX, LOAD, SIGNALING, UDP, VOICE } from '../testing/fake_check_tools.ts';
import { findings } from './findings.ts';
import type { Observations } from './observations.ts';
import { reportText } from './report.ts';
import { verdict } from './verdict.ts';

const SEEN: Observations = {
  browser: FIREFOX,
  devices: {
    camera: 'no_device',
    microphone: 'works',
    voicePeak: 0.42,
    heardVoice: true,
    heardSound: null,
  },
  access: 'relay',
  signaling: SIGNALING,
  udp: {
    ...UDP,
    mappings: [
      ...UDP.mappings,
      { address: '2001:db8::7', port: 50_001, base: { address: 'fd00::5', port: 50_001 } },
    ],
  },
  ways: [
    {
      transport: 'udp',
      state: 'fails',
      roundTripMs: null,
      failure: { problem: 'no_answer', errorCode: 701 },
    },
    { transport: 'tcp', state: 'works', roundTripMs: 34.4, failure: null },
  ],
  over: 'tcp',
  voice: VOICE,
  load: { ...LOAD, bitrate: 900_000, capped: false },
  download: null,
  wasHidden: false,
};

const report = (): string => {
  const found = findings(SEEN, true);
  return reportText(SEEN, found, verdict(SEEN, found), new Date('2026-12-01T10:20:30Z'));
};

it('tells all that was found, as lines of text', () => {
  const lines = report().split('\n');
  expect(lines.slice(0, 3)).toEqual([
    'Vis-à-vis · Check my connection · 2026-12-01 10:20 UTC · Firefox 153 on Linux',
    'Calls work, with limits. Enough for two people with video, not for three.',
    '',
  ]);
  expect(lines).toContain('[!] Camera: A camera was not found.');
  expect(lines).toContain('[ok] Microphone: Your microphone works: you heard yourself.');
  expect(lines).toContain('    Over UDP: no answer (error 701)');
  expect(lines).toContain('    Over TCP: 34 ms');
  expect(lines.at(-1)).toBe('');
});

it('has nobody’s address in it', () => {
  expect(
    findings(SEEN, true)
      .flatMap(({ details }) => details)
      .map(({ value }) => value),
  ).toContain('203.0.113.7:50000');
  expect(report()).not.toMatch(/\d+\.\d+\.\d+\.\d+|2001:|fd00:|192\.168|example/);
});
