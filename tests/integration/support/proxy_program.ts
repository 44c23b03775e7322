// A proxy of Debian's, run with a configuration of the test's. None takes port 0, so nginx and HAProxy listen at Unix
// sockets. Apache has none, and Caddy behind one does not know who asks: they listen at a port that was free.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTime, until } from './pace.ts';

export type ProxyName = 'nginx' | 'haproxy' | 'apache2' | 'caddy';

const programs: Record<
  ProxyName,
  readonly [path: string, args: (file: string, directory: string) => string[]]
> = {
  nginx: ['/usr/sbin/nginx', (file, directory) => ['-c', file, '-p', directory, '-e', 'stderr']],
  haproxy: ['/usr/sbin/haproxy', (file) => ['-db', '-q', '-f', file]],
  // One process, which is the one to end.
  apache2: ['/usr/sbin/apache2', (file) => ['-X', '-f', file]],
  caddy: ['/usr/bin/caddy', (file) => ['run', '--adapter', 'caddyfile', '--config', file]],
};

/** It did not start. */
export class ProxyEnded extends Error {}

/** Returns once `listens`. The directory is the proxy's own, and goes with it. */
export async function runProxy(
  name: ProxyName,
  configuration: (directory: string) => string,
  listens: (directory: string, said: string) => Promise<boolean>,
): Promise<{ directory: string; stop: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'visavis-proxy-'));
  const file = join(directory, 'configuration');
  await writeFile(file, configuration(directory));
  const [path, args] = programs[name];
  const child: ChildProcess = spawn(path, args(file, directory), {
    stdio: ['ignore', 'ignore', 'pipe'],
    // Caddy keeps certificates and its last configuration at home.
    env: { PATH: process.env['PATH'] ?? '', HOME: directory },
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (more: string) => (said += more));
  const exited = once(child, 'exit');
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    kill();
    process.off('exit', kill);
    await inTime(exited, `${name} ends`);
    await rm(directory, { recursive: true, force: true });
  };
  await once(child, 'spawn');
  try {
    await until(async () => {
      if (child.exitCode !== null) throw new ProxyEnded(`${name} ended: ${said}`);
      return await listens(directory, said);
    }, `${name} listens`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { directory, stop };
}

/** nginx in one process, with `server` as its only server. */
export function nginxConfiguration(directory: string, server: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off;
    pid ${directory}/pid;
    master_process off;
    events {}
    http {
      access_log off;
      ${temporary.map((of) => `${of}_temp_path ${directory}/${of};`).join('\n')}
      server { ${server} }
    }`;
}

/** Apache in one process; `sites` are virtual hosts at `listen`, such as 127.0.0.1:40123. */
export function apacheConfiguration(directory: string, listen: string, sites: string): string {
  const modules = ['mpm_event', 'authz_core', 'alias', 'headers', 'ssl', 'socache_shmcb', 'proxy'];
  const all = [...modules, 'proxy_http', 'proxy_wstunnel'];
  return `
    ${all.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
    ServerRoot ${directory}
    DefaultRuntimeDir ${directory}
    PidFile ${directory}/pid
    ErrorLog ${directory}/log
    ServerName localhost
    # Where it is started by root, it wants to be somebody else.
    User nobody
    Group nogroup
    Listen ${listen}
    ${sites}`;
}

/** Caddy without all that it does by itself; `site` is what stands for a site at `address`. */
export function caddyConfiguration(address: string, site: string): string {
  return `
{
	admin off
	auto_https off
}
${address} {
	bind 127.0.0.1
	${site}
}
`;
}
