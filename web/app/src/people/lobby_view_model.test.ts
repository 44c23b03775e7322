import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { strings } from '../strings/strings.ts';
import { FakeClient, person } from '../testing/fake_client.ts';
import { FakeMedia } from '../testing/fake_media.ts';
import { flush } from '../testing/flush.ts';
import { LobbyViewModel, SEARCH_DELAY_MS } from './lobby_view_model.ts';

let client: FakeClient;
let media: FakeMedia;
let lobby: LobbyViewModel;

const names = (): string[] => lobby.entries.map((entry) => entry.person.name);
const obstacles = (): (string | null)[] => lobby.entries.map((entry) => entry.obstacle);

beforeEach(() => {
  vi.useFakeTimers();
  client = new FakeClient();
  media = new FakeMedia();
  media.arrive();
  client.welcome();
  lobby = new LobbyViewModel(client, media);
});

afterEach(() => {
  lobby.dispose();
  vi.useRealTimers();
});

describe('the list', () => {
  it('follows people as they come and go, and reads them out', () => {
    expect(lobby.alone).toBe(true);
    client.show(person('Ben'), person('Cleo'));
    expect(names()).toEqual(['Ben', 'Cleo']);
    expect(lobby.announcement).toBe('Ben is online. Cleo is online');
    client.show(person('Cleo'));
    expect(names()).toEqual(['Cleo']);
    expect(lobby.announcement).toBe('Ben has left');
  });

  it('does not read a crowd out', () => {
    client.show(...['A', 'B', 'C', 'D'].map((name) => person(name)));
    expect(lobby.announcement).toBe('');
  });

  it('says why somebody cannot be called', () => {
    client.show(person('Ben', true), person('Cleo'));
    expect(obstacles()).toEqual([null, null]);
    lobby.pauses.begin(['ben'], 30_000);
    expect(obstacles()).toEqual([strings.people.pause(30), null]);
    client.become('reconnecting');
    expect(obstacles()).toEqual([strings.people.waitForServer, strings.people.waitForServer]);
  });

  it('waits for the devices, also for their absence', () => {
    media.ready = false;
    client.show(person('Ben'));
    expect(obstacles()).toEqual([strings.people.waitForMedia]);
    media.arrive({ kind: 'camera', reason: 'denied', message: '' });
    expect(obstacles()).toEqual([null]);
  });

  it('tells its views of every change that concerns them', () => {
    const listener = vi.fn();
    lobby.subscribe(listener);
    client.show(person('Ben'));
    client.become('reconnecting');
    media.setMicrophoneMuted(true);
    expect(listener).toHaveBeenCalledTimes(3);
    lobby.dispose();
    client.show();
    expect(listener).toHaveBeenCalledTimes(3);
  });
});

describe('the search', () => {
  it('finds parts of names, whatever their case and accents', () => {
    client.show(person('José Ruiz'), person('Ben'), person('Émile'));
    lobby.setQuery(' jose');
    expect(names()).toEqual(['José Ruiz']);
    lobby.setQuery('EM');
    expect(names()).toEqual(['Émile']);
    lobby.setQuery('');
    expect(names()).toHaveLength(3);
  });

  it('does not ask the server while everybody is listed', () => {
    client.show(person('Ben'));
    lobby.setQuery('cleo');
    vi.advanceTimersByTime(SEARCH_DELAY_MS);
    expect(client.searches).toEqual([]);
  });

  it('asks the server for those beyond the list, once typing pauses', async () => {
    client.showSome([person('Ben')], 900);
    client.searchAnswer = { people: [person('Ben'), person('Benita')], more: true };
    lobby.setQuery('b');
    vi.advanceTimersByTime(SEARCH_DELAY_MS - 1);
    lobby.setQuery('ben');
    expect(lobby.searching).toBe(true);
    vi.advanceTimersByTime(SEARCH_DELAY_MS);
    await flush();
    expect(client.searches).toEqual(['ben']);
    expect(names()).toEqual(['Ben', 'Benita']);
    expect(lobby.moreFound).toBe(true);
    expect(lobby.searching).toBe(false);
  });

  it('forgets an answer that a newer question has overtaken', async () => {
    client.showSome([], 900);
    client.searchAnswer = { people: [person('Ben')], more: false };
    lobby.setQuery('ben');
    vi.advanceTimersByTime(SEARCH_DELAY_MS);
    lobby.setQuery('cleo');
    await flush();
    expect(names()).toEqual([]);
    expect(lobby.searching).toBe(true);
  });

  it('falls back to the list when the server does not answer', async () => {
    client.showSome([person('Ben')], 900);
    vi.spyOn(client, 'search').mockRejectedValue(new Error('closed'));
    lobby.setQuery('ben');
    vi.advanceTimersByTime(SEARCH_DELAY_MS);
    await flush();
    expect(names()).toEqual(['Ben']);
    expect(lobby.searching).toBe(false);
  });
});
