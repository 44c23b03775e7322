import { webcrypto } from 'node:crypto';
import { expect, test } from 'vitest';
import { fakeSubtle } from '../../test/support/fake_subtle.ts';
import { PASSPHRASE_ITERATIONS } from '../base/limits.ts';
import { deriveRoomKey, fingerprintsOf, proofText } from './passphrase.ts';

const subtle = webcrypto.subtle as SubtleCrypto;

async function macOf(crypto: SubtleCrypto, room: string, passphrase: string): Promise<string> {
  const key = await deriveRoomKey(crypto, room, passphrase);
  const mac = await crypto.sign('HMAC', key, proofText('sha-256 AA', 'sha-256 BB'));
  return Buffer.from(mac).toString('hex');
}

test('a proof is the one that other implementations make', async () => {
  // printf 'visavis proof v1\nsha-256 AA\nsha-256 BB' | openssl mac -digest SHA256 -macopt hexkey:$(openssl kdf
  // -keylen 32 -kdfopt digest:SHA256 -kdfopt pass:sesame -kdfopt salt:'visavis room v1:abc' -kdfopt iter:600000
  // -binary PBKDF2 | xxd -p -c 32) HMAC
  const expected = '0d4c4ffe75b3208c9e84ece078f6bdf856ef8fa17a9ab109bf9e8e6a99c8649e';
  expect(await macOf(subtle, 'abc', 'sesame')).toBe(expected);
  expect(await macOf(fakeSubtle, 'abc', 'sesame'), 'the fake of the other tests').toBe(expected);
});

test('a passphrase is the same however it was typed, and another in another room', async () => {
  const mac = await macOf(subtle, 'abc', 'caf\u00e9');
  expect(await macOf(subtle, 'abc', 'cafe\u0301')).toBe(mac);
  expect(await macOf(subtle, 'abd', 'caf\u00e9')).not.toBe(mac);
});

test('the key cannot be taken out, and guessing is slow', async () => {
  const key = await deriveRoomKey(subtle, 'abc', 'sesame');
  expect([key.extractable, key.usages]).toEqual([false, ['sign', 'verify']]);
  expect(PASSPHRASE_ITERATIONS).toBeGreaterThanOrEqual(310_000);
});

test('without Web Crypto the reason is clear', async () => {
  await expect(deriveRoomKey(null, 'abc', 'sesame')).rejects.toMatchObject({
    code: 'insecure_context',
  });
});

test('fingerprints are found wherever they stand, each once, in one form', () => {
  const sdp = [
    'v=0',
    'a=fingerprint:SHA-256 ab:CD:ef',
    'm=audio 9 UDP/TLS/RTP/SAVPF 0',
    'a=fingerprint:sha-256 AB:cd:EF',
    'a=fingerprint:sha-1 01:02',
    '',
  ].join('\r\n');
  expect(fingerprintsOf(sdp)).toBe('sha-1 01:02,sha-256 AB:CD:EF');
  expect(fingerprintsOf(sdp.replaceAll('\r', ''))).toBe('sha-1 01:02,sha-256 AB:CD:EF');
  expect(fingerprintsOf('v=0\r\n')).toBe('');
});

test.each([
  'a=fingerprint:sha-256 EE and more',
  'a=fingerprint:sha-256  EE',
  'a=fingerprint:sha-256\tEE',
  'a=Fingerprint:sha-256 EE',
  ' a=fingerprint:sha-256 EE',
  'x\ra=fingerprint:sha-256 EE',
])('a fingerprint that only some parsers would see changes the result: %j', (line) => {
  const honest = 'v=0\r\na=fingerprint:sha-256 AB\r\n';
  expect(fingerprintsOf(`${honest}${line}\r\n`)).not.toBe(fingerprintsOf(honest));
});
