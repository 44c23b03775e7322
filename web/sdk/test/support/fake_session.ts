// What the fake server knows of one device and of one call.
import type { Knock, Participant, RoomRules } from '../../src/base/protocol.ts';
import type { ServerSocket } from './fake_socket.ts';

export const WELCOME_SETTINGS = {
  heartbeat: {
    call_interval_ms: 500,
    call_timeout_ms: 1_000,
    idle_interval_ms: 15_000,
    idle_timeout_ms: 10_000,
  },
  limits: {
    message_bytes: 65_536,
    name_chars: 64,
    participants: 6,
    calls: 1,
    people: 500,
    search_results: 50,
    ring_ms: 45_000,
  },
};

/** How long TURN credentials are good. */
const RELAY_LIFETIME_MS = 7_200_000;

export interface Session {
  id: string;
  token: string;
  user: string;
  name: string;
  socket: ServerSocket | null;
  received: number;
  sent: { text: object; number: number }[];
  lastNumber: number;
}

export interface Call {
  id: string;
  video: boolean;
  from: string;
  answered: boolean;
  room: Room | null;
  /** `silent`: their person has blocked who rings. */
  participants: (Participant & { session: Session; invitedBy?: string; silent?: boolean })[];
}

export interface Room {
  name: string;
  knock: boolean;
  locked: boolean;
  /** The creator is the first. */
  hosts: string[];
  removed: string[];
  /** Of two rooms of one name the one with the lower number was made first. */
  created: number;
  /** Counts up with every change of the rules; tokens carry it. */
  revision: number;
  /** Users who need not knock. */
  admitted: Set<string>;
  knocks: (Knock & { session: Session })[];
}

/** What a membership token says, which the server signs and this one does not. */
interface Membership {
  epoch: string;
  call: string;
  participant: string;
  user: string;
  from: string;
  video: boolean;
  room?: { name: string; knock: boolean };
}

/** What a room token says, which the server signs and this one does not. */
export interface RoomToken {
  holder: string;
  room: string;
  knock: boolean;
  locked: boolean;
  hosts: string[];
  removed: string[];
  created: number;
  revision: number;
}

export function roomToken(room: Room, holder: string): string {
  const { name, knock, locked, hosts, removed, created, revision } = room;
  return JSON.stringify({
    ...{ holder, room: name, knock, locked, hosts, removed, created, revision },
  } satisfies RoomToken);
}

/** What those inside are told of a room, beside who knocks. */
export function rulesOf(
  room: Room,
  user: string,
): Pick<RoomRules, 'room' | 'knock' | 'locked' | 'hosts' | 'removed' | 'room_token'> {
  const { name, knock, locked, hosts, removed } = room;
  return {
    ...{ room: name, knock, locked, hosts },
    ...(hosts.includes(user) && { removed: removed.map((one) => ({ user: one, name: '' })) }),
    room_token: roomToken(room, user),
  };
}

export function membershipToken(epoch: string, call: Call, session: Session): string | undefined {
  const own = call.participants.find((other) => other.session === session);
  if (own?.state !== 'joined') return undefined;
  const { participant, user } = own;
  const { id, from, video, room } = call;
  return JSON.stringify({
    ...{ epoch, call: id, participant, user, from, video },
    ...(room && { room: { name: room.name, knock: room.knock } }),
  } satisfies Membership);
}

export function readMembership(token: string): Membership {
  return JSON.parse(token) as Membership;
}

export function restoredCall({ call: id, from, video }: Membership): Call {
  return { id, from, video, answered: true, room: null, participants: [] };
}

/** @param credential Tells one answer from the other. */
export function turnServer(call: Call, session: Session, credential: string): RTCIceServer {
  const expiry = Math.floor((Date.now() + RELAY_LIFETIME_MS) / 1000);
  const username = `${String(expiry)}:${call.id}:${session.id}`;
  return { urls: ['turn:calls.example.org'], username, credential };
}

export function publicList(call: Call): Participant[] {
  return call.participants.map(({ participant, user, name, state }) => ({
    participant,
    user,
    name,
    state,
  }));
}
