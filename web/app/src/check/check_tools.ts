// The check's hands in a browser.
import {
  checkSignaling,
  checkUdp,
  downloadSource,
  measureDownload,
  RelayPath,
  requestCheck,
} from '@visavis/client';

import { readBrowser } from './browser_facts.ts';
import type { CheckTools } from './check_view_model.ts';
import { askForGrant, type CheckClient } from './grant.ts';

/** @param client Of whoever has joined. */
export function browserTools(code: string | null, client: CheckClient | null): CheckTools {
  return {
    browser: readBrowser(),
    grant: () => askForGrant(code, client, requestCheck),
    signaling: (signal) => checkSignaling({ signal }),
    udp: (servers, signal) => checkUdp(servers, { signal }),
    open: (way, signal) => RelayPath.open(way, { signal }),
    download: async (signal) => {
      const source = downloadSource(performance.getEntriesByType('resource'), location.origin);
      return source && measureDownload(source, { signal });
    },
    onHidden,
  };
}

function onHidden(listener: () => void): () => void {
  const look = (): void => {
    if (document.visibilityState === 'hidden') listener();
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
  };
}
