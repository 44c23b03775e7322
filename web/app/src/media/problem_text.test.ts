import { expect, it } from 'vitest';

import { strings } from '../strings/strings.ts';
import { problemTexts } from './problem_text.ts';

it('tells the same trouble with both devices once', () => {
  expect(
    problemTexts([
      { kind: 'microphone', reason: 'denied', message: '' },
      { kind: 'camera', reason: 'denied', message: '' },
    ]),
  ).toEqual([`Camera and microphone: ${strings.media.reason.denied}`]);
});

it('tells different troubles apart', () => {
  expect(
    problemTexts([
      { kind: 'microphone', reason: 'no_device', message: '' },
      { kind: 'camera', reason: 'in_use', message: '' },
    ]),
  ).toEqual([
    `Microphone: ${strings.media.reason.no_device}`,
    `Camera: ${strings.media.reason.in_use}`,
  ]);
  expect(problemTexts([])).toEqual([]);
});
