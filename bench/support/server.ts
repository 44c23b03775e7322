// A server under test, alone on core 0.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { pinned } from './pinned.ts';

const repository = resolve(import.meta.dirname, '../..');
export const workDirectory = join(repository, 'build/bench');
export const binary = resolve(repository, process.env['VISAVIS_BINARY'] ?? 'build/release/visavis');

export const dialects = ['visavis', 'ws', 'socketio'] as const;
export type Dialect = (typeof dialects)[number];

export type Launched = {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
};
export type RunningServer = Launched & {
  readonly dialect: Dialect;
  readonly tls: boolean;
};

/** One host plays everybody here, so what is limited per address or per session is not; the rest is as shipped. */
const limits = {
  connections_per_address_max: 20_000,
  hellos_per_second: 100_000,
  hellos_burst: 100_000,
  rings_per_minute: 1_000_000,
  rings_burst: 1_000_000,
  address_rings_per_minute: 1_000_000,
  address_rings_burst: 1_000_000,
  address_callee_rings_per_minute: 1_000_000,
  address_callee_rings_burst: 1_000_000,
  messages_per_second: 1_000_000,
  messages_burst: 1_000_000,
  websocket_ping_interval_ms: 5_000,
};

/** The same certificate for every server: P-256, as --tls-self-signed makes. */
export function certificate(): { cert: string; key: string } {
  const cert = join(workDirectory, 'cert.pem');
  const key = join(workDirectory, 'key.pem');
  if (!existsSync(cert)) {
    execFileSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
        ...['-days', '30', '-subj', '/CN=localhost', '-keyout', key, '-out', cert],
      ],
      { stdio: 'ignore' },
    );
  }
  return { cert, key };
}

function visavisCommand(
  scratch: string,
  tls: boolean,
  extraLimits: Readonly<Record<string, number>>,
): string[] {
  const config = join(scratch, 'visavis.toml');
  const keys = Object.entries({ ...limits, ...extraLimits });
  writeFileSync(config, `[limits]\n${keys.map(([key, value]) => `${key} = ${value}\n`).join('')}`);
  const { cert, key } = certificate();
  return [
    ...[binary, 'serve', '--config', config, '--listen', '127.0.0.1:0', '--threads', '1'],
    ...['--data-dir', join(scratch, 'data'), '--log-level', 'error'],
    ...(tls ? ['--tls-cert', cert, '--tls-key', key] : []),
  ];
}

function peerCommand(dialect: Dialect, tls: boolean): string[] {
  const { cert, key } = certificate();
  const script = join(repository, 'bench/peers', `${dialect}.ts`);
  return [process.execPath, script, ...(tls ? [cert, key] : [])];
}

/** The first line that ends in the port it listens on. */
export async function readPort(process: ChildProcess): Promise<number> {
  if (process.stdout === null) throw new Error('no standard output');
  for await (const line of createInterface(process.stdout)) {
    const port = /^listening on .*?(\d+)$/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('the server ended before it was ready');
}

export function makeScratch(name: string): string {
  mkdirSync(workDirectory, { recursive: true });
  return mkdtempSync(join(workDirectory, `${name}-`));
}

/** Starts `command` on core 0; `scratch` goes when it stops. */
export async function launch(
  command: readonly string[],
  scratch: string,
  ready: (process: ChildProcess) => Promise<number> = readPort,
  stderr: 'inherit' | 'ignore' = 'inherit',
): Promise<Launched> {
  const [launcher, ...launcherArgs] = pinned(0, command);
  const child = spawn(launcher, launcherArgs, { stdio: ['ignore', 'pipe', stderr] });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
    rmSync(scratch, { recursive: true, force: true });
  };
  try {
    const port = await ready(child);
    if (child.pid === undefined) throw new Error('no process');
    return { pid: child.pid, port, stop }; // the launcher becomes the server, so this is the server's own
  } catch (error) {
    await stop();
    throw error;
  }
}

export async function startServer(
  dialect: Dialect,
  options: { tls?: boolean; limits?: Readonly<Record<string, number>> } = {},
): Promise<RunningServer> {
  const tls = options.tls ?? false;
  const scratch = makeScratch(dialect);
  const command =
    dialect === 'visavis'
      ? visavisCommand(scratch, tls, options.limits ?? {})
      : peerCommand(dialect, tls);
  return { dialect, tls, ...(await launch(command, scratch)) };
}
