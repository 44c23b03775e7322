// A relay on Socket.IO 4, as its users write one: an event forwarded to another socket by its id.
import { Server } from 'socket.io';
import { heartbeatMs, listen, makeServer } from './listen.ts';

const server = makeServer();
const io = new Server(server, {
  transports: ['websocket'],
  pingInterval: heartbeatMs,
  serveClient: false,
});

io.on('connection', (socket) => {
  socket.on('signal', ({ to, data }: { to: string; data: unknown }) => {
    socket.to(to).emit('signal', { from: socket.id, data });
  });
});

listen(server);
