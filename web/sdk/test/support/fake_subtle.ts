// The part of Web Crypto that this package uses, computed at once: the browser's own answers in real time, which virtual
// time does not wait for.
import { createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

type Key = CryptoKey & { bytes: Buffer };

// Slow on purpose, and the same for all tests.
const derived = new Map<string, Buffer>();

const bytesOf = (data: BufferSource): Buffer =>
  data instanceof ArrayBuffer
    ? Buffer.from(data)
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength);

const hmac = (key: CryptoKey, data: BufferSource): Buffer =>
  createHmac('sha256', (key as Key).bytes)
    .update(bytesOf(data))
    .digest();

const fake = {
  importKey: (_format: string, data: BufferSource) => Promise.resolve({ bytes: bytesOf(data) }),

  deriveKey: ({ salt, iterations }: Pbkdf2Params, base: Key) => {
    const text = bytesOf(salt);
    const id = [base.bytes, text].map((part) => part.toString('hex')).join(':');
    let bytes = derived.get(id);
    if (!bytes) derived.set(id, (bytes = pbkdf2Sync(base.bytes, text, iterations, 32, 'sha256')));
    return Promise.resolve({ bytes });
  },

  sign: (_name: string, key: CryptoKey, data: BufferSource) =>
    Promise.resolve(new Uint8Array(hmac(key, data)).buffer),

  verify: (_name: string, key: CryptoKey, mac: BufferSource, data: BufferSource) =>
    Promise.resolve(timingSafeEqual(bytesOf(mac), hmac(key, data))),
};

export const fakeSubtle = fake as unknown as SubtleCrypto;
