import { CREDENTIALS_FRESH_MS, CREDENTIALS_WAIT_MS } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import type { Timers } from '../base/timers.ts';

const log = createLogger('ice');

type IceServers = readonly RTCIceServer[];

/** What an RTCPeerConnection is to gather its candidates with. */
export interface IceConfiguration {
  readonly iceServers: IceServers;
  readonly iceTransportPolicy: RTCIceTransportPolicy;
}

/** Where a link takes its ICE servers from, whenever it makes a path. */
export interface IceSource {
  /** As known now. */
  readonly configuration: IceConfiguration;
  /**
   * Null when the servers are good for another path. Else a promise that is kept after CREDENTIALS_WAIT_MS at the
   * latest, whether fresh ones have come by then or not.
   */
  renew(): Promise<void> | null;
}

/**
 * The ICE servers of one call. The server's TURN credentials expire; a live allocation does not mind, but one that an ICE
 * restart makes does, so they are renewed before (PROTOCOL.md section 11).
 */
export class CallIceServers implements IceSource {
  readonly #timers: Timers;
  readonly #policy: () => RTCIceTransportPolicy;
  readonly #fallback: () => IceServers;
  readonly #ask: (onAnswer: (servers: IceServers | null) => void) => boolean;
  #servers: IceServers | null = null;
  // Of Date.now(): performance.now() stands still in some browsers while the machine sleeps, credentials do not.
  #receivedAt = 0;
  #renewal: Promise<void> | null = null;

  constructor(options: {
    timers: Timers;
    policy: () => RTCIceTransportPolicy;
    /** Used until the call's own have come. */
    fallback: () => IceServers;
    /** Asks the server; false when there is no use in it now. Answers null when there are none to be had. */
    ask: (onAnswer: (servers: IceServers | null) => void) => boolean;
  }) {
    this.#timers = options.timers;
    this.#policy = options.policy;
    this.#fallback = options.fallback;
    this.#ask = options.ask;
  }

  get configuration(): IceConfiguration {
    return {
      iceServers: this.#servers ?? this.#fallback(),
      iceTransportPolicy: this.#policy(),
    };
  }

  /** Whether a path that the policy allows can be found at all. */
  get isUsable(): boolean {
    const { iceServers, iceTransportPolicy } = this.configuration;
    return iceTransportPolicy === 'all' || iceServers.some(isRelay);
  }

  /** The latest of this call; nothing where a message carries none. */
  take(servers: IceServers | undefined): void {
    if (servers === undefined) return;
    this.#servers = servers;
    this.#receivedAt = Date.now();
  }

  renew(): Promise<void> | null {
    if (!this.#renewal && this.#isStale) this.#renewal = this.#startRenewal();
    return this.#renewal;
  }

  #startRenewal(): Promise<void> | null {
    let done = (): void => undefined;
    const renewal = new Promise<void>((resolve) => {
      done = () => {
        cancel();
        this.#renewal = null;
        resolve();
      };
    });
    const cancel = this.#timers.set(() => {
      log.warn('no fresh credentials in time; going on with what there is');
      done();
    }, CREDENTIALS_WAIT_MS);
    const asked = this.#ask((servers) => {
      // What comes too late serves the next path.
      this.take(servers ?? undefined);
      done();
    });
    if (asked) return renewal;
    cancel();
    return null;
  }

  /** Later than half of the time that the credentials had left when they came, or old anyway: clocks may differ. */
  get #isStale(): boolean {
    const expiresAt = expiryOf(this.#servers ?? []);
    if (expiresAt === null) return false;
    const age = Date.now() - this.#receivedAt;
    return age < 0 || age >= Math.min(CREDENTIALS_FRESH_MS, (expiresAt - this.#receivedAt) / 2);
  }
}

function isRelay({ urls }: RTCIceServer): boolean {
  return [urls].flat().some((url) => /^turns?:/i.test(url));
}

/** In ms since 1970, of the credentials that expire first; null when none do. */
function expiryOf(servers: IceServers): number | null {
  const seconds = servers.flatMap(({ username }) => /^(\d+):/.exec(username ?? '')?.[1] ?? []);
  return seconds.length === 0 ? null : Math.min(...seconds.map(Number)) * 1000;
}
