// coturn as the relay instead of the server's own, to tell a fault of the lab from one of the relay.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { until } from '../../../integration/support/pace.ts';
import type { Namespace } from './namespace.ts';

export interface Coturn {
  // For --ice-server.
  readonly urls: readonly string[];
  stop(): Promise<void>;
}

export interface CoturnOptions {
  readonly address: string;
  readonly name: string;
  // Paths of PEM files.
  readonly certificate: string;
  readonly key: string;
}

const account = { user: 'lab', password: 'correct-horse' };

export async function startCoturn(namespace: Namespace, options: CoturnOptions): Promise<Coturn> {
  const [enter, ...prefix] = namespace.enter;
  const child = spawn(
    enter,
    [
      ...prefix,
      ...['turnserver', '-n', '--no-stdout-log', '--no-cli'],
      ...['--listening-ip', options.address, '--relay-ip', options.address],
      // It tells TLS from plain connections on this port, too.
      ...['--listening-port', '443', '--tls-listening-port', '5349'],
      ...['--cert', options.certificate, '--pkey', options.key],
      ...['--lt-cred-mech', '--realm', 'lab', '--user', `${account.user}:${account.password}`],
      '--pidfile=/run/coturn.pid',
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'close');
  const died = ended.then(() => {
    throw new Error('coturn did not start');
  });
  died.catch(() => undefined); // or not while anybody waits for it
  // What it prints comes late, as its output is a pipe.
  const listens = until(() => accepts(options.address), 'coturn listens', 20_000);
  await Promise.race([listens, died]);
  const login = `username=${account.user};credential=${account.password}`;
  const turn = `${options.name}:443?transport=`;
  return {
    urls: [`turn:${turn}udp`, `turn:${turn}tcp`, `turns:${turn}tcp`].map(
      (url) => `${url};${login}`,
    ),
    async stop() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function accepts(address: string): Promise<boolean> {
  const socket = connect(443, address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
