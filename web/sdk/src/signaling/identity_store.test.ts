import { beforeEach, describe, expect, test } from 'vitest';
import { FakeBrowser, FakeStorage } from '../../test/support/fake_platform.ts';
import { cleanName, LocalIdentityStore } from './identity_store.ts';
import { IDENTITIES_MAX } from '../base/limits.ts';

const SERVER = 'wss://calls.example/ws';

let browser: FakeBrowser;
const openPage = (): LocalIdentityStore =>
  new LocalIdentityStore({
    localStorage: browser.localStorage,
    locks: browser.locks.forPage({}),
  });

beforeEach(() => {
  browser = new FakeBrowser();
});

test('a token is found again by server and name, by another page too', () => {
  openPage().set(SERVER, 'Ana', 'token');
  expect(openPage().get(SERVER, 'Ana')).toBe('token');
  expect(openPage().get(SERVER, 'Ben')).toBeNull();
  expect(openPage().get('wss://other.example/ws', 'Ana')).toBeNull();
});

test('what the server would clean away makes no other person', () => {
  openPage().set(SERVER, 'Ana María', 'token');
  expect(openPage().get(SERVER, '  Ana\t Mari\u0301a\u200b ')).toBe('token');
  expect(cleanName(' a\n\u0000 b ')).toBe('a b');
});

test('renaming moves the token, over one of that name', () => {
  const store = openPage();
  store.set(SERVER, 'Ana', 'of Ana');
  store.set(SERVER, 'Ben', 'of Ben');
  store.rename(SERVER, 'Ana', 'Ben');
  expect(store.get(SERVER, 'Ana')).toBeNull();
  expect(store.get(SERVER, 'Ben')).toBe('of Ana');
  store.rename(SERVER, 'nobody', 'Ben');
  expect(store.get(SERVER, 'Ben')).toBe('of Ana');
});

test('the ones used longest ago are forgotten beyond the limit', () => {
  const store = openPage();
  for (let n = 0; n < IDENTITIES_MAX; n += 1) store.set(SERVER, `name ${n}`, `token ${n}`);
  store.set(SERVER, 'name 0', 'token 0');
  store.set(SERVER, 'one more', 'token');
  expect(store.get(SERVER, 'name 0')).toBe('token 0');
  expect(store.get(SERVER, 'name 1')).toBeNull();
});

test('what is stored and cannot be read is as if it was not there', () => {
  for (const text of ['{', '5', '[{"server":1}]']) {
    browser.localStorage.setItem('visavis.identities', text);
    expect(openPage().get(SERVER, 'Ana')).toBeNull();
  }
  openPage().set(SERVER, 'Ana', 'token');
  expect(openPage().get(SERVER, 'Ana')).toBe('token');
});

describe('where nothing can be stored', () => {
  test('the page itself remembers', () => {
    const full = new FakeStorage();
    full.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    for (const localStorage of [full, null]) {
      const store = new LocalIdentityStore({ localStorage, locks: null });
      store.set(SERVER, 'Ana', 'token');
      expect(store.get(SERVER, 'Ana')).toBe('token');
    }
  });
});

describe('the lock', () => {
  test('lets one page in at a time, per name', async () => {
    const [one, two] = [openPage(), openPage()];
    const release = await one.lock(SERVER, 'Ana');
    const entered: string[] = [];
    const second = two.lock(SERVER, ' Ana ').then((releaseSecond) => {
      entered.push('Ana');
      releaseSecond();
    });
    (await two.lock(SERVER, 'Ben'))();
    expect(entered).toEqual([]);
    release();
    await second;
    expect(entered).toEqual(['Ana']);
  });

  test('is no obstacle where there are no locks', async () => {
    const store = new LocalIdentityStore({ localStorage: null, locks: null });
    await store.lock(SERVER, 'Ana');
    await store.lock(SERVER, 'Ana');
  });
});
