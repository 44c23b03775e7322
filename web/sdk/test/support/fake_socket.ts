/** One end of a WebSocket over a network with a little latency, in virtual time. */
export class FakeSocket {
  static readonly LATENCY_MS = 5;

  readonly url: string;
  readonly protocol: string;
  /** Whose it is. */
  page: object | null = null;
  readyState: number = WebSocket.CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  /** The server's side. */
  readonly server: ServerSocket;

  constructor(url: string, protocol: string) {
    this.url = url;
    this.protocol = protocol;
    this.server = new ServerSocket(this);
  }

  send(text: string): void {
    if (this.readyState === WebSocket.CONNECTING) throw new Error('not open yet');
    if (this.readyState === WebSocket.OPEN) this.server.receive(text);
  }

  close(code = 1005): void {
    if (this.readyState >= WebSocket.CLOSING) return;
    this.readyState = WebSocket.CLOSING;
    this.server.closedByClient(code);
    setTimeout(() => this.finish(code), FakeSocket.LATENCY_MS);
  }

  /** The socket is over, on this side. */
  finish(code: number): void {
    if (this.readyState === WebSocket.CLOSED) return;
    this.readyState = WebSocket.CLOSED;
    this.onclose?.({ code, reason: '' });
  }

  get asWebSocket(): WebSocket {
    return this as unknown as WebSocket;
  }
}

/** What a server does with a socket. Whatever is under way when the network dies is lost. */
export class ServerSocket {
  onmessage: (text: string) => void = () => undefined;
  onclose: (code: number) => void = () => undefined;
  readonly #client: FakeSocket;
  #dead = false;
  #closed = false;

  constructor(client: FakeSocket) {
    this.#client = client;
  }

  get isOpen(): boolean {
    return !this.#closed;
  }

  open(): void {
    this.#later(() => {
      this.#client.readyState = WebSocket.OPEN;
      this.#client.onopen?.();
    });
  }

  /** Nobody answers. */
  refuse(): void {
    this.#later(() => {
      this.#end(1006);
    });
  }

  send(message: object): void {
    const data = JSON.stringify(message);
    this.#later(() => {
      if (this.#client.readyState === WebSocket.OPEN) this.#client.onmessage?.({ data });
    });
  }

  close(code: number): void {
    this.#later(() => {
      this.#end(code);
    });
    this.#closed = true;
  }

  /** The connection breaks, and both sides notice. */
  reset(): void {
    this.#dead = true;
    setTimeout(() => {
      this.#end(1006);
    });
  }

  /** The connection breaks, and nobody notices. */
  freeze(): void {
    this.#dead = true;
  }

  receive(text: string): void {
    this.#later(() => {
      if (!this.#closed) this.onmessage(text);
    });
  }

  closedByClient(code: number): void {
    this.#later(() => {
      this.#end(code);
    });
  }

  #end(code: number): void {
    this.#client.finish(code);
    if (this.#closed) return;
    this.#closed = true;
    this.onclose(code);
  }

  #later(action: () => void): void {
    setTimeout(() => {
      if (!this.#dead) action();
    }, FakeSocket.LATENCY_MS);
  }
}
