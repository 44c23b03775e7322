import type { IdentityStore } from './identity_store.ts';
import { createLogger } from '../base/logger.ts';
import type { ErrorCode, Hello, Welcome } from '../base/protocol.ts';
import type { SessionStore } from './session_store.ts';

const log = createLogger('greeting');

/** What a welcome means for everything that came before it. */
export type Continuity =
  /** The same session, and both sides know what the other has: nothing was lost. */
  | 'resumed'
  /** The same session, of a page that knows nothing of it: `welcome.calls` tells. */
  | 'reloaded'
  /** A new session. */
  | 'fresh';

/**
 * Who we say we are: composes `hello` from the stores, keeps in them what `welcome` brings, and knows what
 * to say instead when the server does not take it (PROTOCOL.md sections 2 and 3).
 */
export class Greeting {
  readonly #server: string;
  readonly #identities: IdentityStore;
  readonly #sessions: SessionStore;
  #name: string;
  #token: string | null = null;
  // Before the first welcome the session that the page before this one left may be taken up.
  #welcomed = false;
  #said: Hello | null = null;
  #releaseIdentity: (() => void) | null = null;

  constructor(options: {
    server: string;
    name: string;
    identities: IdentityStore;
    sessions: SessionStore;
  }) {
    this.#server = options.server;
    this.#name = options.name;
    this.#identities = options.identities;
    this.#sessions = options.sessions;
  }

  /** @param received The last counted message of the session, should it be resumed. */
  async hello(received: number): Promise<Hello> {
    const hello: Hello = { type: 'hello', name: this.#name };
    if (this.#token !== null) {
      hello.resume = { token: this.#token, received };
    } else if (!this.#welcomed) {
      const token = await this.#sessions.claim(this.#server, this.#name);
      if (token !== null) hello.resume = { token };
    }
    return this.#identify(hello);
  }

  /** What to say after an error, on the same socket; null when there is nothing else to try. */
  async helloInstead(code: ErrorCode): Promise<Hello | null> {
    const said = this.#said;
    if (code === 'resume_expired' && said?.resume) {
      log.info('the session is over; starting a new one');
      this.#token = null;
      this.#sessions.forget();
    } else if (code === 'identity_invalid' && said?.identity !== undefined) {
      log.warn('the server does not know this identity; becoming a new person');
      this.#identities.delete(this.#server, this.#name);
    } else {
      return null;
    }
    const hello: Hello = { type: 'hello', name: this.#name };
    if (code === 'identity_invalid' && said.resume) hello.resume = said.resume;
    return this.#identify(hello);
  }

  welcomed(welcome: Welcome): Continuity {
    this.#identities.set(this.#server, this.#name, welcome.identity);
    this.abandon();
    this.#token = welcome.resume.token;
    this.#welcomed = true;
    void this.#saveSession(welcome.session);
    if (!welcome.resume.resumed) return 'fresh';
    return this.#said?.resume?.received === undefined ? 'reloaded' : 'resumed';
  }

  /** The socket is gone, or was not wanted: lets other tabs go on. */
  abandon(): void {
    this.#releaseIdentity?.();
    this.#releaseIdentity = null;
  }

  renamed(name: string): void {
    if (name === this.#name) return;
    this.#identities.rename(this.#server, this.#name, name);
    this.#name = name;
    this.#sessions.rename(name);
  }

  /** The page after this one may go on with the session at once. */
  pageHides(): void {
    this.#sessions.release();
  }

  /** Left for good. */
  forget(): void {
    this.abandon();
    this.#token = null;
    this.#sessions.forget();
  }

  async #identify(hello: Hello): Promise<Hello> {
    let identity = this.#identities.get(this.#server, this.#name);
    if (identity === null && !hello.resume) {
      this.#releaseIdentity ??= await this.#identities.lock(this.#server, this.#name);
      // Whoever held the lock may have become this person.
      identity = this.#identities.get(this.#server, this.#name);
    }
    if (identity !== null) hello.identity = identity;
    this.#said = hello;
    return hello;
  }

  async #saveSession(session: string): Promise<void> {
    const token = this.#token;
    if (token === null) return;
    await this.#sessions.save({ server: this.#server, name: this.#name, session, token });
  }
}
