import { expect, it } from 'vitest';

import { FakeClient } from '../testing/fake_client.ts';
import { followDataSaver } from './data_saver.ts';
import { Preferences } from './preferences.ts';

it('saves data from the start where that is preferred, and follows a change', () => {
  const preferences = new Preferences();
  preferences.set({ dataSaver: true });
  const client = new FakeClient();
  followDataSaver(client, preferences);
  expect(client.dataSaver).toBe(true);
  preferences.set({ dataSaver: false });
  expect(client.dataSaver).toBe(false);
});

it('leaves a closed client alone', () => {
  const preferences = new Preferences();
  const client = new FakeClient();
  followDataSaver(client, preferences);
  client.close();
  preferences.set({ dataSaver: true });
  expect(client.dataSaver).toBe(false);
});
