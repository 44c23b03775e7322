// Debian's nginx and HAProxy in front of a server, at the Unix sockets that their configuration names.
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { request } from './http.ts';
import { inTime } from './pace.ts';
import { nginxConfiguration, type ProxyName, runProxy } from './proxy_program.ts';

/** A proxy; `sockets` are by the names that its configuration gives them. */
export interface Proxy {
  socket(name: string): string;
  stop(): Promise<void>;
}

async function start(
  name: ProxyName,
  configuration: (socket: (name: string) => string, directory: string) => string,
): Promise<Proxy> {
  const socketIn =
    (directory: string) =>
    (of: string): string =>
      join(directory, `${of}.sock`);
  const { directory, stop } = await runProxy(
    name,
    (there) => configuration(socketIn(there), there),
    async (there) =>
      await request({ origin: '' }, '/healthz', { socketPath: socketIn(there)('http') }).then(
        () => true,
        () => false,
      ),
  );
  return { socket: socketIn(directory), stop };
}

/** With no more than `location` says of how to pass requests on. */
export async function startNginx(location: string): Promise<Proxy> {
  return await start('nginx', (socket, directory) =>
    nginxConfiguration(
      directory,
      `listen unix:${socket('http')};
      location / { ${location} }`,
    ),
  );
}

/** In HTTP mode at `http`, with the health check that `option httpchk` is by itself, and in TCP mode at `tcp`. */
export async function startHaproxy(port: number): Promise<Proxy> {
  return await start(
    'haproxy',
    (socket) => `
global
  stats socket ${socket('admin')}
defaults
  timeout connect 10s
  timeout client 30s
  timeout server 30s
frontend http
  mode http
  bind unix@${socket('http')}
  default_backend checked
backend checked
  mode http
  option httpchk
  server one 127.0.0.1:${port} check inter 100ms fall 1 rise 1
frontend tcp
  mode tcp
  bind unix@${socket('tcp')}
  default_backend raw
backend raw
  mode tcp
  server one 127.0.0.1:${port}
`,
  );
}

/** What HAProxy's check of the backend has found last, such as "UP L7OK 204"; null before the first one. */
export async function checkedByHaproxy(proxy: Proxy): Promise<string | null> {
  const admin = createConnection(proxy.socket('admin'));
  admin.write('show stat\n');
  const [header = '', ...rows] = (await inTime(text(admin), 'show stat')).trim().split('\n');
  const names = header.replace(/^# /, '').split(',');
  const row = rows
    .map((line) => line.split(','))
    .find(([backend, server]) => backend === 'checked' && server === 'one');
  const field = (name: string): string => row?.[names.indexOf(name)] ?? '';
  if (!/^L\d/.test(field('check_status'))) return null;
  return ['status', 'check_status', 'check_code'].map(field).join(' ');
}
