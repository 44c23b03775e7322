// Whether UDP gets to the server and back, and under which addresses it is seen there.
import { MAPPINGS_MAX, UDP_GATHER_MS } from './check_limits.ts';
import { type CheckOptions, pause, platformOf } from './check_platform.ts';
import { stunUrls } from './relay_ways.ts';

/** As what a STUN server saw a socket of ours. */
export interface Mapping {
  readonly address: string;
  readonly port: number;
  /** The socket's own; null where the browser does not tell (RFC 8828: before a page may use the camera, say). */
  readonly base: { readonly address: string; readonly port: number } | null;
}

export interface UdpCheck {
  /** STUN servers that were asked. */
  readonly servers: number;
  readonly mappings: readonly Mapping[];
  /** Sockets, as far as the browser tells of them. */
  readonly sockets: number;
  /** Times that the browser said that a server did not answer. */
  readonly failures: number;
  /** Those of them where the name of the server could not be looked up: nothing was sent. */
  readonly lookupFailures: number;
  /** What the browser said of the last failure; null where it said nothing. */
  readonly errorText: string | null;
  /** The browser said that it is done, before the time was over. */
  readonly complete: boolean;
  /** This browser says when a server does not answer. */
  readonly tellsFailures: boolean;
}

/** Gathers server-reflexive candidates (RFC 8445 section 5.1.1), and connects nothing. Never rejects. */
export async function checkUdp(
  servers: readonly RTCIceServer[],
  options: CheckOptions = {},
): Promise<UdpCheck> {
  const platform = platformOf(options);
  const urls = stunUrls(servers);
  const mappings: Mapping[] = [];
  const sockets = new Set<string>();
  let failures = 0;
  let lookupFailures = 0;
  let errorText: string | null = null;
  let complete = false;
  let tellsFailures = false;
  const result = (): UdpCheck => ({
    servers: urls.length,
    mappings,
    sockets: sockets.size,
    failures,
    lookupFailures,
    errorText,
    complete,
    tellsFailures,
  });
  if (urls.length === 0) return result();
  try {
    const connection = platform.createPeerConnection({ iceServers: [{ urls }] });
    tellsFailures = 'onicecandidateerror' in connection;
    const gathered = new Promise<void>((resolve) => {
      connection.onicecandidate = ({ candidate }) => {
        if (candidate === null) {
          complete = true;
          resolve();
          return;
        }
        if (candidate.protocol !== 'udp') return;
        if (candidate.type === 'host') sockets.add(`${candidate.address}:${candidate.port}`);
        const mapping = candidate.type === 'srflx' ? mappingOf(candidate) : null;
        if (mapping && mappings.length < MAPPINGS_MAX) mappings.push(mapping);
      };
      connection.onicecandidateerror = (event) => {
        failures += 1;
        if (isLookupFailure(event)) lookupFailures += 1;
        errorText = event.errorText || errorText;
      };
    });
    connection.createDataChannel('check');
    await connection.setLocalDescription();
    await Promise.race([gathered, pause(platform, UDP_GATHER_MS, options.signal)]);
    connection.onicecandidate = connection.onicecandidateerror = null;
    connection.close();
  } catch {
    // A browser without WebRTC, or one in which it is turned off: nothing is known.
  }
  return result();
}

/** Browsers have no code of its own for it (W3C webrtc section 4.8.2): it is a 701 whose text says so. */
export function isLookupFailure({
  errorCode,
  errorText,
}: Pick<RTCPeerConnectionIceErrorEvent, 'errorCode' | 'errorText'>): boolean {
  return errorCode === 701 && /lookup|resol/i.test(errorText);
}

function mappingOf(candidate: RTCIceCandidate): Mapping | null {
  const { address, port, relatedAddress, relatedPort } = candidate;
  if (address === null || port === null) return null;
  const known = relatedAddress !== null && relatedPort !== null && relatedPort > 9;
  return { address, port, base: known ? { address: relatedAddress, port: relatedPort } : null };
}
