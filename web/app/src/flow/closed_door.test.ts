import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { VisavisError } from '@visavis/client';

import { endScreen } from '../testing/ended.ts';
import { Page } from '../testing/room_page.ts';
import { LOOK_INTERVAL_MS } from './room_entry.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a door that does not open', () => {
  const turnedAway = async (error: VisavisError): Promise<Page> => {
    const page = new Page('/r/blue-lamp');
    await page.enter();
    page.call.fail(error);
    expect(page.screen).toBe('preview');
    return page;
  };

  it.each([
    ['room_removed', 'You were removed from this room.'],
    ['room_locked', 'This room is locked'],
    ['room_elsewhere', 'You are waiting on another device.'],
    ['room_limit', 'There is no place for another room'],
  ] as const)('says so: %s', async (code, title) => {
    const page = await turnedAway(new VisavisError(code, 'x'));
    expect(page.problem?.title).toBe(title);
  });

  it('tells a full room from a person who is inside twice', async () => {
    const twice = 'You are in this room on 2 devices already. Leave it on one of them first.';
    const page = await turnedAway(new VisavisError('call_full', twice));
    expect(page.problem?.title).toBe('You are inside on two devices already');
    page.app.rooms.entry?.fail(new VisavisError('call_full', 'This room is full.'));
    expect(page.problem?.title).toBe('This room is full');
  });

  it('counts down until one may knock again', async () => {
    const page = await turnedAway(
      new VisavisError('rate_limited', 'You were not let in. Try again in 10 seconds.', {
        retryAfterMs: 10_000,
      }),
    );
    const entry = page.app.rooms.entry!;
    expect(page.problem).toEqual({ title: 'Wait a moment', detail: 'You were not let in.' });
    expect(entry.pauseSeconds).toBe(10);
    await page.app.rooms.enter('Ana', null);
    expect(page.client.started).toHaveLength(1);
    vi.advanceTimersByTime(10_000);
    expect(entry.pauseSeconds).toBe(0);
    await page.app.rooms.enter('Ana', null);
    expect(page.client.started).toHaveLength(2);
  });

  it('shows from outside that the room is locked', async () => {
    const page = new Page('/r/blue-lamp');
    page.surroundings.inside(['Ben'], { locked: true });
    await vi.advanceTimersByTimeAsync(LOOK_INTERVAL_MS);
    expect(page.app.rooms.entry?.locked).toBe(true);
  });

  it('closes behind whoever is removed', async () => {
    const page = new Page('/r/blue-lamp');
    await page.enter();
    page.call.become('connected');
    page.call.end('removed');
    expect(endScreen(page.app)).toMatchObject({ title: 'You were removed from this room.' });
  });

  it('is where one comes back to when the rules have changed', async () => {
    const page = new Page('/r/blue-lamp');
    await page.enter();
    page.call.become('connected');
    page.call.become('waiting');
    expect(page.app.screen).toEqual({ name: 'waiting', again: true });
    page.call.end('room_rules');
    expect(page.screen).toBe('preview');
    expect(page.problem?.detail).toBe('Ask to come in again.');
  });
});
