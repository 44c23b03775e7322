// What the two sides of a link say on its files channel (CHANNELS.md section 3): JSON about transfers, and binary pieces
// of files. A transfer is a number that its sender chose; each direction of a link has its own.
import { cleanFileName, cleanFileType } from './file_name.ts';
import {
  FILE_MESSAGE_CHARS_MAX,
  FILE_OFFERS_MAX,
  FILE_OUTCOMES_MAX,
  FILES_CHUNK_BYTES,
} from '../base/limits.ts';
import { isCount, parseObject } from '../base/untrusted.ts';

/** Why a transfer ends before its end. */
export const END_REASONS = [
  'cancelled',
  'declined',
  'busy',
  'read_failed',
  'write_failed',
  'digest_mismatch',
  'protocol_violated',
] as const;
export type FileEndReason = (typeof END_REASONS)[number];

export type Side = 'sender' | 'receiver';

export type FileWire =
  // From the sender:
  | { type: 'offer'; transfer: number; name: string; size: number; fileType: string }
  /** After a channel opened again, all offers that have not ended for the sender: what is not in it, has. */
  | { type: 'list'; transfers: readonly number[] }
  /** Everything is sent; what it is the SHA-256 of, in hexadecimal digits. */
  | { type: 'sent'; transfer: number; sha256: string }
  // From the receiver:
  /** Goes on from `offset`, up to `until`; `paused` if the receiver wants it to wait. */
  | { type: 'accept'; transfer: number; offset: number; until: number; paused: boolean }
  | { type: 'credit'; transfer: number; until: number }
  /** It has come in up to here. */
  | { type: 'received'; transfer: number; end: number }
  | { type: 'complete'; transfer: number }
  // From either side, `as` what:
  | { type: 'pause'; transfer: number; as: Side; paused: boolean }
  | { type: 'end'; transfer: number; as: Side; reason: FileEndReason };

export interface FilePiece {
  readonly transfer: number;
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const TRANSFER_MAX = 0xffff_ffff;
// Transfer as 32 bits, offset as 64, both big endian.
const HEADER_BYTES = 12;

export function encodeFile(message: FileWire): string {
  if (message.type !== 'offer') return JSON.stringify(message);
  const { fileType, ...rest } = message;
  return JSON.stringify({ ...rest, file_type: fileType });
}

/** Reads what came from the other side, which is not to be trusted; null when it makes no sense. */
export function parseFile(text: string): FileWire | null {
  if (text.length > FILE_MESSAGE_CHARS_MAX) return null;
  const value = parseObject(text);
  if (!value) return null;
  const { type, transfer } = value;
  if (type === 'list') return parseList(value['transfers']);
  if (!isCount(transfer, TRANSFER_MAX) || transfer === 0) return null;
  switch (type) {
    case 'offer':
      return parseOffer(transfer, value);
    case 'sent': {
      const { sha256 } = value;
      const isDigest = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
      return isDigest ? { type, transfer, sha256 } : null;
    }
    case 'accept': {
      const { offset, until, paused } = value;
      if (!isCount(offset) || !isCount(until) || typeof paused !== 'boolean') return null;
      return { type, transfer, offset, until, paused };
    }
    case 'received':
      return isCount(value['end']) ? { type, transfer, end: value['end'] } : null;
    case 'credit':
      return isCount(value['until']) ? { type, transfer, until: value['until'] } : null;
    case 'complete':
      return { type, transfer };
    case 'pause': {
      const { as, paused } = value;
      return isSide(as) && typeof paused === 'boolean' ? { type, transfer, as, paused } : null;
    }
    case 'end': {
      const { as, reason } = value;
      return isSide(as) && isReason(reason) ? { type, transfer, as, reason } : null;
    }
    default:
      return null;
  }
}

export function encodePiece({ transfer, offset, bytes }: FilePiece): ArrayBuffer {
  const message = new Uint8Array(HEADER_BYTES + bytes.length);
  const header = new DataView(message.buffer);
  header.setUint32(0, transfer);
  header.setBigUint64(4, BigInt(offset));
  message.set(bytes, HEADER_BYTES);
  return message.buffer;
}

/** The bytes are a view into `data`. Null for what no piece looks like. */
export function parsePiece(data: ArrayBuffer): FilePiece | null {
  const size = data.byteLength - HEADER_BYTES;
  if (size < 1 || size > FILES_CHUNK_BYTES) return null;
  const header = new DataView(data);
  const offset = Number(header.getBigUint64(4));
  if (!Number.isSafeInteger(offset)) return null;
  return { transfer: header.getUint32(0), offset, bytes: new Uint8Array(data, HEADER_BYTES) };
}

function parseOffer(transfer: number, value: Record<string, unknown>): FileWire | null {
  const { name, size, file_type: fileType } = value;
  if (typeof name !== 'string' || typeof fileType !== 'string' || !isCount(size)) return null;
  return {
    type: 'offer',
    transfer,
    name: cleanFileName(name),
    size,
    fileType: cleanFileType(fileType),
  };
}

function parseList(value: unknown): FileWire | null {
  if (!Array.isArray(value) || value.length > FILE_OFFERS_MAX + FILE_OUTCOMES_MAX) return null;
  const transfers = value.filter((one) => isCount(one, TRANSFER_MAX));
  return { type: 'list', transfers };
}

function isSide(value: unknown): value is Side {
  return value === 'sender' || value === 'receiver';
}

function isReason(value: unknown): value is FileEndReason {
  return END_REASONS.includes(value as FileEndReason);
}
