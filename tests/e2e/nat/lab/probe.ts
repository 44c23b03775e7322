// Runs in a home's namespace and tries, step by step as it is told, what gets out and what gets in.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Endpoint } from './reflectors.ts';

export interface Answers {
  // Sends a datagram from a socket, which is new the first time.
  send(socket: string, to: Endpoint): Promise<void>;
  // Who the socket has heard, as soon as it has heard this one (which is then forgotten).
  heard(socket: string, last: string): Promise<string[]>;
  // The address that a TCP reflector saw and whether it echoed what was sent; null where nothing connected.
  tcp(to: Endpoint): Promise<{ address: string; echoes: boolean } | null>;
  // Whether TLS to that name stands, verified.
  tls(host: string, authority: string): Promise<boolean>;
}
export type Step = keyof Answers;

const sockets = new Map<string, { socket: Socket; heard: string[] }>();

const steps: Answers = {
  async send(name, { address, port }) {
    const { socket } = await socketOf(name);
    await new Promise<void>((resolve) => {
      // An error is an answer, too: the reflector will not have seen it.
      socket.send('probe', port, address, () => {
        resolve();
      });
    });
  },
  async heard(name, last) {
    const { socket, heard } = await socketOf(name);
    while (!heard.includes(last)) await once(socket, 'message');
    const before = heard.splice(0);
    return before.filter((who) => who !== last);
  },
  async tcp({ address, port }) {
    const socket = connectTcp(port, address);
    try {
      await once(socket, 'connect');
    } catch {
      return null;
    }
    const [greeting] = (await once(socket, 'data')) as [Buffer];
    socket.write('\0'); // no record of TLS
    const echoes = once(socket, 'data').then(
      () => true,
      () => false,
    );
    const result = { address: greeting.toString('utf8').trim(), echoes: await echoes };
    socket.destroy();
    return result;
  },
  async tls(host, authority) {
    const socket = connectTls({ host, port: 443, servername: host, ca: authority });
    const verified = once(socket, 'secureConnect').then(
      () => socket.authorized,
      () => false,
    );
    const result = await verified;
    socket.destroy();
    return result;
  },
};

async function socketOf(name: string): Promise<{ socket: Socket; heard: string[] }> {
  const known = sockets.get(name);
  if (known !== undefined) return known;
  const socket = createSocket('udp4');
  const made = { socket, heard: [] as string[] };
  sockets.set(name, made);
  socket.on('message', (message) => {
    made.heard.push(message.toString());
  });
  socket.bind(0);
  await once(socket, 'listening');
  return made;
}

process.on('message', ({ step, args }: { step: Step; args: unknown[] }) => {
  const perform = steps[step].bind(steps) as (...given: unknown[]) => Promise<unknown>;
  void perform(...args).then((result) => process.send?.({ result }));
});
process.once('disconnect', () => process.exit());
