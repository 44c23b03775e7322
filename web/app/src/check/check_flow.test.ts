import { expect, it } from 'vitest';

import { FakeAddress } from '../testing/fake_address.ts';
import { CheckFlow } from './check_flow.ts';

it('is shown where the address leads to it, with the code that it brings', () => {
  const address = new FakeAddress('/check#v1.abc');
  const flow = new CheckFlow(address);
  expect(flow.shown).toBeNull();
  expect(flow.look()).toBe(true);
  expect(flow.shown).toEqual({ code: 'v1.abc', startsAtOnce: false });
  address.push('/');
  expect(flow.look()).toBe(false);
  expect(flow.shown).toBeNull();
});

it('is a step that the back button undoes, and begins at once where one asked for it', () => {
  const address = new FakeAddress();
  const flow = new CheckFlow(address);
  flow.open();
  expect(address.shown).toBe('/check');
  expect(flow.shown).toEqual({ code: null, startsAtOnce: true });
  address.go(-1);
  expect(flow.look()).toBe(false);
});
