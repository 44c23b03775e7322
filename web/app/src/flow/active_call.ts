import type { Call, Person } from '@visavis/client';

import type { Public } from '../base/public.ts';
import { Subscriptions } from '../base/subscriptions.ts';
import { CallTrouble } from '../ended/call_trouble.ts';
import { type EndSummary, summarizeEnd } from '../ended/end_summary.ts';

/** The one call that fills the screen: who is in it, and whether we were the ones to end it. */
export class ActiveCall {
  readonly call: Public<Call>;
  readonly #subscriptions = new Subscriptions();
  #peers: readonly Person[];
  #endedByUs = false;
  readonly #trouble = new CallTrouble();

  /** `peers` are those called, as long as the server has not named the participants. */
  constructor(
    call: Public<Call>,
    peers: readonly Person[],
    on: { change: () => void; end: (summary: EndSummary) => void },
  ) {
    this.call = call;
    this.#peers = peers;
    this.#rememberPeers();
    this.#subscriptions.add(
      call.on('state', (state) => {
        this.#trouble.onState(state);
        on.change();
      }),
      call.on('uplink', ({ state }) => {
        this.#trouble.onUplink(state, Date.now());
      }),
      call.on('room', on.change),
      call.on('participants', () => {
        this.#rememberPeers();
        on.change();
      }),
      call.on('ended', () => {
        this.dispose();
        const now = Date.now();
        const troubled = this.#trouble.wasBad(now);
        on.end(summarizeEnd(call, this.#peers, { endedByUs: this.#endedByUs, troubled }, now));
      }),
    );
  }

  /** Somebody has accepted, we or they: from here on the call has its own screen. */
  get answered(): boolean {
    const { direction, state } = this.call;
    return direction !== 'outgoing' || (state !== 'calling' && state !== 'ringing');
  }

  get endedByUs(): boolean {
    return this.#endedByUs;
  }

  get peers(): readonly Person[] {
    return this.#peers;
  }

  hangUp(): void {
    this.#endedByUs = true;
    this.call.hangUp();
  }

  dispose(): void {
    this.#subscriptions.end();
  }

  #rememberPeers(): void {
    const { participants, from } = this.call;
    const others = participants.length > 0 || from === null ? participants : [from];
    if (others.length === 0) return;
    this.#peers = others.map(({ user, name, confusable }) => ({
      user,
      name,
      inCall: true,
      confusable,
    }));
  }
}
