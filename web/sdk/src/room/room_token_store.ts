import { ROOM_TOKENS_MAX } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type { Platform } from '../base/platform.ts';

const log = createLogger('room');

interface StoredToken {
  server: string;
  user: string;
  room: string;
  token: string;
}

const KEY = 'visavis.rooms';

/**
 * Keeps room tokens (PROTOCOL.md section 12), one for each person and room, in localStorage: the latest
 * `ROOM_TOKENS_MAX`; in memory where there is none. They let a server that has restarted go by the room's rules again, so
 * they must outlive the page. Tokens are secrets.
 */
export class RoomTokenStore {
  readonly #storage: Storage | null;
  readonly #server: string;
  #user: string | null = null;
  #inMemory: StoredToken[] = [];

  constructor(platform: Pick<Platform, 'localStorage'>, server: string) {
    this.#storage = platform.localStorage;
    this.#server = server;
  }

  /** Whose tokens these are from now on. */
  become(user: string): void {
    this.#user = user;
  }

  get(room: string): string | null {
    return this.#read().find((one) => this.#isOurs(one, room))?.token ?? null;
  }

  keep(room: string, token: string): void {
    if (this.#user === null) return;
    const own = { server: this.#server, user: this.#user, room, token };
    this.#write([own, ...this.#without(room)].slice(0, ROOM_TOKENS_MAX));
  }

  forget(room: string): void {
    this.#write(this.#without(room));
  }

  #isOurs(one: StoredToken, room: string): boolean {
    return one.server === this.#server && one.user === this.#user && one.room === room;
  }

  #without(room: string): StoredToken[] {
    return this.#read().filter((one) => !this.#isOurs(one, room));
  }

  #read(): StoredToken[] {
    const text = this.#storage?.getItem(KEY);
    if (!text) return this.#inMemory;
    try {
      const parsed: unknown = JSON.parse(text);
      return Array.isArray(parsed) ? parsed.filter(isStoredToken) : [];
    } catch (error) {
      log.warn('what was stored cannot be read; starting anew', error);
      return [];
    }
  }

  #write(tokens: StoredToken[]): void {
    this.#inMemory = tokens;
    try {
      this.#storage?.setItem(KEY, JSON.stringify(tokens));
    } catch (error) {
      log.warn('room tokens cannot be stored; this page alone has them', error);
    }
  }
}

function isStoredToken(value: unknown): value is StoredToken {
  if (typeof value !== 'object' || value === null) return false;
  const { server, user, room, token } = value as Partial<StoredToken>;
  return [server, user, room, token].every((field) => typeof field === 'string');
}
