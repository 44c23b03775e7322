// STUN messages (RFC 8489) as TURN uses them (RFC 8656), built and taken apart by hand: what no client would
// send can be sent, too.
import assert from 'node:assert/strict';
import { createHmac, hash, randomBytes } from 'node:crypto';

export const methods = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;
export type Method = keyof typeof methods;

export const classes = ['request', 'indication', 'success', 'error'] as const;
export type Class = (typeof classes)[number];

export const attributes = {
  mappedAddress: 0x0001,
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  evenPort: 0x0018,
  requestedTransport: 0x0019,
  dontFragment: 0x001a,
  xorMappedAddress: 0x0020,
  reservationToken: 0x0022,
  passwordAlgorithms: 0x8002,
} as const;

export interface Attribute {
  type: number;
  value: Buffer;
}

export interface Address {
  address: string;
  port: number;
}

const cookie = Buffer.from('2112a442', 'hex');
const headerBytes = 20;

export function newTransaction(): Buffer {
  return randomBytes(12);
}

function padded(value: Buffer): Buffer {
  return Buffer.concat([value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}

function encodeAttribute({ type, value }: Attribute): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, padded(value)]);
}

function header(type: number, length: number, transaction: Buffer): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(length, 2);
  cookie.copy(bytes, 4);
  return Buffer.concat([bytes, transaction]);
}

/** Section 5: the class's two bits stand between the method's. */
function messageType(method: Method, kind: Class): number {
  const number = classes.indexOf(kind);
  return methods[method] | ((number & 1) << 4) | ((number & 2) << 7);
}

export interface Encoding {
  method: Method;
  class?: Class;
  attributes?: readonly Attribute[];
  transaction?: Buffer;
  /** Of MESSAGE-INTEGRITY, which then stands last. */
  key?: Buffer;
}

export function encode(message: Encoding): Buffer {
  const transaction = message.transaction ?? newTransaction();
  const type = messageType(message.method, message.class ?? 'request');
  const body = Buffer.concat((message.attributes ?? []).map(encodeAttribute));
  if (message.key === undefined)
    return Buffer.concat([header(type, body.length, transaction), body]);
  const signed = Buffer.concat([header(type, body.length + 24, transaction), body]);
  const value = createHmac('sha1', message.key).update(signed).digest();
  return Buffer.concat([signed, encodeAttribute({ type: attributes.messageIntegrity, value })]);
}

export class Message {
  readonly bytes: Buffer;
  readonly class: Class;
  readonly method: number;
  readonly transaction: Buffer;
  readonly attributes: Attribute[] = [];

  constructor(bytes: Buffer) {
    assert(bytes.length >= headerBytes && bytes.subarray(4, 8).equals(cookie), 'STUN');
    const type = bytes.readUInt16BE(0);
    this.bytes = bytes;
    this.class = classes[((type >> 4) & 1) | ((type >> 7) & 2)] ?? 'request';
    this.method = (type & 0xf) | ((type >> 1) & 0x70) | ((type >> 2) & 0xf80);
    this.transaction = bytes.subarray(8, headerBytes);
    assert.equal(bytes.readUInt16BE(2), bytes.length - headerBytes, 'the length');
    for (let at = headerBytes; at < bytes.length;) {
      const length = bytes.readUInt16BE(at + 2);
      const value = bytes.subarray(at + 4, at + 4 + length);
      assert.equal(value.length, length, 'an attribute inside the message');
      this.attributes.push({ type: bytes.readUInt16BE(at), value });
      at += 4 + Math.ceil(length / 4) * 4;
    }
  }

  find(name: keyof typeof attributes): Buffer | undefined {
    return this.attributes.find(({ type }) => type === attributes[name])?.value;
  }
  get(name: keyof typeof attributes): Buffer {
    const value = this.find(name);
    assert(value !== undefined, `${name} in ${this.bytes.toString('hex')}`);
    return value;
  }
  address(name: keyof typeof attributes): Address {
    return fromXorAddress(this.get(name), this.transaction);
  }
  /** 0: it is no error. */
  get code(): number {
    const value = this.find('errorCode');
    return value === undefined ? 0 : value.readUInt8(2) * 100 + value.readUInt8(3);
  }
  /** "success", "403", "indication". */
  get outcome(): string {
    return this.class === 'error' ? String(this.code) : this.class;
  }
}

/** An IPv6 address in any spelling, in 16 bytes; an IPv4 one in 4. */
export function addressBytes(text: string): Buffer {
  if (!text.includes(':')) return Buffer.from(text.split('.').map(Number));
  const tail = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const v4 = tail?.[2] === undefined ? '' : addressBytes(tail[2]).toString('hex');
  const groups = v4 === '' ? text : `${tail?.[1] ?? ''}${v4.slice(0, 4)}:${v4.slice(4)}`;
  const [front = '', back] = groups.split('::');
  const split = (part: string | undefined): string[] =>
    part === undefined || part === '' ? [] : part.split(':');
  const [first, last] = [split(front), split(back)];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  const hex = [...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join('');
  return Buffer.from(hex, 'hex');
}

function xor(bytes: Buffer, mask: Buffer): Buffer {
  return Buffer.from(bytes.map((byte, i) => byte ^ mask.readUInt8(i)));
}

/** The value of XOR-PEER-ADDRESS and its like (RFC 8489 section 14.2). */
export function xorAddress({ address, port }: Address, transaction: Buffer): Buffer {
  const bytes = addressBytes(address);
  const front = Buffer.from([0, bytes.length === 4 ? 1 : 2, 0, 0]);
  front.writeUInt16BE(port ^ cookie.readUInt16BE(0), 2);
  return Buffer.concat([front, xor(bytes, Buffer.concat([cookie, transaction]))]);
}

export function fromXorAddress(value: Buffer, transaction: Buffer): Address {
  const bytes = xor(value.subarray(4), Buffer.concat([cookie, transaction]));
  const address =
    bytes.length === 4
      ? bytes.join('.')
      : (bytes.toString('hex').match(/.{4}/g) ?? [])
          .map((group) => parseInt(group, 16).toString(16))
          .join(':');
  return { address, port: value.readUInt16BE(2) ^ cookie.readUInt16BE(0) };
}

export function number32(type: keyof typeof attributes, value: number): Attribute {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return { type: attributes[type], value: bytes };
}

export function text(type: keyof typeof attributes, value: string): Attribute {
  return { type: attributes[type], value: Buffer.from(value) };
}

/** The key of MESSAGE-INTEGRITY (RFC 8489 section 9.2.2). */
export function longTermKey(username: string, realm: string, password: string): Buffer {
  return hash('md5', `${username}:${realm}:${password}`, 'buffer');
}
