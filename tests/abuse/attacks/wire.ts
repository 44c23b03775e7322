// Frames, requests and connections: what needs no session, or only one.
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { type Attack, mustBeTold } from '../support/attack.ts';
import type { Field } from '../support/field.ts';
import { frame, opcodes } from '../support/frames.ts';

const refusedOrClosed = mustBeTold(
  'error rate_limited',
  'close 1008',
  'close 1009',
  'close 1013',
  'close 1002',
  'ended',
);

/** A TCP connection, counted; null where it does not come to stand. */
async function dial(field: Field, n: number): Promise<Socket | null> {
  field.tally.dialled += 1;
  const socket = connect({ host: '127.0.0.1', port: field.port, localAddress: field.address(n) });
  socket.on('error', () => undefined);
  socket.on('close', () => field.tally.tell('ended'));
  socket.on('data', (bytes: Buffer) => {
    const status = /^HTTP\/1\.1 (\d{3})/.exec(bytes.toString('latin1', 0, 12))?.[1];
    if (status !== undefined) field.tally.tell(`http ${status}`);
  });
  const stands = await Promise.race([
    once(socket, 'connect').then(
      () => true,
      () => false,
    ),
    once(socket, 'close').then(() => false),
    field.pause(2_000).then(() => false),
  ]);
  if (stands) field.tally.opened += 1;
  else socket.destroy();
  return stands ? socket : null;
}
function write(field: Field, socket: Socket, bytes: Buffer | string): void {
  socket.write(bytes, (error) => {
    if (error) return;
    field.tally.sent += 1;
    field.tally.bytes += bytes.length;
  });
}

