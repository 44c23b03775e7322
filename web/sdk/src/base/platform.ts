import type { Soon } from './slices.ts';
import { BackgroundTimers, pageTasks, type Timers } from './timers.ts';

export type PageEvent =
  /** The network is back, or is another one. */
  | 'network'
  /** The page is looked at again. */
  | 'visible'
  /** The page is closed, reloaded or left. */
  | 'hide';

/** What this package takes from the browser; tests bring their own. */
export interface Platform {
  createWebSocket(url: string, subprotocol: string): WebSocket;
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  createMediaStream(): MediaStream;
  /** Must keep time while the tab is hidden. */
  readonly timers: Timers;
  /** Runs something in a task of its own, as soon as the browser has drawn and answered what is due; in hidden tabs, too. */
  readonly soon: Soon;
  /** In [0, 1). */
  random(): number;
  /** Returns the function that takes the listener away again. */
  onPage(event: PageEvent, listener: () => void): () => void;
  /** Null where there is none or the page may not use it. */
  readonly localStorage: Storage | null;
  readonly sessionStorage: Storage | null;
  /** Null in insecure contexts. */
  readonly locks: LockManager | null;
  /** Null in insecure contexts. */
  readonly subtle: SubtleCrypto | null;
  /** The page's address. */
  readonly origin: string;
}

/** Reading the property throws where the user has forbidden site data. */
function storage(read: () => Storage): Storage | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function listen(target: EventTarget | undefined, type: string, listener: () => void): () => void {
  target?.addEventListener(type, listener);
  return () => target?.removeEventListener(type, listener);
}

function onPage(event: PageEvent, listener: () => void): () => void {
  switch (event) {
    case 'network': {
      // Network Information API: Chromium only.
      const { connection } = navigator as Navigator & { connection?: EventTarget };
      const off = [listen(window, 'online', listener), listen(connection, 'change', listener)];
      return () => {
        for (const remove of off) remove();
      };
    }
    case 'visible':
      return listen(document, 'visibilitychange', () => {
        if (document.visibilityState === 'visible') listener();
      });
    case 'hide':
      return listen(window, 'pagehide', listener);
  }
}

export function browserPlatform(): Platform {
  return {
    createWebSocket: (url, subprotocol) => new WebSocket(url, subprotocol),
    createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    createMediaStream: () => new MediaStream(),
    timers: new BackgroundTimers(),
    soon: pageTasks(),
    random: Math.random,
    onPage,
    localStorage: storage(() => localStorage),
    sessionStorage: storage(() => sessionStorage),
    locks: (navigator as { locks?: LockManager }).locks ?? null,
    subtle: (crypto as { subtle?: SubtleCrypto }).subtle ?? null,
    origin: location.origin,
  };
}
