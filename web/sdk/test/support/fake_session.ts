// What the fake server knows of one device and of one call.
import type { Participant } from '../../src/protocol.ts';
import type { ServerSocket } from './fake_socket.ts';

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
  participants: (Participant & { session: Session })[];
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
