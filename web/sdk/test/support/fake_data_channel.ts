import type { FakePeerConnection } from './fake_peer_connection.ts';

const TURN_MS = 10;

export class FakeDataChannel {
  readyState: RTCDataChannelState = 'connecting';
  bufferedAmount = 0;
  binaryType = 'blob';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  bufferedAmountLowThreshold = 0;
  onclose: (() => void) | null = null;
  onbufferedamountlow: (() => void) | null = null;
  /** For tests: all that was handed to it. */
  readonly sent: unknown[] = [];
  /** How much the path takes; what waits beyond it is buffered. */
  bytesPerMs = Infinity;
  /** The most that was ever buffered. */
  bufferedMost = 0;
  /** For tests: changes what is sent on its way, null loses it. */
  tamper: (data: unknown) => unknown = (data) => data;
  readonly #pc: FakePeerConnection;
  readonly #id: number;
  #waiting: unknown[] = [];
  #draining = false;
  // What the last turn sent too much, as messages go whole.
  #room = 0;

  constructor(pc: FakePeerConnection, id: number) {
    this.#pc = pc;
    this.#id = id;
  }

  pathStands(): void {
    if (this.readyState === 'connecting') {
      this.readyState = 'open';
      this.onopen?.();
    }
    this.flush();
  }

  send(data: unknown): void {
    if (this.readyState !== 'open') throw new DOMException('not open', 'InvalidStateError');
    this.sent.push(data);
    this.#waiting.push(data);
    this.flush();
    if (this.#waiting.length === 0) return;
    this.bufferedAmount += sizeOf(data);
    this.bufferedMost = Math.max(this.bufferedMost, this.bufferedAmount);
  }

  /** SCTP is reliable: what could not go goes when the path is back. */
  flush(): void {
    if (!this.#pc.pathWorks || !this.#pc.peer?.channels.has(this.#id)) return;
    if (this.bytesPerMs === Infinity)
      for (const data of this.#waiting.splice(0)) this.#deliver(data);
    else if (!this.#draining) this.#drain();
  }

  /** What one turn's time takes, whole messages, then the next turn. */
  #drain(): void {
    this.#draining = true;
    setTimeout(() => {
      this.#draining = false;
      if (!this.#pc.pathWorks) return;
      this.#room = Math.min(0, this.#room) + this.bytesPerMs * TURN_MS;
      const before = this.bufferedAmount;
      while (this.#waiting.length > 0 && this.#room > 0) {
        const data = this.#waiting.shift();
        this.#room -= sizeOf(data);
        this.bufferedAmount -= sizeOf(data);
        this.#deliver(data);
      }
      const low = this.bufferedAmountLowThreshold;
      if (before > low && this.bufferedAmount <= low) this.onbufferedamountlow?.();
      if (this.#waiting.length > 0) this.#drain();
    }, TURN_MS);
  }

  #deliver(sent: unknown): void {
    const other = this.#pc.peer?.channels.get(this.#id);
    const data = this.tamper(sent);
    if (data === null) return;
    setTimeout(() => {
      if (other?.readyState === 'open') other.onmessage?.({ data });
    }, 1);
  }
}

function sizeOf(data: unknown): number {
  return typeof data === 'string' ? data.length : (data as ArrayBuffer).byteLength;
}
