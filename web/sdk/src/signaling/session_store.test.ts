import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FakeBrowser, FakeStorage } from '../../test/support/fake_platform.ts';
import { SESSION_LOCK_TIMEOUT_MS } from '../base/limits.ts';
import { SessionStore } from './session_store.ts';
import { pageTimers } from '../base/timers.ts';

const SERVER = 'wss://calls.example/ws';
const SESSION = { server: SERVER, name: 'Ana', session: 's1', token: 'resume-s1' };

let browser: FakeBrowser;
let tab: FakeStorage;

class Page {
  readonly store: SessionStore;
  constructor(sessionStorage: FakeStorage) {
    const locks = browser.locks.forPage(this);
    this.store = new SessionStore({ sessionStorage, locks, timers: pageTimers });
  }
  unload(): void {
    browser.locks.releaseAll(this);
  }
}

async function claim(page: Page, name = 'Ana', server = SERVER): Promise<string | null> {
  const claimed = page.store.claim(server, name);
  await vi.advanceTimersByTimeAsync(SESSION_LOCK_TIMEOUT_MS);
  return claimed;
}

beforeEach(() => {
  vi.useFakeTimers();
  browser = new FakeBrowser();
  tab = new FakeStorage();
});

afterEach(() => {
  vi.useRealTimers();
});

test('a reloaded page goes on with the session of its tab', async () => {
  const page = new Page(tab);
  await page.store.save(SESSION);
  page.unload();
  expect(await claim(new Page(tab))).toBe('resume-s1');
});

test('a duplicated tab does not, while the other lives', async () => {
  await new Page(tab).store.save(SESSION);
  expect(await claim(new Page(tab.copy()))).toBeNull();
});

test('a page that comes before the lock of the last one is free waits for it a moment', async () => {
  const page = new Page(tab);
  await page.store.save(SESSION);
  setTimeout(() => page.unload(), SESSION_LOCK_TIMEOUT_MS / 2);
  expect(await claim(new Page(tab))).toBe('resume-s1');
});

test('a page that goes lets the next one go on at once, though the browser has not freed its locks', async () => {
  const page = new Page(tab);
  await page.store.save(SESSION);
  page.store.release();
  await expect(new Page(tab).store.claim(SERVER, 'Ana')).resolves.toBe('resume-s1');
});

test('a session is stored however long the browser takes to grant its lock', async () => {
  let grant = (): void => undefined;
  const granted = new Promise<void>((resolve) => (grant = resolve));
  const slow = {
    request: (_name: string, _options: object, run: () => Promise<void>) => granted.then(run),
  } as unknown as LockManager;
  const store = new SessionStore({ sessionStorage: tab, locks: slow, timers: pageTimers });
  const saved = store.save(SESSION);
  await vi.advanceTimersByTimeAsync(10 * SESSION_LOCK_TIMEOUT_MS);
  grant();
  await saved;
  store.release();
  expect(await claim(new Page(tab))).toBe('resume-s1');
});

test('another name or another server is another session', async () => {
  const page = new Page(tab);
  await page.store.save(SESSION);
  page.unload();
  expect(await claim(new Page(tab), 'Ben')).toBeNull();
  expect(await claim(new Page(tab), 'Ana', 'wss://other.example/ws')).toBeNull();
  expect(await claim(new Page(tab), ' Ana ')).toBe('resume-s1');
});

test('a rename goes with the session', async () => {
  const page = new Page(tab);
  await page.store.save(SESSION);
  page.store.rename('Ana B.');
  page.unload();
  expect(await claim(new Page(tab), 'Ana B.')).toBe('resume-s1');
});

test('a session that is over is not gone on with', async () => {
  const page = new Page(tab);
  await page.store.save(SESSION);
  page.store.forget();
  page.unload();
  expect(await claim(new Page(tab))).toBeNull();
});

test('where there are no locks, or what is stored cannot be read, there is nothing to go on with', async () => {
  const page = new Page(tab);
  await page.store.save(SESSION);
  page.unload();
  const lockless = new SessionStore({ sessionStorage: tab, locks: null, timers: pageTimers });
  expect(await lockless.claim(SERVER, 'Ana')).toBeNull();
  tab.setItem('visavis.session', '{');
  expect(await claim(new Page(tab))).toBeNull();
});
