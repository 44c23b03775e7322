import { expect, it, vi } from 'vitest';

import { Memory } from '../navigation/memory.ts';
import { MemoryStorage } from '../testing/memory_storage.ts';
import { Preferences } from './preferences.ts';

const KEY = 'visavis.app.preferences';

it('are there after a reload', () => {
  const storage = new MemoryStorage();
  new Preferences(new Memory(storage, null)).set({ dataSaver: true, shortcuts: false });
  const { values } = new Preferences(new Memory(storage, null));
  expect(values).toMatchObject({ dataSaver: true, shortcuts: false, pushToTalk: true });
});

it.each(['', 'null', '[', '7', '"text"', '{"dataSaver":"yes","shortcuts":null}', 'x'.repeat(9000)])(
  'are the usual ones where the storage holds %j',
  (text) => {
    const storage = new MemoryStorage();
    storage.setItem(KEY, text);
    expect(new Preferences(new Memory(storage, null)).values).toEqual(new Preferences().values);
  },
);

it('keep nothing that is not theirs', () => {
  const storage = new MemoryStorage();
  storage.setItem(KEY, '{"dataSaver":true,"evil":{"__proto__":1}}');
  const preferences = new Preferences(new Memory(storage, null));
  preferences.set({ mutedHint: false });
  expect(storage.getItem(KEY)).not.toContain('evil');
  expect(storage.getItem(KEY)).toContain('"dataSaver":true');
});

it('tell of a change, and go on without a storage', () => {
  const preferences = new Preferences();
  const changed = vi.fn();
  preferences.subscribe(changed);
  preferences.set({ dataSaver: true });
  expect(preferences.values.dataSaver).toBe(true);
  expect(changed).toHaveBeenCalledTimes(1);
});
