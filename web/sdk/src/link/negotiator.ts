import { CANDIDATES_MAX, KEPT_CANDIDATES_MAX } from '../base/limits.ts';
import type { LinkSignal } from './link_signal.ts';
import { createLogger } from '../base/logger.ts';

const log = createLogger('negotiation');

/** The part of a signal that negotiation is about. */
export type NegotiationSignal = Pick<LinkSignal, 'generation' | 'description' | 'candidate'>;

interface KeptCandidate {
  generation: number;
  candidate: RTCIceCandidateInit | null;
}

/**
 * Perfect negotiation (W3C webrtc-pc, section 10.7) on one RTCPeerConnection, with its names, and two rules more:
 * the polite peer never makes the first offer, and candidates are matched with descriptions by `generation`.
 */
export class Negotiator {
  readonly #pc: RTCPeerConnection;
  readonly #polite: boolean;
  readonly #send: (signal: NegotiationSignal) => void;
  readonly #beforeAnswer: () => Promise<void>;
  readonly #onError: (error: unknown) => void;

  #makingOffer = false;
  #ignoreOffer = false;
  #isSettingRemoteAnswerPending = false;

  // Ours counts the descriptions we made; theirs is the last of them that was applied here.
  #localGeneration = 0;
  #remoteGeneration = 0;
  #ignoredGeneration = 0;
  #describedAt = 0;
  #kept: KeptCandidate[] = [];
  // Of the description that was applied last.
  #candidates = 0;

  constructor(options: {
    pc: RTCPeerConnection;
    polite: boolean;
    send: (signal: NegotiationSignal) => void;
    /** Called between an offer and its answer: the moment to say what we send. */
    beforeAnswer: () => Promise<void>;
    onError: (error: unknown) => void;
  }) {
    this.#pc = options.pc;
    this.#polite = options.polite;
    this.#send = options.send;
    this.#beforeAnswer = options.beforeAnswer;
    this.#onError = options.onError;
    this.#pc.onnegotiationneeded = () => {
      // Creating the data channel asks for negotiation on both sides; the first offer is the other's.
      if (this.#polite && this.#remoteGeneration === 0) return;
      void this.#offer();
    };
    this.#pc.onicecandidate = ({ candidate }) => {
      this.#onLocalCandidate(candidate);
    };
  }

  /** How long our offer has been waiting for its answer, in ms; 0 when there is none. */
  get offerAge(): number {
    if (this.#pc.signalingState !== 'have-local-offer') return 0;
    return performance.now() - this.#describedAt;
  }

  receive(signal: NegotiationSignal): void {
    const generation = signal.generation ?? 0;
    if (signal.description) void this.#onDescription(signal.description, generation);
    else if (signal.candidate !== undefined) this.#onCandidate(signal.candidate, generation);
  }

  async #offer(): Promise<void> {
    try {
      this.#makingOffer = true;
      await this.#setLocalDescription();
    } catch (error) {
      this.#report(error);
    } finally {
      this.#makingOffer = false;
    }
  }

  async #setLocalDescription(): Promise<void> {
    const generation = ++this.#localGeneration;
    await this.#pc.setLocalDescription();
    const description = this.#pc.localDescription;
    if (!description || this.#closed) return;
    this.#describedAt = performance.now();
    this.#send({ generation, description: { type: description.type, sdp: description.sdp } });
  }

  async #onDescription(description: RTCSessionDescriptionInit, generation: number): Promise<void> {
    const isOffer = description.type === 'offer';
    const readyForOffer =
      !this.#makingOffer &&
      (this.#pc.signalingState === 'stable' || this.#isSettingRemoteAnswerPending);
    const offerCollision = isOffer && !readyForOffer;

    this.#ignoreOffer = !this.#polite && offerCollision;
    if (this.#ignoreOffer) {
      log.info('offers collided; ours goes on');
      this.#ignoredGeneration = generation;
      return;
    }
    if (!isOffer && this.#pc.signalingState !== 'have-local-offer') {
      log.warn(`an answer in state ${this.#pc.signalingState}`);
      return;
    }
    try {
      // Operations on a peer connection queue up, so candidates may follow from here on.
      this.#remoteGeneration = generation;
      this.#candidates = 0;
      this.#isSettingRemoteAnswerPending = !isOffer;
      await this.#pc.setRemoteDescription(description); // rolls back our own offer as needed
      this.#isSettingRemoteAnswerPending = false;
      this.#addKeptCandidates();
      if (!isOffer || this.#closed) return;
      await this.#beforeAnswer();
      // Another offer may have come meanwhile, and is answered instead.
      if (generation !== this.#remoteGeneration) return;
      await this.#setLocalDescription();
    } catch (error) {
      this.#report(error);
    } finally {
      this.#isSettingRemoteAnswerPending = false;
    }
  }

  #onLocalCandidate(candidate: RTCIceCandidate | null): void {
    // The empty candidate ends a generation for one m-line (Firefox); null ends gathering, and says it for all.
    if (candidate?.candidate === '') return;
    this.#send({ generation: this.#localGeneration, candidate: candidate?.toJSON() ?? null });
  }

  #onCandidate(candidate: RTCIceCandidateInit | null, generation: number): void {
    if (generation < this.#remoteGeneration || generation === this.#ignoredGeneration) {
      log.debug('a late candidate was dropped');
    } else if (generation === this.#remoteGeneration && generation > 0) {
      void this.#addCandidate(candidate);
    } else if (this.#kept.length < KEPT_CANDIDATES_MAX) {
      this.#kept.push({ generation, candidate });
    } else {
      log.warn('too many candidates before their description; one was dropped');
    }
  }

  #addKeptCandidates(): void {
    const kept = this.#kept;
    this.#kept = kept.filter(({ generation }) => generation > this.#remoteGeneration);
    for (const { generation, candidate } of kept) {
      if (generation === this.#remoteGeneration) void this.#addCandidate(candidate);
    }
  }

  async #addCandidate(candidate: RTCIceCandidateInit | null): Promise<void> {
    this.#candidates += 1;
    if (this.#candidates > CANDIDATES_MAX) return;
    try {
      // An empty candidate without m-line is end-of-candidates for all of them.
      await this.#pc.addIceCandidate(candidate ?? { candidate: '' });
    } catch (error) {
      // One candidate less need not matter: if none is left, the link does not come up, and that is told.
      if (!this.#ignoreOffer && !this.#closed) log.warn('a candidate was not taken', error);
    }
  }

  get #closed(): boolean {
    return this.#pc.signalingState === 'closed';
  }

  #report(error: unknown): void {
    // Whatever was under way when the connection was closed fails, and nobody waits for it any more.
    if (!this.#closed) this.#onError(error);
  }
}
