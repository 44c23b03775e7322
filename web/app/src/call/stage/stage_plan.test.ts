import { describe, expect, it } from 'vitest';

import {
  cameraKey,
  cornerTowards,
  nearestCorner,
  type Placed,
  planStage,
  screenKey,
  SELF_KEY,
  type StageInput,
} from './stage_plan.ts';

const other = (id: string, sharing = false): { id: string; sharing: boolean } => ({ id, sharing });

const DESKTOP: StageInput = {
  size: { width: 1440, height: 900 },
  safe: { top: 0, right: 0, bottom: 0, left: 0 },
  others: [],
  pinned: null,
  speaker: null,
  layout: 'grid',
  swapped: false,
  corner: 'bottom-right',
};
const PHONE: StageInput = { ...DESKTOP, size: { width: 360, height: 740 } };

const places = (plan: readonly Placed[]): Record<string, string> =>
  Object.fromEntries(plan.map(({ key, place }) => [key, place]));

describe('the stage', () => {
  it('shows oneself while nobody else is there', () => {
    expect(places(planStage(DESKTOP))).toEqual({ [SELF_KEY]: 'full' });
  });

  it('gives the other of two the whole, and floats oneself above', () => {
    const plan = planStage({ ...DESKTOP, others: [other('ben')] });
    expect(places(plan)).toEqual({ [cameraKey('ben')]: 'full', [SELF_KEY]: 'float' });
    expect(plan[0]?.box).toEqual({ x: 0, y: 0, width: 1440, height: 900 });
  });

  it('swaps the two', () => {
    const plan = planStage({ ...DESKTOP, others: [other('ben')], swapped: true });
    expect(places(plan)).toEqual({ [SELF_KEY]: 'full', [cameraKey('ben')]: 'float' });
  });

  it('makes three and more equal, oneself among them', () => {
    const plan = planStage({ ...PHONE, others: [other('ben'), other('cleo')] });
    expect(Object.values(places(plan))).toEqual(['tile', 'tile', 'tile']);
  });

  it('puts a shared screen into the light and everybody beside it', () => {
    const plan = planStage({ ...DESKTOP, others: [other('ben', true)] });
    expect(places(plan)).toEqual({
      [screenKey('ben')]: 'main',
      [cameraKey('ben')]: 'strip',
      [SELF_KEY]: 'strip',
    });
  });

  it('pins before all else, and forgets a pin of somebody who is gone', () => {
    const input = { ...DESKTOP, others: [other('ben', true), other('cleo')] };
    const plan = planStage({ ...input, pinned: cameraKey('cleo') });
    expect(places(plan)).toMatchObject({
      [cameraKey('cleo')]: 'main',
      [screenKey('ben')]: 'strip',
    });
    const without = planStage({ ...input, pinned: cameraKey('dan') });
    expect(places(without)[screenKey('ben')]).toBe('main');
  });

  it('follows who speaks in the speaker layout, the first one until somebody does', () => {
    const input = { ...DESKTOP, others: [other('ben'), other('cleo')], layout: 'speaker' as const };
    expect(places(planStage(input))[cameraKey('ben')]).toBe('main');
    expect(places(planStage({ ...input, speaker: 'cleo' }))[cameraKey('cleo')]).toBe('main');
  });

  it('draws nothing before it has a size', () => {
    expect(planStage({ ...DESKTOP, size: { width: 0, height: 0 } })).toEqual([]);
  });
});

describe('the small picture', () => {
  const small = (input: StageInput): Placed | undefined =>
    planStage({ ...input, others: [other('ben')] }).find(({ place }) => place === 'float');

  it.each(['top-left', 'top-right', 'bottom-left', 'bottom-right'] as const)(
    'fits: %s',
    (corner) => {
      for (const input of [DESKTOP, PHONE]) {
        const box = small({ ...input, corner })!.box;
        expect(box.x).toBeGreaterThanOrEqual(0);
        expect(box.x + box.width).toBeLessThanOrEqual(input.size.width);
        expect(box.y + box.height).toBeLessThanOrEqual(input.size.height);
        const centre = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
        expect(nearestCorner(centre, input.size)).toBe(corner);
      }
    },
  );

  it('stays above the controls of a phone, notch included', () => {
    const input = { ...PHONE, safe: { ...PHONE.safe, bottom: 34 } };
    const box = small(input)!.box;
    expect(box.y + box.height).toBeLessThanOrEqual(740 - 34 - 104);
  });

  it('moves by arrow keys', () => {
    expect(cornerTowards('bottom-right', 'ArrowUp')).toBe('top-right');
    expect(cornerTowards('bottom-right', 'ArrowLeft')).toBe('bottom-left');
    expect(cornerTowards('bottom-right', 'ArrowRight')).toBe('bottom-right');
    expect(cornerTowards('bottom-right', 'Enter')).toBe('bottom-right');
  });
});
