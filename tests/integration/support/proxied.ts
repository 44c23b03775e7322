// A server behind a real proxy, at a port that leads to the proxy's Unix socket, with the relay past it.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Front, RelayFront, type RelayFrontOptions } from './fronts.ts';
import { nginxConfiguration, type ProxyName, runProxy } from './proxy_program.ts';
import { Server } from './server.ts';

export interface Place {
  /** Where people reach it. */
  url: string;
  server: Server;
  relay: RelayFront;
}

interface Options {
  /** The proxy's own configuration for a server at this port, listening at this Unix socket. */
  configure(upstream: number, socket: string, directory: string): string;
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

async function startProxy(t: TestContext, options: Options, upstream: number): Promise<string> {
  const socketIn = (directory: string): string => join(directory, 'front.sock');
  const { directory, stop } = await runProxy(
    options.command,
    (there) => options.configure(upstream, socketIn(there), there),
    async (there) =>
      await access(socketIn(there)).then(
        () => true,
        () => false,
      ),
  );
  t.after(stop);
  return socketIn(directory);
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
