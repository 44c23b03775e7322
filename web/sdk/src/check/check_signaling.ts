// Whether the server's WebSocket gets through, and stays.
import { HANDSHAKE_TIMEOUT_MS } from '../base/limits.ts';
import { SUBPROTOCOL } from '../base/protocol.ts';
import { generateRoomName } from '../room/room_name.ts';
import { SocketCloseCode } from '../signaling/socket_close.ts';
import { SIGNALING_ROUND_TRIPS, SIGNALING_WATCH_MS } from './check_limits.ts';
import { type CheckOptions, platformOf } from './check_platform.ts';

export interface SignalingCheck {
  /** How long the handshake took; null where it did not succeed. */
  readonly openedMs: number | null;
  /** Of questions to the server, one after the other; empty where it did not answer. */
  readonly roundTripsMs: readonly number[];
  /** The connection was closed after so long, though neither side wanted that; null where it stayed. */
  readonly brokenAfterMs: number | null;
}

/**
 * Opens a WebSocket as a client does and asks the server about rooms that nobody is in (PROTOCOL.md section 12): the one
 * question that it answers to whoever has not said who they are. Then watches whether it stays. Never rejects.
 * @param options.url Of the server's `/ws`. Default: where the page comes from.
 */
export function checkSignaling(
  options: CheckOptions & { url?: string } = {},
): Promise<SignalingCheck> {
  const platform = platformOf(options);
  const url = options.url ?? platform.origin.replace(/^http/, 'ws') + '/ws';
  const socket = open(() => platform.createWebSocket(url, SUBPROTOCOL));
  if (!socket) return Promise.resolve({ openedMs: null, roundTripsMs: [], brokenAfterMs: null });
  return new Promise((resolve) => {
    const began = performance.now();
    const roundTripsMs: number[] = [];
    let openedMs: number | null = null;
    let askedAt = 0;
    const settle = (brokenAfterMs: number | null): void => {
      cancel();
      options.signal?.removeEventListener('abort', stop);
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(SocketCloseCode.left);
      resolve({ openedMs, roundTripsMs, brokenAfterMs });
    };
    const stop = (): void => {
      settle(null);
    };
    const ask = (): void => {
      askedAt = performance.now();
      socket.send(JSON.stringify({ type: 'room.look', id: 1, room: generateRoomName() }));
    };
    let cancel = platform.timers.set(stop, HANDSHAKE_TIMEOUT_MS);
    options.signal?.addEventListener('abort', stop);
    socket.onopen = () => {
      openedMs = performance.now() - began;
      cancel();
      cancel = platform.timers.set(stop, SIGNALING_WATCH_MS);
      ask();
    };
    // Whatever it says, a refusal too, it has answered.
    socket.onmessage = () => {
      if (roundTripsMs.length >= SIGNALING_ROUND_TRIPS) return;
      roundTripsMs.push(performance.now() - askedAt);
      if (roundTripsMs.length < SIGNALING_ROUND_TRIPS) ask();
    };
    socket.onclose = () => {
      settle(openedMs === null ? null : performance.now() - began - openedMs);
    };
  });
}

/** Browsers throw where the page may not open it at all. */
function open(create: () => WebSocket): WebSocket | null {
  try {
    return create();
  } catch {
    return null;
  }
}
