// What of the server a check may use, by whatever the person has: a code of the operator, or a session of their own.
import {
  type CheckAccess,
  relayWays,
  type RelayWay,
  VisavisError,
  type VisavisClient,
} from '@visavis/client';

import type { Public } from '../base/public.ts';
import type { Access } from './observations.ts';

export interface Grant {
  readonly access: Access;
  readonly stun: readonly RTCIceServer[];
  readonly ways: readonly RelayWay[];
  /** So many bytes may be sent through the relay. */
  readonly bytesMax: number;
}

/** Of the bytes that a code allows, one run takes so much at most: the person may want to check again. */
const PART_OF_BUDGET = 0.4;

export type RequestCheck = (code: string | null) => Promise<CheckAccess>;
export type CheckClient = Pick<Public<VisavisClient>, 'state' | 'testRelay' | 'iceServers'>;

/** Never rejects. @param client Of whoever has joined. */
export async function askForGrant(
  code: string | null,
  client: CheckClient | null,
  request: RequestCheck,
): Promise<Grant> {
  if (code !== null) return byCode(code, request);
  return client?.state === 'online' ? bySession(client) : forAnybody('no_code', request);
}

async function byCode(code: string, request: RequestCheck): Promise<Grant> {
  try {
    const { iceServers, relay, relayBytesMax } = await request(code);
    return {
      access: relay ? 'relay' : 'no_relay',
      stun: iceServers,
      ways: relay ? relayWays(iceServers) : [],
      bytesMax: (relayBytesMax ?? Infinity) * PART_OF_BUDGET,
    };
  } catch (error) {
    const access = accessAfter(error);
    const mayAskWithout = ['code_invalid', 'code_expired', 'code_used_up'].includes(access);
    return mayAskWithout ? forAnybody(access, request) : nothing(access);
  }
}

async function bySession(client: CheckClient): Promise<Grant> {
  try {
    const { near, far } = await client.testRelay();
    return { access: 'relay', stun: near, ways: relayWays(near, far), bytesMax: Infinity };
  } catch (error) {
    return { ...nothing(accessAfter(error)), stun: client.iceServers };
  }
}

async function forAnybody(access: Access, request: RequestCheck): Promise<Grant> {
  try {
    const { iceServers } = await request(null);
    return { ...nothing(access), stun: iceServers };
  } catch (error) {
    return nothing(accessAfter(error));
  }
}

const nothing = (access: Access): Grant => ({ access, stun: [], ways: [], bytesMax: 0 });

function accessAfter(error: unknown): Access {
  switch (error instanceof VisavisError ? error.code : null) {
    case 'check_code_invalid':
      return 'code_invalid';
    case 'check_code_expired':
      return 'code_expired';
    case 'check_code_used_up':
      return 'code_used_up';
    case 'relay_unavailable':
      return 'no_relay';
    case 'rate_limited':
      return 'rate_limited';
    case 'check_unavailable':
      return 'unavailable';
    default:
      return 'unreachable';
  }
}
