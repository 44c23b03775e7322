import type { ControlChannel } from './control_channel.ts';
import { Emitter } from '../base/emitter.ts';
import { VisavisError } from '../base/errors.ts';
import { PROOF_TIMEOUT_MS } from '../base/limits.ts';
import { createLogger } from '../base/logger.ts';
import { proofText, type Fingerprints } from './passphrase.ts';
import type { Timers } from '../base/timers.ts';

const log = createLogger('proof');

interface LinkProofEvents {
  /** `mayReceive`, `maySend` or `trust` are different now. */
  change: void;
  /** One side does not know the passphrase: the link is to be closed. */
  refused: VisavisError;
}

export interface LinkProofOptions {
  /** Of the room's passphrase; null where this side has none, and lets everybody be. */
  key: Promise<CryptoKey> | null;
  subtle: SubtleCrypto | null;
  timers: Timers;
  control: ControlChannel;
  /** What is to be shut until then. */
  gated: readonly { setGate(gate: { maySend: boolean; mayReceive: boolean }): void }[];
  /** Whether what the other side sends arrives here: only then is its silence a refusal. */
  isUp: () => boolean;
}

/**
 * Both sides of a link prove to each other that they know the room's passphrase, on each of its connections anew: an
 * HMAC over the certificates of this very connection, so that nobody in between can have made the two ends believe
 * in each other. Until then nothing else passes (docs/adr/0010-passphrase.md).
 */
export class LinkProof extends Emitter<LinkProofEvents> {
  readonly #options: LinkProofOptions;
  // What is computed for an earlier connection is not of interest any more.
  #round = 0;
  #fingerprints: Fingerprints | null = null;
  #checked = false;
  #verified = false;
  #confirmed = false;
  #cancelTimer: (() => void) | null = null;

  constructor(options: LinkProofOptions) {
    super();
    this.#options = options;
    const { control } = options;
    control.on('proof', (mac) => void this.#onProof(mac));
    control.on('proofTaken', () => {
      this.#confirmed = true;
      this.#onChange();
    });
    control.on('proofRefused', () => {
      if (options.key) this.#refuse(wrong());
    });
    this.#setGates();
  }

  get trust(): 'open' | 'proving' | 'proven' {
    if (!this.#options.key) return 'open';
    return this.maySend ? 'proven' : 'proving';
  }

  /** They have proven it: what they send is theirs. */
  get mayReceive(): boolean {
    return !this.#options.key || this.#verified;
  }

  /** Proven both ways: what we send from now on is taken. */
  get maySend(): boolean {
    return !this.#options.key || (this.#verified && this.#confirmed);
  }

  /** The channel of a connection is open. @param fingerprints Of that connection. */
  begin(fingerprints: Fingerprints | null): void {
    const { key } = this.#options;
    // Of a connection that has taken over, all is proven already.
    if (!key || this.maySend) return;
    if (!fingerprints?.local || !fingerprints.remote) {
      log.error('a connection without certificates');
      this.#refuse(wrong());
      return;
    }
    this.#fingerprints = fingerprints;
    this.#awaitProof();
    void this.#prove(key, fingerprints);
  }

  /** Another connection: nothing is proven of it. */
  reset(): void {
    this.#round += 1;
    this.#fingerprints = null;
    this.#checked = this.#verified = this.#confirmed = false;
    this.close();
    this.#onChange();
  }

  /** The connection of another proof carries the link from now on: what is proven of it holds here. */
  adopt(other: LinkProof): void {
    this.close();
    other.close();
    this.#round += 1;
    this.#fingerprints = other.#fingerprints;
    this.#checked = other.#checked;
    this.#verified = other.#verified;
    this.#confirmed = other.#confirmed;
    this.#onChange();
  }

  close(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }

  async #prove(key: Promise<CryptoKey>, { local, remote }: Fingerprints): Promise<void> {
    const round = this.#round;
    try {
      const mac = await this.#options.subtle?.sign('HMAC', await key, proofText(local, remote));
      if (mac && round === this.#round) this.#options.control.sendProof(new Uint8Array(mac));
    } catch (error) {
      // Without a key the call ends by itself; without our proof the other side refuses us.
      log.error('could not prove the passphrase', error);
    }
  }

  async #onProof(mac: Uint8Array<ArrayBuffer>): Promise<void> {
    const { key, subtle, control } = this.#options;
    if (!key) {
      const words = 'The others in this room ask for a passphrase.';
      this.#refuse(new VisavisError('passphrase_needed', words));
      return;
    }
    const fingerprints = this.#fingerprints;
    if (!fingerprints || this.#checked) return;
    this.#checked = true;
    const round = this.#round;
    const text = proofText(fingerprints.remote, fingerprints.local);
    const valid = await isValid(subtle, key, mac, text);
    if (round !== this.#round) return;
    if (!valid) {
      this.#refuse(wrong());
      return;
    }
    this.#verified = true;
    control.sendProofTaken();
    this.#onChange();
  }

  #onChange(): void {
    if (this.maySend) this.close();
    this.#setGates();
    this.emit('change');
  }

  #setGates(): void {
    for (const channel of this.#options.gated) channel.setGate(this);
  }

  #awaitProof(): void {
    this.#cancelTimer = this.#options.timers.set(() => {
      if (this.#options.isUp()) this.#refuse(wrong());
      else this.#awaitProof();
    }, PROOF_TIMEOUT_MS);
  }

  #refuse(error: VisavisError): void {
    log.warn(error.code);
    this.#options.control.sendProofRefused();
    this.reset();
    this.emit('refused', error);
  }
}

function wrong(): VisavisError {
  return new VisavisError('passphrase_wrong', 'The others in this room have another passphrase.');
}

/** Compares in constant time, as `verify` does. */
async function isValid(
  subtle: SubtleCrypto | null,
  key: Promise<CryptoKey>,
  mac: Uint8Array<ArrayBuffer>,
  text: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  try {
    return (await subtle?.verify('HMAC', await key, mac, text)) ?? false;
  } catch (error) {
    log.error('could not check a proof', error);
    return false;
  }
}
