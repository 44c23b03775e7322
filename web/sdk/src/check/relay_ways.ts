import { WAYS_MAX } from './check_limits.ts';

/** How a browser's packets get to the relay. */
export type RelayTransport = 'udp' | 'tcp' | 'tls';

/** One way to the relay, for both ends of a path with oneself. */
export interface RelayWay {
  readonly transport: RelayTransport;
  readonly near: RTCIceServer;
  readonly far: RTCIceServer;
}

/** Each TURN URL (RFC 7065) by itself, where both ends have credentials for it. */
export function relayWays(
  near: readonly RTCIceServer[],
  far: readonly RTCIceServer[] = near,
): RelayWay[] {
  const others = ends(far);
  return ends(near)
    .flatMap(({ url, server }) => {
      const other = others.find((end) => end.url === url);
      return other ? [{ transport: transportOf(url), near: server, far: other.server }] : [];
    })
    .slice(0, WAYS_MAX);
}

/** URLs of STUN servers (RFC 7064), each once. */
export function stunUrls(servers: readonly RTCIceServer[]): string[] {
  const urls = servers.flatMap(({ urls }) => [urls].flat());
  return [...new Set(urls.filter((url) => /^stuns?:/i.test(url)))].slice(0, WAYS_MAX);
}

function ends(servers: readonly RTCIceServer[]): { url: string; server: RTCIceServer }[] {
  return servers.flatMap(({ urls, username, credential }) =>
    [urls].flat().flatMap((url) => {
      if (!/^turns?:/i.test(url) || username === undefined || credential === undefined) return [];
      return [{ url, server: { urls: [url], username, credential } }];
    }),
  );
}

function transportOf(url: string): RelayTransport {
  if (/^turns:/i.test(url)) return 'tls';
  return /[?&]transport=tcp\b/i.test(url) ? 'tcp' : 'udp';
}
