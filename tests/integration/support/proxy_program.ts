// A proxy of Debian's, run with a configuration of the test's. It listens at Unix sockets: none takes port 0.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inTime, until } from './pace.ts';

export type ProxyName = 'nginx' | 'haproxy';

const commandLine = {
  nginx: (file: string, directory: string) => ['-c', file, '-p', directory, '-e', 'stderr'],
  haproxy: (file: string) => ['-db', '-q', '-f', file],
};

/** Returns once `listens`. The directory is the proxy's own, and goes with it. */
export async function runProxy(
  name: ProxyName,
  configuration: (directory: string) => string,
  listens: (directory: string) => Promise<boolean>,
): Promise<{ directory: string; stop: () => Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'visavis-proxy-'));
  const file = join(directory, 'configuration');
  await writeFile(file, configuration(directory));
  const child: ChildProcess = spawn(`/usr/sbin/${name}`, commandLine[name](file, directory), {
    stdio: ['ignore', 'ignore', 'pipe'],
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
      if (child.exitCode !== null) throw new Error(`${name} ended: ${said}`);
      return await listens(directory);
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