/** Requests on connections that stay, as fast as they are read. */
async function requests(
  field: Field,
  workers: number,
  text: string,
  { reads = true } = {},
): Promise<void> {
  await field.again(workers, async (n) => {
    const socket = await dial(field, n);
    if (socket === null) {
      await field.pause(10);
      return;
    }
    if (!reads) socket.pause();
    while (!field.over && !socket.destroyed) {
      if (socket.writableLength < 65_536) write(field, socket, text);
      else await field.pause(5);
      await field.breath(1, text.length);
    }
    socket.destroy();
  });
}
const head = (field: Field, path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${field.port}\r\n${more}\r\n`;

export const wireAttacks: readonly Attack[] = [
  {
    name: 'never-reading',
    row: 8,
    what: '180 sessions that never read, and ask for the longest answers',
    atLeast: { sent: 100 },
    run: async (field) => {
      const crew = await field.crew(field.many(180), '\uFDFA'.repeat(64));
      for (const { line } of crew) line.stopReading();
      await field.again(crew.length, async (n) => {
        const line = crew[n]?.line;
        if (line?.closed !== null) {
          await field.pause(100);
          return;
        }
        line.send({ type: 'people.search', query: 'صلى' });
        // Something always comes from them.
        line.write(frame('', { opcode: opcodes.pong }));
        await field.pause(100);
      });
    },
    judge: ({ kernelBytes }) =>
      kernelBytes > 64e6 ? [`${Math.round(kernelBytes / 1e6)} MB waited in the kernel`] : [],
  },
  {
    name: 'never-reading-presence',
    row: 8,
    what: '180 sessions that never read, while 20 others rename themselves',
    atLeast: { sent: 100 },
    run: async (field) => {
      const crew = await field.crew(field.many(200), '\uFDFA'.repeat(64));
      for (const { line } of crew.slice(20)) line.stopReading();
      for (let turn = 0; !field.over; turn += 1) {
        for (const { line } of crew.slice(0, 20))
          line.send({ type: 'name.set', name: `${'\uFDFA'.repeat(55)}${turn}` });
        await field.pause(50);
      }
    },
    judge: ({ kernelBytes }) =>
      kernelBytes > 64e6 ? [`${Math.round(kernelBytes / 1e6)} MB waited in the kernel`] : [],
  },
  {
    name: 'slow-headers',
    row: 0,
    what: '800 connections that send a byte of their header now and then',
    atLeast: { dialled: 60 },
    run: async (field) => {
      const sockets: Socket[] = [];
      await field.again(16, async (n) => {
        if (sockets.length < 800) {
          const socket = await dial(field, n);
          if (socket !== null) sockets.push(socket);
          return;
        }
        for (const socket of sockets) if (!socket.destroyed) write(field, socket, 'G');
        await field.pause(500);
      });
    },
  },
  {
    name: 'partial-frames',
    row: 8,
    what: '190 sessions that begin messages of 64 KiB and never end them',
    atLeast: { sent: 100 },
    run: async (field) => {
      const crew = await field.crew(field.many(190), 'Mallory');
      const most = frame(Buffer.alloc(65_000, 'x'), { length: 65_536 });
      for (const { line } of crew) line.write(most);
      await field.again(1, async () => {
        for (const { line } of crew) line.write(Buffer.from('x'));
        await field.pause(200);
      });
    },
  },
  {
    name: 'pings-of-frames',
    row: 0,
    what: 'WebSocket pings of 125 bytes, as fast as they are read, on 50 sockets',
    atLeast: { sent: 2_000 },
    run: async (field) => {
      const burst = Buffer.concat(
        Array.from({ length: 50 }, () => frame('x'.repeat(125), { opcode: opcodes.ping })),
      );
      await field.again(field.many(50), async (n) => {
        const one = await field.join('Mallory', n);
        if (one === null) {
          await field.pause(20);
          return;
        }
        while (!field.over && (await one.line.room())) {
          one.line.write(burst, 50);
          await field.breath(50, burst.length);
        }
      });
    },
    judge: refusedOrClosed,
  },
  {
    name: 'fragments',
    row: 0,
    what: 'messages in fragments of one byte and of none, as fast as they are read, on 50 sockets',
    atLeast: { sent: 2_000 },
    run: async (field) => {
      const pieces = Array.from({ length: 200 }, (_, n) =>
        frame(n % 2 === 0 ? 'x' : '', { opcode: opcodes.continuation, final: false }),
      );
      const burst = Buffer.concat(pieces);
      await field.again(field.many(50), async (n) => {
        const one = await field.join('Mallory', n);
        if (one === null) {
          await field.pause(20);
          return;
        }
        one.line.write(frame('x', { final: false }));
        while (!field.over && (await one.line.room())) {
          one.line.write(burst, pieces.length);
          await field.breath(pieces.length, burst.length);
        }
      });
    },
    judge: refusedOrClosed,
  },
  {
    name: 'not-found',
    row: 0,
    what: 'requests for pages that are not there, one after the other, on 50 connections',
    atLeast: { sent: 1_000 },
    run: async (field) =>
      await requests(field, field.many(50), head(field, '/nothing/here').repeat(20)),
  },
  {
    name: 'pages-unread',
    row: 8,
    what: 'asks for the page again and again on 300 connections, and reads nothing',
    atLeast: { sent: 50 },
    run: async (field) => {
      await requests(field, 300, head(field, '/').repeat(20), { reads: false });
    },
    judge: ({ kernelBytes }) =>
      kernelBytes > 64e6 ? [`${Math.round(kernelBytes / 1e6)} MB waited in the kernel`] : [],
  },
  {
    name: 'large-headers',
    row: 0,
    what: 'requests with headers larger than any may be',
    atLeast: { dialled: 100 },
    run: async (field) => {
      const text = head(field, '/', `X: ${'x'.repeat(20_000)}\r\n`);
      await field.again(field.many(50), async (n) => {
        const socket = await dial(field, n);
        if (socket === null) {
          await field.pause(10);
          return;
        }
        write(field, socket, text);
        await Promise.race([once(socket, 'close'), field.pause(500)]);
        socket.destroy();
      });
    },
    judge: mustBeTold('http 431', 'ended'),
  },
  {
    name: 'dial-and-leave',
    row: 0,
    what: 'connections that end as soon as they stand',
    atLeast: { dialled: 500 },
    run: async (field) =>
      await field.again(field.many(64), async (n) => {
        (await dial(field, n))?.resetAndDestroy();
      }),
  },
  {
    name: 'metrics-flood',
    row: 12,
    what: 'asks for the metrics, as fast as they are answered',
    atLeast: { sent: 100 },
    run: async (field) => await requests(field, field.many(20), head(field, '/metrics')),
  },
  {
    name: 'foreign-host',
    row: 12,
    what: 'pages of another name that leads to this machine: WebSocket, metrics',
    atLeast: {},
    run: async (field) => {
      const line = await field.line(0, { host: 'evil.example' });
      if (line !== null) field.tally.note('served to evil.example');
      line?.destroy();
      const socket = await dial(field, 0);
      const answer = socket === null ? null : once(socket, 'data');
      socket?.write('GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n');
      const [bytes] = ((await answer) ?? ['']) as [Buffer | string];
      if (bytes.toString().startsWith('HTTP/1.1 200')) field.tally.note('served to evil.example');
      socket?.destroy();
    },
    judge: ({ notes }) =>
      (notes['served to evil.example'] ?? 0) > 0 ? ['a page of evil.example was served'] : [],
  },
  {
    name: 'tls-handshakes',
    row: 0,
    what: 'TLS handshakes that are begun and never ended',
    server: ['--tls-self-signed'],
    atLeast: { dialled: 100 },
    run: async (field) => {
      await field.again(field.many(32), async (n) => {
        field.tally.dialled += 1;
        const socket = connectTls({
          socket: connect({ host: '127.0.0.1', port: field.port, localAddress: field.address(n) }),
          rejectUnauthorized: false,
        });
        socket.on('error', () => undefined);
        await Promise.race([
          once(socket, 'secureConnect').catch(() => []),
          once(socket, 'close'),
          field.pause(500),
        ]);
        field.tally.sent += 1;
        socket.destroy();
      });
    },
  },
];
