// A server behind a real proxy, at a port that leads to the proxy's Unix socket or own port, with the relay past it.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Front, type Goal, RelayFront, type RelayFrontOptions } from './fronts.ts';
import {
  apacheConfiguration,
  caddyConfiguration,
  nginxConfiguration,
  ProxyEnded,
  type ProxyName,
  runProxy,
} from './proxy_program.ts';
import { Server } from './server.ts';

export interface Place {
  /** Where people reach it. */
  url: string;
  server: Server;
  relay: RelayFront;
}

interface Options {
  /** The proxy's own configuration for a server at this port, listening at this Unix socket or port. */
  configure(upstream: number, at: string, directory: string): string;
  command: ProxyName;
  secure?: boolean;
  /** The name in the URL. */
  name?: string;
  /** Of the server, instead of trusting the proxy and knowing its public URL. */
  args?: (url: string) => readonly string[];
  /** Nobody says where the relay is. */
  relayUnnamed?: boolean;
  relay?: RelayFrontOptions;
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}

async function startProxy(t: TestContext, options: Options, upstream: number): Promise<Goal> {
  const { command } = options;
  if (command === 'apache2' || command === 'caddy') return await startAtPort(t, options, upstream);
  const socketIn = (directory: string): string => join(directory, 'front.sock');
  const { directory, stop } = await runProxy(
    options.command,
    (there) => options.configure(upstream, socketIn(there), there),
    async (there) => await exists(socketIn(there)),
  );
  t.after(stop);
  return socketIn(directory);
}

// Caddy shares a port with another Caddy (SO_REUSEPORT) where it should fail, so none is given out twice.
const givenPorts = new Set<number>();

async function startAtPort(t: TestContext, options: Options, upstream: number): Promise<number> {
  for (;;) {
    const reserved = await Front.open();
    const { port } = reserved;
    await reserved.close();
    if (givenPorts.has(port)) continue;
    givenPorts.add(port);
    try {
      const { stop } = await runProxy(
        options.command,
        (there) => options.configure(upstream, String(port), there),
        // Both say so after they have bound it, or end.
        async (there, said) =>
          said.includes('serving initial configuration') || (await exists(join(there, 'pid'))),
      );
      t.after(stop);
      return port;
    } catch (error) {
      // Somebody else was given the port meanwhile.
      if (error instanceof ProxyEnded && /address already in use/i.test(error.message)) continue;
      throw error;
    }
  }
}

export async function startBehind(t: TestContext, options: Options): Promise<Place> {
  const front = await Front.open();
  t.after(() => front.close());
  const relay = await RelayFront.open(options.relay);
  t.after(() => relay.close());
  const scheme = options.secure === true ? 'https' : 'http';
  const url = `${scheme}://${options.name ?? 'localhost'}:${front.port}`;
  const args = options.args?.(url) ?? ['--trusted-proxy', '127.0.0.1', '--public-url', url];
  const server = await Server.start({
    args: [...args, ...(options.relayUnnamed === true ? [] : relay.args)],
  });
  t.after(() => server.stop());
  relay.leadTo(server.port);
  front.leadTo(await startProxy(t, options, server.port));
  return { url, server, relay };
}

/** The headers of deploy/nginx.conf; behind a Unix socket nginx does not know the client's address, so it is written out. */
export const nginxHeaders = `
  proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For 127.0.0.1;
  proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-Host $http_host;`;
export const nginxUpgrade = `
  proxy_http_version 1.1;
  proxy_set_header Upgrade $http_upgrade;
  proxy_set_header Connection "upgrade";`;

/** `inside` stands in the location; `listen` behind the socket, such as "ssl" with its certificate. */
export function nginx(inside: string, listen = '', path = '/'): Options['configure'] {
  return (upstream, socket, directory) =>
    nginxConfiguration(
      directory,
      `listen unix:${socket}${listen};
      location ${path} { proxy_pass http://127.0.0.1:${upstream}${path === '/' ? '' : '/'}; ${inside} }`,
    );
}

export function haproxy(mode: 'http' | 'tcp', lines = '', bind = ''): Options['configure'] {
  return (upstream, socket) => `
defaults
  mode ${mode}
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  timeout tunnel 1h
listen front
  bind unix@${socket} ${bind}
  ${lines}
  server one 127.0.0.1:${upstream}
`;
}

/** What deploy/apache.conf says; `inside` stands in the virtual host. */
export function apache(inside: string): Options['configure'] {
  return (upstream, port, directory) =>
    apacheConfiguration(
      directory,
      `127.0.0.1:${port}`,
      `<VirtualHost *:${port}>\n${inside.replaceAll('UPSTREAM', `127.0.0.1:${upstream}`)}\n</VirtualHost>`,
    );
}

/** `inside` stands in the site. */
export function caddy(inside: string): Options['configure'] {
  return (upstream, port) =>
    caddyConfiguration(
      `http://localhost:${port}`,
      inside.replaceAll('UPSTREAM', `127.0.0.1:${upstream}`),
    );
}
