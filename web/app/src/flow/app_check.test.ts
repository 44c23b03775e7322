import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { VisavisError } from '@visavis/client';

import { AppWorld } from '../testing/app_world.ts';
import { person } from '../testing/fake_client.ts';
import { FakeAddress } from '../testing/fake_address.ts';
import { flush } from '../testing/flush.ts';

let world: AppWorld;

beforeEach(() => {
  vi.useFakeTimers();
  world = new AppWorld();
});

afterEach(() => {
  vi.useRealTimers();
});

it('is what the address leads to, without joining', () => {
  world.forTab.setItem('visavis.app.joined', 'true');
  world.forTab.setItem('visavis.app.name', 'Ana');
  world.surroundings.address = new FakeAddress('/check#v1.abc');
  const page = world.newPage();
  page.start();
  expect(page.screen).toEqual({ name: 'check', code: 'v1.abc', startsAtOnce: false });
  expect(world.clients).toEqual([]);
  page.backToLobby();
  expect(page.screen.name).toBe('join');
  expect(world.surroundings.address.shown).toBe('/');
});

it('follows a call that failed, and leads back to the lobby', async () => {
  await world.join(person('Ben'));
  const call = world.callBen();
  call.error = new VisavisError('connection_failed', 'x');
  call.end('error');
  expect(world.app.screen.name).toBe('ended');
  world.app.openCheck();
  expect(world.app.screen).toEqual({ name: 'check', code: null, startsAtOnce: true });
  expect(world.app.client?.state).toBe('online');
  world.app.backToLobby();
  expect(world.app.screen.name).toBe('lobby');
});

it('is left by the back button, and by a call that is accepted', async () => {
  await world.join();
  world.app.openCheck();
  world.surroundings.address.go(-1);
  expect(world.app.screen.name).toBe('lobby');
  world.app.openCheck();
  const call = world.ring();
  await world.accept({ video: true });
  await flush();
  expect(world.app.screen.name).toBe('call');
  call.end('hangup');
  expect(world.app.screen.name).toBe('ended');
});

it('does not take the place of a call', async () => {
  await world.join(person('Ben'));
  world.callBen();
  world.app.openCheck();
  expect(world.app.screen.name).toBe('outgoing');
});
