import type { FakePeerConnection } from './fake_peer_connection.ts';

export class FakeDataChannel {
  readyState: RTCDataChannelState = 'connecting';
  bufferedAmount = 0;
  binaryType = 'blob';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  readonly #pc: FakePeerConnection;
  #waiting: unknown[] = [];

  constructor(pc: FakePeerConnection) {
    this.#pc = pc;
  }

  send(data: unknown): void {
    if (this.readyState !== 'open') throw new DOMException('not open', 'InvalidStateError');
    this.#waiting.push(data);
    this.flush();
  }

  /** SCTP is reliable: what could not go goes when the path is back. */
  flush(): void {
    const other = this.#pc.peer?.channel;
    if (!this.#pc.pathWorks || !other) return;
    for (const data of this.#waiting.splice(0)) {
      setTimeout(() => {
        if (other.readyState === 'open') other.onmessage?.({ data });
      }, 1);
    }
  }
}
