// npm `undici`: the WebSocket that Node itself has. Apart from sockets.ts, since few tests need all of it.
import { Agent, WebSocket } from 'undici';
import type { Socket, SocketEvents, SocketOptions } from './sockets.ts';

export function openUndici(url: string, options: SocketOptions, events: SocketEvents): Socket {
  const dispatcher = new Agent(options.ca === undefined ? {} : { connect: { ca: options.ca } });
  const socket = new WebSocket(url, {
    protocols: options.subprotocol === undefined ? [] : [options.subprotocol],
    headers: { ...options.headers },
    dispatcher,
  });
  socket.addEventListener('open', () => {
    events.open(socket.protocol);
  });
  socket.addEventListener('message', (event) => {
    events.text(String(event.data));
  });
  socket.addEventListener('error', () => undefined);
  socket.addEventListener('close', (event) => {
    events.close(event.code, event.reason);
  });
  return {
    send: (data) => {
      socket.send(data);
    },
    close: (code) => {
      socket.close(code);
    },
    destroy: () => {
      void dispatcher.destroy();
    },
  };
}
