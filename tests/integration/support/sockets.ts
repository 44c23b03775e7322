// WebSocket clients that nobody here wrote, behind one small interface; this one is npm `ws`.
import { WebSocket } from 'ws';

export interface SocketOptions {
  /** What to offer; undefined offers nothing. */
  subprotocol?: string | undefined;
  headers?: Readonly<Record<string, string>>;
  /** PEM of the authority to trust for wss. */
  ca?: string | undefined;
}

export interface SocketEvents {
  open(subprotocol: string): void;
  text(text: string): void;
  close(code: number, reason: string): void;
}

export interface Socket {
  send(data: string | Uint8Array): void;
  close(code: number): void;
  /** Ends it without a closing handshake, as a network does. */
  destroy(): void;
}

export type OpenSocket = (url: string, options: SocketOptions, events: SocketEvents) => Socket;

/** npm `ws`. */
export function openWs(url: string, options: SocketOptions, events: SocketEvents): Socket {
  const socket = new WebSocket(
    url,
    options.subprotocol === undefined ? [] : [options.subprotocol],
    {
      headers: { ...options.headers },
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    },
  );
  socket.on('open', () => {
    events.open(socket.protocol);
  });
  socket.on('message', (data: Buffer) => {
    events.text(data.toString('utf8'));
  });
  socket.on('error', () => undefined); // close follows, with 1006
  socket.on('close', (code, reason) => {
    events.close(code, reason.toString('utf8'));
  });
  return {
    send: (data) => {
      socket.send(data);
    },
    close: (code) => {
      socket.close(code);
    },
    destroy: () => {
      socket.terminate();
    },
  };
}
