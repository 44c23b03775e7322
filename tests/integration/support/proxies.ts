// Debian's nginx and HAProxy in front of a server. They listen at Unix sockets: neither takes port 0.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { request } from './http.ts';
import { inTime, until } from './pace.ts';

/** A proxy; `sockets` are by the names that its configuration gives them. */
export interface Proxy {
  socket(name: string): string;
  stop(): Promise<void>;
}

async function start(
  command: string,
  args: (file: string, directory: string) => readonly string[],
  configuration: (socket: (name: string) => string, directory: string) => string,
): Promise<Proxy> {
  const directory = await mkdtemp(join(tmpdir(), 'visavis-proxy-'));
  const socket = (name: string): string => join(directory, `${name}.sock`);
  const file = join(directory, 'configuration');
  await writeFile(file, configuration(socket, directory));
  const child: ChildProcess = spawn(command, args(file, directory), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => (said += more));
  const exited = once(child, 'exit');
  await once(child, 'spawn');
  process.once('exit', () => child.kill('SIGKILL'));
  const answers = async (): Promise<boolean> => {
    assert.equal(child.exitCode, null, `${command} ended: ${said}`);
    return await request({ origin: '' }, '/healthz', { socketPath: socket('http') }).then(
      () => true,
      () => false,
    );
  };
  await until(answers, `${command} answers`);
  return {
    socket,
    stop: async () => {
      child.kill('SIGTERM');
      await inTime(exited, `${command} ends`);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** With no more than `location` says of how to pass requests on. */
export async function startNginx(location: string): Promise<Proxy> {
  return await start(
    '/usr/sbin/nginx',
    (file, directory) => ['-c', file, '-p', directory, '-e', 'stderr'],
    (socket, directory) => `
      daemon off;
      master_process off;
      pid ${directory}/pid;
      events {}
      http {
        access_log off;
        client_body_temp_path ${directory}/body;
        proxy_temp_path ${directory}/proxy;
        fastcgi_temp_path ${directory}/fastcgi;
        uwsgi_temp_path ${directory}/uwsgi;
        scgi_temp_path ${directory}/scgi;
        server {
          listen unix:${socket('http')};
          location / { ${location} }
        }
      }`,
  );
}

/** In HTTP mode at `http`, with the health check that `option httpchk` is by itself, and in TCP mode at `tcp`. */
export async function startHaproxy(port: number): Promise<Proxy> {
  return await start(
    '/usr/sbin/haproxy',
    (file) => ['-db', '-f', file],
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
