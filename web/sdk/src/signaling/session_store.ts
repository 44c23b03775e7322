import { cleanName } from './identity_store.ts';
import { SESSION_LOCK_TIMEOUT_MS } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type { Platform } from '../base/platform.ts';

const log = createLogger('session');

interface StoredSession {
  server: string;
  name: string;
  session: string;
  token: string;
}

const KEY = 'visavis.session';
const lockName = (session: string): string => `visavis.session:${session}`;

/**
 * Remembers this tab's session so that a reloaded page goes on with it. sessionStorage is per tab, but
 * duplicating a tab copies it: only the page that holds the session's Web Lock may use the token. Where
 * there are no Web Locks nothing is remembered, and a reload is a new session.
 */
export class SessionStore {
  readonly #platform: Pick<Platform, 'sessionStorage' | 'locks' | 'timers'>;
  #held: { session: string; release: () => void } | null = null;

  constructor(platform: Pick<Platform, 'sessionStorage' | 'locks' | 'timers'>) {
    this.#platform = platform;
  }

  /** The token that the page before this one, in this tab, left behind; null if there is none to use. */
  async claim(server: string, name: string): Promise<string | null> {
    const stored = this.#read();
    if (stored?.server !== server || cleanName(stored.name) !== cleanName(name)) return null;
    if (await this.#lock(stored.session, SESSION_LOCK_TIMEOUT_MS)) return stored.token;
    log.info('another tab goes on with the session; this one starts its own');
    return null;
  }

  /** Nobody else wants the lock of a new session: however long the browser takes to grant it, it does. */
  async save(session: StoredSession): Promise<void> {
    if (this.#held?.session !== session.session && !(await this.#lock(session.session))) return;
    this.#write(session);
  }

  /** The page goes. A browser may take its time to free the locks of a page that it unloads. */
  release(): void {
    this.#held?.release();
    this.#held = null;
  }

  rename(name: string): void {
    const stored = this.#read();
    if (stored && stored.session === this.#held?.session) this.#write({ ...stored, name });
  }

  /** The session is over: a reload must not look for it. */
  forget(): void {
    this.release();
    this.#platform.sessionStorage?.removeItem(KEY);
  }

  /** Takes the lock for as long as the page lives. Waits a moment: the page before may be just going. */
  async #lock(session: string, timeoutMs?: number): Promise<boolean> {
    const { locks, timers } = this.#platform;
    if (!locks) return false;
    this.release();
    const timeout = new AbortController();
    const cancel =
      timeoutMs === undefined
        ? undefined
        : timers.set(() => {
            timeout.abort();
          }, timeoutMs);
    const release = await new Promise<(() => void) | null>((resolve) => {
      locks
        .request(lockName(session), { signal: timeout.signal }, () => {
          return new Promise<void>((done) => {
            resolve(done);
          });
        })
        .catch(() => {
          resolve(null);
        });
    });
    cancel?.();
    if (release) this.#held = { session, release };
    return release !== null;
  }

  #write(session: StoredSession): void {
    try {
      this.#platform.sessionStorage?.setItem(KEY, JSON.stringify(session));
    } catch (error) {
      log.warn('the session cannot be stored; a reload will start another', error);
    }
  }

  #read(): StoredSession | null {
    try {
      const text = this.#platform.sessionStorage?.getItem(KEY);
      return text ? (JSON.parse(text) as StoredSession) : null;
    } catch (error) {
      log.warn('what was stored cannot be read; starting a new session', error);
      return null;
    }
  }
}
