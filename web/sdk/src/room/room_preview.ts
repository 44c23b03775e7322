// Who is in a room, for somebody who has not said who they are yet.
import { VisavisError } from '../base/errors.ts';
import { HANDSHAKE_TIMEOUT_MS, ROOM_PREVIEW_PEOPLE_MAX } from '../base/limits.ts';
import type { Person } from '../signaling/people.ts';
import { browserPlatform, type Platform } from '../base/platform.ts';
import {
  decode,
  SUBPROTOCOL,
  type RoomLook,
  type RoomState,
  type ServerMessage,
} from '../base/protocol.ts';
import { assertRoomName } from './room_name.ts';
import { SocketCloseCode } from '../signaling/socket_close.ts';

export interface RoomPreview {
  readonly room: string;
  /** Whoever is not known there must knock. */
  readonly knock: boolean;
  /** Nobody new comes in, not even to knock. */
  readonly locked: boolean;
  /** How many are in it. 0 also for a room that does not exist yet. */
  readonly count: number;
  readonly participantsMax: number;
  /** Who is in it; empty where one must knock. */
  readonly participants: readonly Pick<Person, 'user' | 'name' | 'confusable'>[];
}

/**
 * Looks at a room from outside, over a socket of its own that closes again. Rejects with a VisavisError:
 * `invalid_field` for what is no name of a room, `rate_limited`, `unreachable`.
 * @param options.url Of the server's `/ws`. Default: where the page comes from.
 */
export async function lookAtRoom(
  room: string,
  options: { url?: string; platform?: Platform } = {},
): Promise<RoomPreview> {
  assertRoomName(room);
  const platform = options.platform ?? browserPlatform();
  const url = options.url ?? platform.origin.replace(/^http/, 'ws') + '/ws';
  return preview(await ask(platform, url, { type: 'room.look', id: 1, room }));
}

function ask(platform: Platform, url: string, look: RoomLook): Promise<RoomState> {
  return new Promise((resolve, reject) => {
    const unreachable = new VisavisError('unreachable', 'The server cannot be reached.');
    const socket = platform.createWebSocket(url, SUBPROTOCOL);
    const settle = (act: () => void): void => {
      cancel();
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(SocketCloseCode.left);
      act();
    };
    const cancel = platform.timers.set(() => {
      settle(() => {
        reject(unreachable);
      });
    }, HANDSHAKE_TIMEOUT_MS);
    socket.onopen = () => {
      socket.send(JSON.stringify(look));
    };
    socket.onclose = () => {
      settle(() => {
        reject(unreachable);
      });
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      const message = read(data);
      if (message?.type === 'room.state') {
        settle(() => {
          resolve(message);
        });
      } else if (message?.type === 'error') {
        settle(() => {
          reject(VisavisError.ofServer(message));
        });
      }
    };
  });
}

function read(data: unknown): ServerMessage | null {
  try {
    return typeof data === 'string' ? decode(data) : null;
  } catch {
    return null;
  }
}

function preview({
  room,
  knock,
  locked,
  count,
  participants_max,
  participants,
}: RoomState): RoomPreview {
  const people = participants.slice(0, ROOM_PREVIEW_PEOPLE_MAX);
  return {
    room,
    knock,
    locked,
    count,
    participantsMax: participants_max,
    participants: people.map(({ user, name, confusable = false }) => ({ user, name, confusable })),
  };
}
