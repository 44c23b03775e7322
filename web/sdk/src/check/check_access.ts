// What the server lets a check use: its ICE servers, and with a code of the operator's its relay, too.
import { VisavisError, type LocalErrorCode } from '../base/errors.ts';
import { HANDSHAKE_TIMEOUT_MS } from '../base/limits.ts';

export interface CheckAccess {
  readonly iceServers: readonly RTCIceServer[];
  /** The relay is among them, with credentials. */
  readonly relay: boolean;
  /** So many bytes may go through the relay; null where nobody said. */
  readonly relayBytesMax: number | null;
}

const PATH = '/api/check';
/** What a refusal of the server means here. */
const REFUSALS: ReadonlySet<string> = new Set<LocalErrorCode | 'rate_limited'>([
  'check_code_invalid',
  'check_code_expired',
  'check_code_used_up',
  'rate_limited',
]);

/**
 * Asks with a code, or with null for what anybody may use. Rejects with a VisavisError: `check_code_invalid`,
 * `check_code_expired`, `check_code_used_up`, `rate_limited`; `check_unavailable` where the server knows no such request; `unreachable`.
 * @param options.origin Of the server. Default: where the page comes from.
 */
export async function requestCheck(
  code: string | null,
  options: { origin?: string; fetch?: typeof fetch } = {},
): Promise<CheckAccess> {
  const { origin = location.origin, fetch: send = fetch } = options;
  try {
    const response = await send(`${origin}${PATH}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(code === null ? {} : { code }),
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS),
    });
    const answer: unknown = await response.json().catch(() => null);
    if (!response.ok) throw refusal(response.status, answer);
    return read(answer);
  } catch (error) {
    throw VisavisError.from(error, 'unreachable');
  }
}

function refusal(status: number, answer: unknown): VisavisError {
  const { code, message } = object(object(answer)['error']);
  if (typeof code === 'string' && REFUSALS.has(code)) {
    const words = typeof message === 'string' ? message : 'The server refused the check.';
    return new VisavisError(code as LocalErrorCode, words);
  }
  if (status === 429) return new VisavisError('rate_limited', 'Too many checks. Wait a moment.');
  return new VisavisError('check_unavailable', 'This server has no such check.');
}

/** Nothing of it is believed: a proxy may have answered in the server's place. */
function read(answer: unknown): CheckAccess {
  const { ice_servers: servers, relay, relay_bytes_max: bytes } = object(answer);
  if (!Array.isArray(servers)) {
    throw new VisavisError('check_unavailable', 'What answered is not this server.');
  }
  return {
    iceServers: servers.flatMap(iceServer),
    relay: relay === true,
    relayBytesMax: typeof bytes === 'number' && bytes >= 0 ? bytes : null,
  };
}

function iceServer(value: unknown): RTCIceServer[] {
  const { urls, username, credential } = object(value);
  const list = [urls].flat().filter((url): url is string => typeof url === 'string');
  if (list.length === 0) return [];
  if (typeof username !== 'string' || typeof credential !== 'string') return [{ urls: list }];
  return [{ urls: list, username, credential }];
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
