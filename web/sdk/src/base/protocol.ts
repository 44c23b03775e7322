// The messages of the signaling protocol (protocol/PROTOCOL.md). The types are made from its schema.
import type { ClientMessage, ServerMessage } from '../generated/protocol.ts';

export type * from '../generated/protocol.ts';

/** Offered in the WebSocket handshake. */
export const SUBPROTOCOL = 'visavis.v1';

/** What a client sends once it is welcomed, and may ask an answer to. */
export type Request = Exclude<ClientMessage, { type: 'hello' | 'ack' | 'ping' }>;

/** What is counted and replayed, both ways (PROTOCOL.md section 3). */
export function isCounted(message: ServerMessage): boolean {
  switch (message.type) {
    case 'welcome':
    case 'ack':
    case 'pong':
    case 'presence':
    case 'bye':
      return false;
    default:
      return true;
  }
}

/** Reads a frame. Throws when it is not an object with a `type`: the server does not do that. */
export function decode(text: string): ServerMessage {
  const message: unknown = JSON.parse(text);
  if (typeof message !== 'object' || message === null || !('type' in message)) {
    throw new TypeError('a message without type');
  }
  return message as ServerMessage;
}
