// A relay on npm ws that does what signaling needs and no more: tells each client its id, reads each
// message, stamps the sender, forwards to the addressed client, and finds dead clients by ping.
import { randomUUID } from 'node:crypto';
import { type WebSocket, WebSocketServer } from 'ws';
import { heartbeatMs, listen, makeServer } from './listen.ts';

const server = makeServer();
const clients = new Map<string, WebSocket>();
const alive = new WeakSet<WebSocket>();

new WebSocketServer({ server }).on('connection', (socket) => {
  const id = randomUUID();
  clients.set(id, socket);
  alive.add(socket);
  socket.on('message', (bytes: Buffer) => {
    const { to, data } = JSON.parse(bytes.toString()) as { to: string; data: unknown };
    clients.get(to)?.send(JSON.stringify({ type: 'signal', from: id, data }));
  });
  socket.on('pong', () => alive.add(socket));
  socket.on('close', () => clients.delete(id));
  socket.send(JSON.stringify({ id }));
});

setInterval(() => {
  for (const socket of clients.values()) {
    if (!alive.delete(socket)) socket.terminate();
    else socket.ping();
  }
}, heartbeatMs);

listen(server);
