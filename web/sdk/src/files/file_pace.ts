import {
  FILES_CHUNK_BYTES,
  FILES_PACE_BASE_MS,
  FILES_PACE_BASES,
  FILES_PACE_DELAY_MS,
  FILES_PACE_PIECE_MIN_BYTES,
  FILES_PACE_START_BYTES,
  FILES_WINDOW_BYTES,
} from '../base/limits.ts';

/** A piece that was sent, and not yet told to have come in. */
interface Flying {
  readonly transfer: number;
  readonly end: number;
  readonly bytes: number;
  readonly sentAt: number;
}

// One late answer is the machine's, not the network's.
const RECENT_DELAYS = 4;
// A quarter of what may be under way, so that there is always a next one on its way.
const PIECES_UNDER_WAY = 4;

/**
 * How much of files may be under way over one link: as much as fits without a queue in front of what people say and
 * show, which would wait behind it or, in the case of pictures, not be sent at all.
 *
 * After LEDBAT (RFC 6817): the time until a piece is told to have come in, less the shortest such time of the last
 * minute, is what it waited in queues. While that is below FILES_PACE_DELAY_MS more may be under way, above it less.
 * As a queue that always stands would hide itself, every FILES_PACE_BASE_MS what is under way is let run empty for a
 * moment (as in LEDBAT++). Pure: takes the time, in milliseconds of one clock.
 */
export class FilePace {
  #window = FILES_PACE_START_BYTES;
  #flying: Flying[] = [];
  // At the beginning, until a queue builds up, it doubles with every round.
  #starting = true;
  #recent: number[] = [];
  // The shortest of each of the last stretches of FILES_PACE_BASE_MS, the newest first.
  #bases: number[] = [];
  #baseSince = -Infinity;
  #cutAt = -Infinity;
  // Since when what is under way runs empty, for the shortest delay to be seen again.
  #emptyingSince: number | null = null;

  /** How large the next piece may be. */
  get pieceBytes(): number {
    const part = Math.floor(this.#allowed / PIECES_UNDER_WAY);
    return Math.min(FILES_CHUNK_BYTES, Math.max(FILES_PACE_PIECE_MIN_BYTES, part));
  }

  /** Whether another piece may be sent now. One always may be under way. */
  get isOpen(): boolean {
    return this.#underWay === 0 || this.#underWay + this.pieceBytes <= this.#allowed;
  }

  /** A piece of a transfer, up to `end` of its file, was handed to the channel. */
  sent(transfer: number, end: number, bytes: number, now: number): void {
    this.#flying.push({ transfer, end, bytes, sentAt: now });
  }

  /** The other side has the file of that transfer up to `end`. */
  received(transfer: number, end: number, now: number): void {
    const here = (piece: Flying): boolean => piece.transfer === transfer && piece.end <= end;
    const last = this.#flying.findLast(here);
    if (!last) return;
    const wasFull = !this.isOpen;
    const before = this.#underWay;
    this.#drop(here);
    this.#observe(last, before - this.#underWay, wasFull, now);
  }

  /** Nothing more is told of that transfer. */
  forget(transfer: number): void {
    this.#drop((piece) => piece.transfer === transfer);
  }

  /** Another channel, maybe over another path: nothing is under way, nothing is known. */
  reset(): void {
    this.#window = FILES_PACE_START_BYTES;
    this.#flying = [];
    this.#starting = true;
    this.#recent = [];
    this.#bases = [];
    this.#baseSince = this.#cutAt = -Infinity;
    this.#emptyingSince = null;
  }

  get #underWay(): number {
    return this.#flying.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get #allowed(): number {
    return this.#emptyingSince === null ? this.#window : FILES_PACE_PIECE_MIN_BYTES;
  }

  #drop(which: (piece: Flying) => boolean): void {
    this.#flying = this.#flying.filter((piece) => !which(piece));
  }

  #observe(piece: Flying, bytes: number, wasFull: boolean, now: number): void {
    const delay = now - piece.sentAt;
    this.#noteBase(delay, now);
    this.#recent = [delay, ...this.#recent.slice(0, RECENT_DELAYS - 1)];
    if (this.#emptyingSince !== null) {
      // Only what was sent into the empty path tells its length.
      if (piece.sentAt > this.#emptyingSince && this.#underWay === 0) this.#emptyingSince = null;
      return;
    }
    const queued = Math.min(...this.#recent) - Math.min(...this.#bases);
    if (queued > 2 * FILES_PACE_DELAY_MS) this.#cut(delay, now);
    else this.#adjust(1 - queued / FILES_PACE_DELAY_MS, bytes, wasFull);
  }

  /** @param room From 1, no queue at all, to -1, twice the queue that is aimed at. */
  #adjust(room: number, bytes: number, wasFull: boolean): void {
    this.#starting &&= room > 0.5;
    // What is not used says nothing about whether more would fit.
    if (room > 0 && !wasFull) return;
    const step = this.#starting ? bytes : (room * bytes * this.pieceBytes) / this.#window;
    this.#set(this.#window + step);
  }

  /** Far too much: at once, but once for each round, in which the cut can't show yet. */
  #cut(delay: number, now: number): void {
    this.#starting = false;
    if (now - this.#cutAt < delay) return;
    this.#cutAt = now;
    this.#set(this.#window / 2);
  }

  #set(window: number): void {
    this.#window = Math.min(FILES_WINDOW_BYTES, Math.max(FILES_PACE_PIECE_MIN_BYTES, window));
  }

  #noteBase(delay: number, now: number): void {
    if (now - this.#baseSince < FILES_PACE_BASE_MS) {
      this.#bases[0] = Math.min(this.#bases[0] ?? Infinity, delay);
      return;
    }
    if (this.#bases.length > 0) this.#emptyingSince = now;
    this.#bases = [delay, ...this.#bases.slice(0, FILES_PACE_BASES - 1)];
    this.#baseSince = now;
  }
}
