// What the honest people notice, in each phase.

export type Phase = 'before' | 'during' | 'after';

export interface Page {
  /** Milliseconds from each ping to its pong; for one that never came, until the phase was over. */
  pongs: number[];
  calls: number;
  /** Why a call did not ring, connect or end, one sentence each. */
  failedCalls: string[];
  /** Signals between the two who call, sent and not come or not in order. */
  signals: number;
  lost: number;
  /** Whose connection the server ended. */
  closed: string[];
  /** What an honest wish was refused with. */
  refused: string[];
  /** Bytes of messages that came to whoever got the most of them. */
  bytesMost: number;
  seconds: number;
}

export type Ledger = Record<Phase, Page>;

export function emptyPage(): Page {
  return {
    pongs: [],
    calls: 0,
    failedCalls: [],
    signals: 0,
    lost: 0,
    closed: [],
    refused: [],
    bytesMost: 0,
    seconds: 0,
  };
}
