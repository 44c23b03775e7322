import { Emitter } from '../base/emitter.ts';
import type { CallState } from './call_types.ts';
import type { VisavisError } from '../base/errors.ts';
import type { Files } from '../files/files.ts';
import type { RemoteParticipant } from '../link/participant.ts';
import type { EndReason } from '../base/protocol.ts';
import type { UplinkState } from '../adapt/uplink_budget.ts';

interface CallEvents {
  state: CallState;
  participants: void;
  /** `room` changed: the call got a name, or lost it with the server. */
  room: void;
  knocks: void;
  /** `locked`, `hosts` or `removed` changed. */
  rules: void;
  ended: EndReason;
  data: { from: RemoteParticipant; data: string | ArrayBuffer };
  /** What of us the others get is better or worse now. */
  uplink: { readonly state: UplinkState };
  speaker: RemoteParticipant | null;
  reaction: { from: RemoteParticipant; emoji: string };
  /** Files can be received and sent; the offers come after this. */
  files: Files;
}

/** How a call stands, for whoever watches it. */
export class CallStatus extends Emitter<CallEvents> {
  #state: CallState = 'calling';
  #endReason: EndReason | null = null;
  #error: VisavisError | null = null;
  #connectedAt: number | null = null;

  get state(): CallState {
    return this.#state;
  }

  get endReason(): EndReason | null {
    return this.#endReason;
  }

  /** The last thing that went wrong, mended or not; null if nothing did. */
  get error(): VisavisError | null {
    return this.#error;
  }

  /** Date.now() when it was first connected. */
  get connectedAt(): number | null {
    return this.#connectedAt;
  }

  protected enter(state: Exclude<CallState, 'ended'>): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'connected') this.#connectedAt ??= Date.now();
    this.emit('state', state);
  }

  protected wentWrong(error: VisavisError): void {
    this.#error = error;
  }

  /** The `ended` event is for the owner to emit, once nothing is left of the call. */
  protected enterEnd(reason: EndReason): void {
    this.#endReason = reason;
    this.#state = 'ended';
    this.emit('state', 'ended');
  }
}
