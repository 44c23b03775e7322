// WebSocket frames of a client (RFC 6455 section 5.2), made to cost the sender little: the mask is zero, which is
// a mask like any other, so that the payload stands as it is.

export const opcodes = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

export interface Shape {
  opcode?: number;
  final?: boolean;
  /** As the header claims it; what follows may be less. */
  length?: number;
}

export function frame(payload: string | Buffer, shape: Shape = {}): Buffer {
  const { opcode = opcodes.text, final = true } = shape;
  const body = Buffer.from(payload);
  const length = shape.length ?? body.length;
  const first = (final ? 0x80 : 0) | opcode;
  let head: Buffer;
  if (length < 126) {
    head = Buffer.from([first, 0x80 | length, 0, 0, 0, 0]);
  } else if (length < 65_536) {
    head = Buffer.from([first, 0x80 | 126, length >> 8, length & 0xff, 0, 0, 0, 0]);
  } else {
    head = Buffer.alloc(14);
    head[0] = first;
    head[1] = 0x80 | 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, body]);
}

export interface ServerFrame {
  opcode: number;
  payload: Buffer;
  /** All of it, header included. */
  size: number;
}

/** The first frame in what came, if it is whole. Servers do not mask. */
export function readFrame(bytes: Buffer): ServerFrame | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  const head = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < head) return null;
  const length =
    short === 127
      ? Number(bytes.readBigUInt64BE(2))
      : short === 126
        ? bytes.readUInt16BE(2)
        : short;
  if (bytes.length < head + length) return null;
  return {
    opcode: bytes.readUInt8(0) & 0x0f,
    payload: bytes.subarray(head, head + length),
    size: head + length,
  };
}
