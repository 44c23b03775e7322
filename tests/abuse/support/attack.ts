// What an attack is.
import type { Field } from './field.ts';
import type { TallyReport } from './tally.ts';

/** Who is attacked: the honest people's ids, and their rooms. */
export interface Targets {
  ana: string;
  ben: string;
  vic: string;
  /** In the open room. */
  ida: string;
  idaParticipant: string;
  openCall: string;
  /** In the room with knocking. */
  hal: string;
  doorCall: string;
  rooms: {
    /** Without knocking; Ida is inside. */
    open: string;
    /** With knocking; Hal is inside. */
    door: string;
    /** With knocking; it is Vic's, and empty. */
    empty: string;
  };
  /** Vic's resume token, its secret left out. */
  vicSession: string;
}

/** What is known when it is over. */
export interface Outcome extends TallyReport {
  seconds: number;
  /** How much each sample of /metrics has grown. */
  grown: ReadonlyMap<string, number>;
  /** Bytes in the kernel's buffers of the server's sockets, at most. */
  kernelBytes: number;
  short: boolean;
  sameAddress: boolean;
}

export interface Attack {
  /** As in --only; small letters and hyphens. */
  name: string;
  /** Of docs/security/abuse-cases.md; 0 where it is none of those. */
  row: number;
  /** One sentence: what the attacker does. */
  what: string;
  /** More arguments for the server. */
  server?: readonly string[];
  /** From how many addresses of their own; 1 where it is not said. */
  addresses?: number;
  /** The server is told to leave, or killed and started again, in the middle. */
  life?: 'drain' | 'kill';
  /** What the generator must have tried in each second, or the attack was none. */
  atLeast: { sent?: number; dialled?: number };
  /** Bytes that whoever is in a call with the attackers may be sent, beside what anybody may. */
  reaches?: (seconds: number) => number;
  /** In the attacker's process, until the field is over. */
  run(field: Field): Promise<void>;
  /** What does not hold, one sentence each. */
  judge?(outcome: Outcome): string[];
}

/**
 * The attacker must have been told at least one of these: "error rate_limited", "close 1008". In the short form there is
 * not always time for it.
 */
export function mustBeTold(...what: readonly string[]): (outcome: Outcome) => string[] {
  return ({ told, short }) =>
    short || what.some((one) => (told[one] ?? 0) > 0)
      ? []
      : [`the attacker was never told ${what.join(' or ')}`];
}

export function all(
  ...judges: readonly ((outcome: Outcome) => string[])[]
): (outcome: Outcome) => string[] {
  return (outcome) => judges.flatMap((judge) => judge(outcome));
}
