// A TURN server under test, alone on core 0: ours, or Debian's coturn.
import { type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binary, certificate, launch, type Launched, makeScratch } from './server.ts';

/** 'closed' and 'open' are ours. */
export const relays = ['closed', 'open', 'coturn'] as const;
export type Relay = (typeof relays)[number];

export type RunningRelay = Launched & {
  readonly relay: Relay;
  /** How the generator gets its credentials. */
  readonly credentials: Readonly<Record<string, string>>;
};

const secret = 'known to both ends';

/** One host plays everybody and sends as fast as it can; the rest is as shipped. */
const limits = {
  connections_per_address_max: 20_000,
  relay_bytes_per_second_per_user_max: 0,
  relay_bytes_per_second_per_call_max: 0,
  relay_bytes_per_second_max: 0,
  relay_allocations_per_address_max: 1_000_000,
  relay_new_allocations_per_second_per_user: 1_000_000,
  relay_new_allocations_burst_per_user: 1_000_000,
  relay_challenges_per_second: 1_000_000,
  relay_challenges_burst: 1_000_000,
  relay_challenges_per_second_per_client: 1_000_000,
  relay_challenges_burst_per_client: 1_000_000,
};

export async function startRelay(relay: Relay): Promise<RunningRelay> {
  const scratch = makeScratch(relay);
  if (relay === 'coturn') return await startCoturn(scratch);
  const config = join(scratch, 'visavis.toml');
  const keys = Object.entries(limits).map(([key, value]) => `${key} = ${value}\n`);
  writeFileSync(config, `[limits]\n${keys.join('')}`);
  const data = join(scratch, 'data');
  const { cert, key } = certificate();
  const launched = await launch(
    [
      ...[binary, 'serve', '--config', config, '--listen', '127.0.0.1:0', '--threads', '1'],
      ...['--data-dir', data, '--log-level', 'error', '--tls-cert', cert, '--tls-key', key],
      ...['--relay', relay],
      ...(relay === 'open' ? ['--relay-secret', secret, '--relay-allow', '127.0.0.0/8'] : []),
    ],
    scratch,
  );
  const credentials = relay === 'closed' ? { 'key-file': join(data, 'relay.key') } : { secret };
  return { relay, credentials, ...launched };
}

async function startCoturn(scratch: string): Promise<RunningRelay> {
  const port = await freePort();
  const { cert, key } = certificate();
  const launched = await launch(
    [
      ...['turnserver', '-n', '--use-auth-secret', `--static-auth-secret=${secret}`],
      ...['--realm', 'benchmark', '-L', '127.0.0.1', '-E', '127.0.0.1', '-p', String(port)],
      // One thread for one core, as ours. TLS is spoken on the plain port, too.
      ...['-m', '1', '--cert', cert, '--pkey', key, '--no-dtls', '--allow-loopback-peers'],
      ...['--tls-listening-port', String(await freePort())],
      ...['--cli-password', secret, '--no-cli', '--log-file', join(scratch, 'log')],
      ...['--pidfile', join(scratch, 'pid'), '--userdb', join(scratch, 'db')],
    ],
    scratch,
    async (process) => {
      process.stdout?.resume();
      await answersBinding(process, port);
      return port;
    },
    'ignore', // it complains of protocols that this system does not have
  );
  return { relay: 'coturn', credentials: { secret }, ...launched };
}

/** Free a moment ago: coturn takes no port 0. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}

/** Asks until the server answers: coturn does not say when it is ready. */
async function answersBinding(process: ChildProcess, port: number): Promise<void> {
  const socket = createSocket('udp4');
  const request = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)]);
  socket.on('error', () => undefined); // refused, as yet
  const answered = once(socket, 'message').then(() => true);
  const left = once(process, 'exit').then(() => false);
  const asking = setInterval(() => socket.send(request, port, '127.0.0.1'), 50);
  try {
    if (!(await Promise.race([answered, left]))) throw new Error('coturn did not start');
  } finally {
    clearInterval(asking);
    socket.close();
  }
}
