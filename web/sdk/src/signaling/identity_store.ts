import { IDENTITIES_MAX } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type { Platform } from '../base/platform.ts';

const log = createLogger('identity');

/**
 * Where identity tokens are kept: one per server and name, so that a tab that joins under another name is
 * another person, and the same name tomorrow the same person. Tokens are secrets.
 */
export interface IdentityStore {
  get(server: string, name: string): string | null;
  set(server: string, name: string, token: string): void;
  delete(server: string, name: string): void;
  /** The person behind `from` is called `to` now. */
  rename(server: string, from: string, to: string): void;
  /**
   * Waits until no other tab is about to become this person, and keeps others waiting until the returned
   * function is called. Two tabs that open at once under a new name thereby become one person.
   */
  lock(server: string, name: string): Promise<() => void>;
}

interface StoredIdentity {
  server: string;
  name: string;
  token: string;
}

const KEY = 'visavis.identities';

/**
 * What is left of a name once everything is gone that the server may clean away (PROTOCOL.md section 2), so that
 * stray spaces make no other person.
 */
export function cleanName(name: string): string {
  return name
    .normalize('NFC')
    .replace(/(?![\t\n\r])\p{C}/gu, '')
    .replace(/[\t\n\r\p{Z}]+/gu, ' ')
    .trim();
}

/** Keeps tokens in localStorage, the most recently used `IDENTITIES_MAX`; in memory where there is none. */
export class LocalIdentityStore implements IdentityStore {
  readonly #storage: Storage | null;
  readonly #locks: LockManager | null;
  #inMemory: StoredIdentity[] = [];

  constructor(platform: Pick<Platform, 'localStorage' | 'locks'>) {
    this.#storage = platform.localStorage;
    this.#locks = platform.locks;
  }

  get(server: string, name: string): string | null {
    const clean = cleanName(name);
    const found = this.#read().find((known) => known.server === server && known.name === clean);
    return found?.token ?? null;
  }

  set(server: string, name: string, token: string): void {
    const others = this.#without(server, name);
    this.#write([{ server, name: cleanName(name), token }, ...others].slice(0, IDENTITIES_MAX));
  }

  delete(server: string, name: string): void {
    this.#write(this.#without(server, name));
  }

  rename(server: string, from: string, to: string): void {
    const token = this.get(server, from);
    if (token === null) return;
    this.delete(server, from);
    this.set(server, to, token);
  }

  lock(server: string, name: string): Promise<() => void> {
    const locks = this.#locks;
    if (!locks) return Promise.resolve(() => undefined);
    return new Promise((granted) => {
      locks
        .request(`visavis.identity:${server}:${cleanName(name)}`, () => {
          return new Promise<void>((release) => {
            granted(release);
          });
        })
        .catch((error: unknown) => {
          log.warn('no lock; two tabs that open at once may become two people', error);
          granted(() => undefined);
        });
    });
  }

  #without(server: string, name: string): StoredIdentity[] {
    const clean = cleanName(name);
    return this.#read().filter((known) => known.server !== server || known.name !== clean);
  }

  #read(): StoredIdentity[] {
    const text = this.#storage?.getItem(KEY);
    if (!text) return this.#inMemory;
    try {
      const parsed: unknown = JSON.parse(text);
      return Array.isArray(parsed) ? parsed.filter(isStoredIdentity) : [];
    } catch (error) {
      log.warn('what was stored cannot be read; starting anew', error);
      return [];
    }
  }

  #write(identities: StoredIdentity[]): void {
    this.#inMemory = identities;
    try {
      this.#storage?.setItem(KEY, JSON.stringify(identities));
    } catch (error) {
      log.warn('identities cannot be stored; this page alone remembers them', error);
    }
  }
}

function isStoredIdentity(value: unknown): value is StoredIdentity {
  if (typeof value !== 'object' || value === null) return false;
  const { server, name, token } = value as Partial<StoredIdentity>;
  return typeof server === 'string' && typeof name === 'string' && typeof token === 'string';
}
