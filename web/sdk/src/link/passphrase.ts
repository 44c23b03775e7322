// What a room's passphrase becomes, so that it can be proven without being told (docs/adr/0010-passphrase.md).
import { VisavisError } from '../base/errors.ts';
import { PASSPHRASE_ITERATIONS } from '../base/limits.ts';

const encoder = new TextEncoder();
const SALT = 'visavis room v1:';
const PROOF = 'visavis proof v1';

/**
 * The key that whoever knows the passphrase has: PBKDF2, once for a room. Rejects with a VisavisError where the browser
 * has no Web Crypto.
 */
export async function deriveRoomKey(
  subtle: SubtleCrypto | null,
  room: string,
  passphrase: string,
): Promise<CryptoKey> {
  if (!subtle) {
    const words = 'Rooms with a passphrase need a secure page: open this one over HTTPS.';
    throw new VisavisError('insecure_context', words);
  }
  // The same text may be typed in more than one way: é, or e with an accent.
  const text = encoder.encode(passphrase.normalize('NFC'));
  const base = await subtle.importKey('raw', text, 'PBKDF2', false, ['deriveKey']);
  const salt = encoder.encode(SALT + room);
  const iterations = PASSPHRASE_ITERATIONS;
  return subtle.deriveKey(
    { name: 'PBKDF2', hash: 'SHA-256', salt, iterations },
    base,
    { name: 'HMAC', hash: 'SHA-256', length: 256 },
    false,
    ['sign', 'verify'],
  );
}

const FINGERPRINT = /^a=fingerprint:(\S+) (\S+)$/;

/**
 * Every certificate that a description (SDP) names, in one form whatever the order and the case; empty when it names
 * none. RFC 8122 section 5. Parsers differ in what they let pass: a line that only looks like a fingerprint
 * stands for itself, so that nobody can slip one past this function that a browser would take.
 */
export function fingerprintsOf(sdp: string): string {
  const found = new Set<string>();
  for (const line of sdp.split(/[\r\n]+/)) {
    if (!/fingerprint/i.test(line)) continue;
    const [, hash, value] = FINGERPRINT.exec(line) ?? [];
    found.add(hash && value ? `${hash.toLowerCase()} ${value.toUpperCase()}` : line);
  }
  return [...found].sort().join(',');
}

/** The two certificates of a connection, as `fingerprintsOf` gives them. */
export interface Fingerprints {
  readonly local: string;
  readonly remote: string;
}

/**
 * What a proof is about. The prover comes first: a proof that is sent back proves nothing, and neither does one from
 * another connection, since its certificates are others.
 */
export function proofText(prover: string, verifier: string): Uint8Array<ArrayBuffer> {
  return encoder.encode([PROOF, prover, verifier].join('\n'));
}
