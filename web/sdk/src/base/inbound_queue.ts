import {
  INBOUND_QUEUE_BYTES_MAX,
  INBOUND_QUEUE_MESSAGES_MAX,
  INBOUND_RATES,
  PARTICIPANT_RATE,
} from './limits.ts';
import { createLogger } from './logger.ts';
import type { Slices } from './slices.ts';
import { TrafficBudget } from './traffic_budget.ts';

const log = createLogger('inbound');

/** The channels of a link; a participant has a budget for each, and one for all of them. */
export type Lane = keyof typeof INBOUND_RATES;

/** Whoever takes what comes over one lane. */
export interface Receiver {
  take(data: string | ArrayBuffer): void;
  /** Something was dropped after what has been taken so far. */
  lost(): void;
}

interface Entry {
  readonly receiver: Receiver;
  readonly data: string | ArrayBuffer;
  readonly bytes: number;
}

/**
 * Everything that one person sends over the data channels of a call, between the browser and whoever takes it. Charged
 * to the sender when it comes; handled in its order, in slices (see `Slices`). Whoever sends more than honest software
 * does is told of by `onFlood`, once until `reopen`, and nothing more of theirs is taken. Beyond what fits into the
 * queue, the newest is dropped, and `dropped` counts it. Outlives the links, so that a new link brings no new budget.
 */
export class InboundQueue {
  /** Told, once, that they have sent too much. */
  onFlood: (() => void) | null = null;

  readonly #slices: Slices;
  readonly #budget = new TrafficBudget(PARTICIPANT_RATE);
  readonly #lanes: Readonly<Record<Lane, TrafficBudget>> = {
    control: new TrafficBudget(INBOUND_RATES.control),
    chat: new TrafficBudget(INBOUND_RATES.chat),
    files: new TrafficBudget(INBOUND_RATES.files),
  };
  #entries: Entry[] = [];
  // Of #entries: what is before it has been handled.
  #next = 0;
  #bytes = 0;
  #dropped = 0;
  #flooded = false;

  constructor(slices: Slices) {
    this.#slices = slices;
  }

  /** Messages that did not fit into the queue. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Somebody in the call sends far more than people do. */
  get isStormy(): boolean {
    return this.#slices.isStormy;
  }

  get length(): number {
    return this.#entries.length - this.#next;
  }

  accept(lane: Lane, data: string | ArrayBuffer, receiver: Receiver): void {
    if (this.#flooded) return;
    // A character is at least one byte, and counting the bytes of a flood would be work.
    const bytes = typeof data === 'string' ? data.length : data.byteLength;
    if (!this.#budget.isExpected(bytes)) this.#slices.note();
    if (!this.#lanes[lane].take(bytes) || !this.#budget.take(bytes)) {
      log.warn(`too much comes over ${lane}`);
      this.flooded();
      return;
    }
    const entry: Entry = { receiver, data, bytes };
    const handle = (): void => {
      this.#handle(entry);
    };
    if (this.length > 0 || !this.#slices.tryNow(this, handle)) this.#push(entry);
  }

  /** We have asked for so much of what comes over that lane: it does not count as theirs. */
  expect(lane: Lane, messages: number, bytes: number): void {
    this.#lanes[lane].expect(messages, bytes);
    this.#budget.expect(messages, bytes);
  }

  /** They have done what no honest software does: as if they had sent too much. */
  flooded(): void {
    if (this.#flooded) return;
    this.#flooded = true;
    this.#clear();
    for (const budget of [this.#budget, ...Object.values(this.#lanes)]) budget.drain();
    this.onFlood?.();
  }

  /** The same person comes as another participant: what they send is taken again, as far as the budgets have grown. */
  reopen(): void {
    this.#flooded = false;
  }

  /** Called by `Slices`. */
  work(until: number): boolean {
    for (;;) {
      const entry = this.#entries[this.#next];
      if (!entry) break;
      this.#next += 1;
      this.#bytes -= entry.bytes;
      this.#handle(entry);
      if (performance.now() >= until) break;
    }
    if (this.length > 0) return true;
    this.#clear();
    return false;
  }

  /** The call is over. */
  close(): void {
    this.onFlood = null;
    this.#flooded = true;
    this.#clear();
    this.#slices.remove(this);
  }

  #handle({ receiver, data }: Entry): void {
    try {
      receiver.take(data);
    } catch (error) {
      log.error('a message could not be taken', error);
    }
  }

  #push(entry: Entry): void {
    const full =
      this.length >= INBOUND_QUEUE_MESSAGES_MAX ||
      this.#bytes + entry.bytes > INBOUND_QUEUE_BYTES_MAX;
    if (full) {
      this.#dropped += 1;
      entry.receiver.lost();
      return;
    }
    this.#entries.push(entry);
    this.#bytes += entry.bytes;
    this.#slices.add(this);
  }

  #clear(): void {
    this.#entries = [];
    this.#next = 0;
    this.#bytes = 0;
  }
}
