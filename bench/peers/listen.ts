// What the compared servers share: HTTP or HTTPS on a free port, which is printed when it is ready.
import { readFileSync } from 'node:fs';
import { createServer as createPlain, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import type { AddressInfo } from 'node:net';

/** `node PEER.ts [CERT KEY]`. */
export function makeServer(): Server {
  const [cert, key] = process.argv.slice(2);
  if (cert === undefined || key === undefined) return createPlain();
  return createSecure({ cert: readFileSync(cert), key: readFileSync(key) });
}

export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', () => {
    console.log(`listening on ${(server.address() as AddressInfo).port}`);
  });
}

/** Between heartbeats, for every server that is compared. */
export const heartbeatMs = 5_000;
