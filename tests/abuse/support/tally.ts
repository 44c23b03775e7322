// What an attacker has sent, and what the server told it.

export interface TallyReport {
  /** Messages, requests or datagrams that the system took for sending. */
  sent: number;
  bytes: number;
  /** Connections asked for, and those that came to stand. */
  dialled: number;
  opened: number;
  /** How often: "error rate_limited", "close 1008", "bye draining", "http 503", or a message's type. */
  told: Record<string, number>;
  /** Whatever else an attack measured. */
  notes: Record<string, number>;
}

export class Tally {
  sent = 0;
  bytes = 0;
  dialled = 0;
  opened = 0;
  readonly notes = new Map<string, number>();
  readonly #told = new Map<string, number>();

  tell(what: string): void {
    this.#told.set(what, (this.#told.get(what) ?? 0) + 1);
  }
  count(what: string): number {
    return this.#told.get(what) ?? 0;
  }
  note(what: string, amount = 1): void {
    this.notes.set(what, (this.notes.get(what) ?? 0) + amount);
  }
  report(): TallyReport {
    const { sent, bytes, dialled, opened } = this;
    return {
      ...{ sent, bytes, dialled, opened },
      told: Object.fromEntries(this.#told),
      notes: Object.fromEntries(this.notes),
    };
  }
}

export function addUp(reports: readonly TallyReport[]): TallyReport {
  const sum: TallyReport = { sent: 0, bytes: 0, dialled: 0, opened: 0, told: {}, notes: {} };
  for (const report of reports) {
    sum.sent += report.sent;
    sum.bytes += report.bytes;
    sum.dialled += report.dialled;
    sum.opened += report.opened;
    for (const kind of ['told', 'notes'] as const) {
      for (const [what, count] of Object.entries(report[kind])) {
        sum[kind][what] = (sum[kind][what] ?? 0) + count;
      }
    }
  }
  return sum;
}
