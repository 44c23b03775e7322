import type { FakePeerConnection } from './fake_peer_connection.ts';

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
  readonly #pc: FakePeerConnection;
  readonly #id: number;
  #waiting: unknown[] = [];

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
  }

  /** SCTP is reliable: what could not go goes when the path is back. */
  flush(): void {
    const other = this.#pc.peer?.channels.get(this.#id);
    if (!this.#pc.pathWorks || !other) return;
    for (const data of this.#waiting.splice(0)) {
      setTimeout(() => {
        if (other.readyState === 'open') other.onmessage?.({ data });
      }, 1);
    }
  }
}
