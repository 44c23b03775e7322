import { beforeEach, expect, it, vi } from 'vitest';

import { FakeClient, person } from '../testing/fake_client.ts';
import { BlockedPeople } from './blocked_people.ts';

const MALLORY = { user: 'mallory', name: 'Mallory' };

let client: FakeClient;
let blocked: BlockedPeople;

beforeEach(() => {
  client = new FakeClient();
  client.welcome(person('Ben'));
  blocked = new BlockedPeople(client);
});

it('knows the name of somebody who has left since', async () => {
  await blocked.block(MALLORY);
  expect(blocked.has('mallory')).toBe(true);
  expect(blocked.list).toEqual([MALLORY]);
  await blocked.unblock('mallory');
  expect(blocked.list).toEqual([]);
});

it('calls those who are online by the name they have now', async () => {
  await blocked.block(MALLORY);
  client.show({ ...person('Innocent'), user: 'mallory' });
  expect(blocked.list).toEqual([{ user: 'mallory', name: 'Innocent' }]);
});

it('hears of what another device blocked', () => {
  const listener = vi.fn();
  blocked.subscribe(listener);
  client.toldBlocked('eve');
  expect(listener).toHaveBeenCalledTimes(1);
  expect(blocked.list).toEqual([{ user: 'eve', name: null }]);
});

it('says so where the server did not take it', async () => {
  vi.spyOn(client, 'block').mockRejectedValueOnce(new Error('x'));
  await blocked.block(MALLORY);
  expect(blocked.failed).toBe(true);
  expect(blocked.list).toEqual([]);
  await blocked.block(MALLORY);
  expect(blocked.failed).toBe(false);
});
