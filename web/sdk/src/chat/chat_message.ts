// What the two sides of a link say on its chat channel (CHANNELS.md section 2).
import { cleanName, cleanText, isBlank } from '../base/chat_text.ts';
import {
  CHAT_OTHER_CHARS_MAX,
  CHAT_TEXT_CHARS_MAX,
  DATA_MESSAGE_BYTES_MAX,
  HISTORY_BYTES_MAX,
  HISTORY_MESSAGES_MAX,
} from '../base/limits.ts';
import { isCount, parseObject } from '../base/untrusted.ts';

/** One that has been written before the receiver came, as the teller knows it. */
export interface ToldMessage {
  readonly id: string;
  /** The author's participant id, null for the teller; nobody proves it. */
  readonly from: string | null;
  readonly name: string;
  readonly text: string;
  /** Of Date.now(), by the author's clock. */
  readonly sentAt: number;
}

export type ChatWire =
  /** Of whoever opens the channel: how long they have been in the call, and how much they could tell of it. */
  | { type: 'hello'; presentMs: number; history: number }
  /** `seq` counts what the sender wrote to this receiver; what comes again has the same one. */
  | {
      type: 'message';
      seq: number;
      id: string;
      text: string;
      sentAt: number;
      toAll: boolean;
    }
  /** Everything up to `seq` has arrived. */
  | { type: 'received'; seq: number }
  | { type: 'history.ask' }
  /** Part of the answer, the oldest first. */
  | { type: 'history'; messages: readonly ToldMessage[]; done: boolean };

const ID_CHARS_MAX = 64;
const NAME_CHARS_MAX = 128;
const TIME_MAX = 8.64e15;

export function encodeChat(message: ChatWire): string {
  switch (message.type) {
    case 'hello':
      return JSON.stringify({
        type: 'hello',
        present_ms: message.presentMs,
        history: message.history,
      });
    case 'message': {
      const { sentAt, toAll, ...rest } = message;
      return JSON.stringify({ ...rest, sent_at: sentAt, to_all: toAll });
    }
    case 'history':
      return JSON.stringify({ ...message, messages: message.messages.map(toldToWire) });
    case 'received':
    case 'history.ask':
      return JSON.stringify(message);
  }
}

/** Reads what came from the other side, which is not to be trusted; null when it makes no sense. */
export function parseChat(text: string): ChatWire | null {
  const isLong = text.startsWith('{"type":"message"') || text.startsWith('{"type":"history"');
  if (text.length > (isLong ? DATA_MESSAGE_BYTES_MAX : CHAT_OTHER_CHARS_MAX)) return null;
  const value = parseObject(text);
  switch (value?.['type']) {
    case 'hello': {
      const { present_ms: presentMs, history } = value;
      if (!isCount(presentMs, TIME_MAX) || !isCount(history, HISTORY_MESSAGES_MAX)) return null;
      return { type: 'hello', presentMs, history };
    }
    case 'message':
      return parseMessage(value);
    case 'received':
      return isCount(value['seq']) ? { type: 'received', seq: value['seq'] } : null;
    case 'history.ask':
      return { type: 'history.ask' };
    case 'history': {
      const { messages, done } = value;
      if (!Array.isArray(messages) || messages.length > HISTORY_MESSAGES_MAX) return null;
      const told = messages.flatMap((message) => parseTold(message) ?? []);
      return typeof done === 'boolean' ? { type: 'history', messages: told, done } : null;
    }
    default:
      return null;
  }
}

/** The end of `messages` that a late joiner may be told. */
export function endWithinLimits(messages: readonly ToldMessage[]): ToldMessage[] {
  const end: ToldMessage[] = [];
  let bytes = 0;
  for (const message of messages.toReversed()) {
    bytes += bytesOf(message);
    if (end.length === HISTORY_MESSAGES_MAX || bytes > HISTORY_BYTES_MAX) break;
    end.push(message);
  }
  return end.reverse();
}

const encoder = new TextEncoder();

/** What it takes in a `history` message. */
export function bytesOf(message: ToldMessage): number {
  return encoder.encode(JSON.stringify(toldToWire(message))).length + 1;
}

function toldToWire({ sentAt, ...rest }: ToldMessage): object {
  return { ...rest, sent_at: sentAt };
}

function parseMessage(value: Record<string, unknown>): ChatWire | null {
  const { seq, id, sent_at: sentAt, to_all: toAll } = value;
  const text = parseText(value['text']);
  if (text === null || !isCount(seq) || seq === 0 || !isId(id)) return null;
  if (!isCount(sentAt, TIME_MAX) || typeof toAll !== 'boolean') return null;
  return { type: 'message', seq, id, text, sentAt, toAll };
}

function parseTold(value: unknown): ToldMessage | null {
  if (typeof value !== 'object' || value === null) return null;
  const { id, from, name, text: raw, sent_at: sentAt } = value as Record<string, unknown>;
  const text = parseText(raw);
  if (text === null || !isId(id) || !isCount(sentAt, TIME_MAX)) return null;
  // `self` is our own word for ourselves.
  if (from !== null && (!isId(from) || from === 'self')) return null;
  if (typeof name !== 'string') return null;
  return { id, from, name: cleanName(name, NAME_CHARS_MAX), text, sentAt };
}

function parseText(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > CHAT_TEXT_CHARS_MAX) return null;
  const text = cleanText(value);
  return isBlank(text) ? null : text;
}

/** Ids are compared and handed on, nothing else. */
function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length <= ID_CHARS_MAX && /^[\w-]+$/.test(value);
}
