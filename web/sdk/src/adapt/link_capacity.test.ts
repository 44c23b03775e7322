import { beforeEach, describe, expect, test } from 'vitest';
import { LinkCapacity, type UplinkSample } from './link_capacity.ts';
import * as limits from './uplink_limits.ts';

const ALLOWED = 2_000_000;
let capacity: LinkCapacity;
let now: number;

beforeEach(() => {
  now = 0;
  capacity = new LinkCapacity(now);
});

function observe(sample: Partial<UplinkSample>, times = 1): number {
  for (let i = 0; i < times; i += 1) {
    now += 500;
    const whole = { available: null, sent: ALLOWED, loss: 0, roundTrip: 0.05, ...sample };
    capacity.observe(whole, ALLOWED, now);
  }
  return capacity.limit;
}

const settle = (): void => void observe({ available: 300_000, sent: 300_000 }, 7);

describe('with an estimate', () => {
  test('that still climbs after the start nothing is known', () => {
    settle();
    expect(capacity.limit).toBe(Infinity);
  });

  test('that binds, the link follows: down fast, up slowly', () => {
    settle();
    expect(observe({ available: 500_000, sent: 480_000 })).toBe(1_250_000);
    expect(observe({ available: 500_000, sent: 480_000 }, 6)).toBeLessThan(520_000);
    const before = capacity.limit;
    const after = observe({ available: 1_500_000, sent: 1_400_000 });
    expect(after - before).toBeCloseTo((1_500_000 - before) * limits.ESTIMATE_RISE);
  });

  test('of a link that is hardly used nothing is known', () => {
    settle();
    expect(observe({ available: 400_000, sent: 50_000 }, 20)).toBe(Infinity);
  });

  test('that does not bind any more, the limit grows until it is none', () => {
    settle();
    observe({ available: 500_000, sent: 500_000 }, 20);
    const before = capacity.limit;
    expect(observe({ available: 400_000, sent: 100_000 })).toBeCloseTo(
      before * limits.LIMIT_GROWTH,
    );
    expect(observe({ available: 800_000, sent: 100_000 })).toBeCloseTo(
      before * limits.LIMIT_GROWTH * limits.LIMIT_GROWTH_KNOWN,
    );
    expect(observe({ available: 5_000_000, sent: 100_000 }, 120)).toBe(Infinity);
  });

  test('of nothing at all, audio is still tried', () => {
    settle();
    expect(observe({ available: 0, sent: 0 }, 100)).toBe(limits.LINK_LIMIT_MIN);
  });
});

describe('without an estimate', () => {
  beforeEach(() => {
    observe({}, 8);
  });

  test('loss cuts what was sent, once a second', () => {
    expect(observe({ sent: 1_000_000, loss: 0.4 })).toBe(800_000);
    expect(observe({ sent: 1_000_000, loss: 0.4 })).toBe(800_000);
    expect(observe({ sent: 700_000, loss: 0.2 })).toBe(630_000);
  });

  test('delay beyond the least that was seen cuts, too', () => {
    const slow = { sent: 1_000_000, roundTrip: 0.05 + limits.DELAY_CONGESTED_S * 1.1 };
    expect(observe(slow)).toBe(1_000_000 * limits.DELAY_CUT);
  });

  test('a long way that was always long is no congestion', () => {
    capacity = new LinkCapacity(now);
    expect(observe({ roundTrip: 0.6 }, 20)).toBe(Infinity);
  });

  test('a little loss holds, none grows', () => {
    const cut = observe({ sent: 1_000_000, loss: 0.4 });
    expect(observe({ loss: 0.05 }, 10)).toBe(cut);
    expect(observe({ loss: 0 })).toBeCloseTo(cut * limits.LIMIT_GROWTH);
    expect(observe({ loss: null, roundTrip: null })).toBeCloseTo(cut * limits.LIMIT_GROWTH ** 2);
  });
});
