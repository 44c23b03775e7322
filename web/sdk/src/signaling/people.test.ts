import { expect, test } from 'vitest';
import { People } from './people.ts';
import type { Presence } from '../base/protocol.ts';
import { Roster } from '../call/roster.ts';

function presence(here: Presence['here']): Presence {
  return { type: 'presence', here, gone: [], people_total: here.length + 1 };
}

test('who looks like somebody else is marked until the server says otherwise', () => {
  const people = new People();
  people.apply(
    presence([
      { user: 'ana', name: 'Ana' },
      { user: 'mallory', name: 'Аna', confusable: true },
    ]),
    'self',
  );
  expect(people.list.map(({ user, confusable }) => [user, confusable])).toEqual(
    expect.arrayContaining([
      ['ana', false],
      ['mallory', true],
    ]),
  );
  people.apply(presence([{ user: 'mallory', name: 'Аna' }]), 'self');
  expect(people.list.find(({ user }) => user === 'mallory')?.confusable).toBe(false);
});

test('a participant of a call carries the mark, and tells when it changes', () => {
  const roster = new Roster(() => ({}) as MediaStream);
  const mallory = { participant: 'p', user: 'mallory', name: 'Ana', state: 'joined' } as const;
  roster.apply([{ ...mallory, confusable: true }], null);
  const seen = roster.get('p');
  expect(seen?.confusable).toBe(true);
  let changes = 0;
  seen?.on('change', () => (changes += 1));
  roster.apply([mallory], null);
  expect([seen?.confusable, changes]).toEqual([false, 1]);
});
