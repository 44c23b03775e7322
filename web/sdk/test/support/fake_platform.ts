import type { PageEvent, Platform } from '../../src/base/platform.ts';
import { pageTimers } from '../../src/base/timers.ts';
import { FakeMediaStream } from './fake_media.ts';
import { fakeSubtle } from './fake_subtle.ts';

export class FakeStorage implements Storage {
  readonly #items = new Map<string, string>();
  [name: string]: unknown;

  get length(): number {
    return this.#items.size;
  }
  key(index: number): string | null {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }
  removeItem(key: string): void {
    this.#items.delete(key);
  }
  clear(): void {
    this.#items.clear();
  }
  /** What a duplicated tab starts with. */
  copy(): FakeStorage {
    const copy = new FakeStorage();
    for (const [key, value] of this.#items) copy.setItem(key, value);
    return copy;
  }
}

interface LockRequest {
  owner: object;
  run: () => Promise<unknown>;
}

/** The exclusive Web Locks of one browser, shared by its tabs. */
export class FakeBrowserLocks {
  readonly #held = new Map<string, LockRequest>();
  readonly #waiting = new Map<string, LockRequest[]>();

  /** As one page sees them. */
  forPage(owner: object): LockManager {
    const request = (name: string, ...rest: unknown[]): Promise<unknown> => {
      const callback = rest.at(-1) as (lock: object) => Promise<unknown>;
      const { signal } = (rest.length > 1 ? rest[0] : {}) as { signal?: AbortSignal };
      return new Promise((resolve, reject) => {
        const wanted: LockRequest = {
          owner,
          run: () =>
            callback({ name })
              .then(resolve, reject)
              .then(() => undefined),
        };
        signal?.addEventListener('abort', () => {
          const waiting = this.#waiting.get(name) ?? [];
          if (!waiting.includes(wanted)) return;
          this.#waiting.set(
            name,
            waiting.filter((other) => other !== wanted),
          );
          reject(signal.reason as Error);
        });
        this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), wanted]);
        this.#grant(name);
      });
    };
    return { request } as unknown as LockManager;
  }

  /** The page is gone, and with it its locks and requests. */
  releaseAll(owner: object): void {
    for (const [name, waiting] of this.#waiting) {
      this.#waiting.set(
        name,
        waiting.filter((wanted) => wanted.owner !== owner),
      );
    }
    for (const [name, held] of [...this.#held]) {
      if (held.owner === owner) this.#release(name, held);
    }
  }

  #grant(name: string): void {
    if (this.#held.has(name)) return;
    const [next, ...others] = this.#waiting.get(name) ?? [];
    if (!next) return;
    this.#waiting.set(name, others);
    this.#held.set(name, next);
    queueMicrotask(() => void next.run().then(() => this.#release(name, next)));
  }

  #release(name: string, lock: LockRequest): void {
    if (this.#held.get(name) !== lock) return;
    this.#held.delete(name);
    this.#grant(name);
  }
}

/** A browser: what its tabs share. */
export class FakeBrowser {
  readonly localStorage = new FakeStorage();
  readonly locks = new FakeBrowserLocks();
}

/** A page in a tab of a browser. Timers are the global ones: tests use virtual time. */
export class FakePage implements Platform {
  readonly browser: FakeBrowser;
  readonly sessionStorage: FakeStorage;
  readonly localStorage: FakeStorage;
  readonly locks: LockManager;
  readonly timers = pageTimers;
  readonly soon = (callback: () => void): void => void setTimeout(callback);
  /** Null in an insecure context. */
  subtle: SubtleCrypto | null = fakeSubtle;
  readonly origin = 'http://localhost:8080';
  readonly peerConnections: RTCPeerConnection[] = [];
  /** In [0, 1). */
  randomValue = 0.5;
  readonly #events = new EventTarget();
  readonly #network: FakeInternet;

  constructor(network: FakeInternet, browser = new FakeBrowser(), tab = new FakeStorage()) {
    this.#network = network;
    this.browser = browser;
    this.sessionStorage = tab;
    this.localStorage = browser.localStorage;
    this.locks = browser.locks.forPage(this);
  }

  createWebSocket(url: string, subprotocol: string): WebSocket {
    return this.#network.createWebSocket(url, subprotocol, this);
  }

  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection {
    const pc = this.#network.createPeerConnection(configuration, this);
    this.peerConnections.push(pc);
    return pc;
  }

  createMediaStream(): MediaStream {
    return new FakeMediaStream().asStream;
  }

  random(): number {
    return this.randomValue;
  }

  onPage(event: PageEvent, listener: () => void): () => void {
    this.#events.addEventListener(event, listener);
    return () => this.#events.removeEventListener(event, listener);
  }

  fire(event: PageEvent): void {
    this.#events.dispatchEvent(new Event(event));
  }
}

/** Where a page's connections lead. */
export interface FakeInternet {
  createWebSocket(url: string, subprotocol: string, page: FakePage): WebSocket;
  createPeerConnection(configuration: RTCConfiguration, page: FakePage): RTCPeerConnection;
}
