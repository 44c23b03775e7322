// The lab: a little internet in the network namespace of this process, with the server in the middle and homes
// around it. ./dev nat starts this process in namespaces of its own, which end with it and take all with them.
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority, type Certificate } from '../../../integration/support/certificates.ts';
import { Server } from '../../../integration/support/server.ts';
import { makeTrustStore, type TrustStore } from './authority.ts';
import { run } from './command.ts';
import { startCoturn, type Coturn } from './coturn.ts';
import { Home } from './home.ts';
import { Namespace } from './namespace.ts';
import type { NatKind } from './nat_kind.ts';
import { Reflectors } from './reflectors.ts';
import { coturnName, joinWan, makeWan, serverName, surgery, wan } from './wan.ts';

export const homesMax = 200;

// With further arguments for this life of it.
type StartServer = (args: readonly string[]) => Promise<Server>;

export type RelayChoice = 'own' | 'coturn';

export class Lab {
  readonly directory: string;
  readonly authority: Certificate;
  readonly trust: TrustStore;
  readonly reflectors: Reflectors;
  readonly #startServer: StartServer;
  readonly #coturn: Coturn | undefined;
  #server: Server;
  readonly #homes = new Set<Home>();
  #homesMade = 0;

  static async create(relay: RelayChoice): Promise<Lab> {
    if (process.env['VISAVIS_NAT_LAB'] !== '1') {
      throw new Error('the lab changes the network it runs in; start it by ./dev nat');
    }
    const directory = await mkdtemp(join(tmpdir(), 'lab-'));
    await nameHosts(directory);
    await makeWan();
    const authority = await makeAuthority();
    const trust = await makeTrustStore(join(directory, 'trust'), authority.file);
    const coturn = relay === 'coturn' ? await coturnInLab(authority) : undefined;
    const dataDir = join(directory, 'data');
    const startServer = await serverInLab(authority, dataDir, coturn?.urls ?? []);
    const server = await startServer([]);
    const reflectors = await Reflectors.open(wan.gateway, wan.secondReflector);
    return new Lab({ directory, authority, trust, startServer, server, reflectors, coturn });
  }

  private constructor(parts: {
    readonly directory: string;
    readonly authority: Certificate;
    readonly trust: TrustStore;
    readonly startServer: StartServer;
    readonly server: Server;
    readonly reflectors: Reflectors;
    readonly coturn: Coturn | undefined;
  }) {
    this.directory = parts.directory;
    this.authority = parts.authority;
    this.trust = parts.trust;
    this.#startServer = parts.startServer;
    this.#server = parts.server;
    this.reflectors = parts.reflectors;
    this.#coturn = parts.coturn;
  }

  get server(): Server {
    return this.#server;
  }

  // Without a farewell, as a crash would, and with what it has on disk.
  async restartServer(...args: readonly string[]): Promise<void> {
    await this.#server.kill();
    this.#server = await this.#startServer(args);
  }

  // A new home whose box to the outside is of that kind.
  async home(kind: NatKind): Promise<Home> {
    this.#homesMade += 1;
    if (this.#homesMade > homesMax) throw new Error('the lab has no addresses for more homes');
    const home = await Home.build(this, kind, this.#homesMade);
    this.#homes.add(home);
    return home;
  }

  async remove(home: Home): Promise<void> {
    this.#homes.delete(home);
    await home.remove();
  }

  async close(): Promise<void> {
    for (const home of this.#homes) await this.remove(home);
    this.reflectors.close();
    await this.#coturn?.stop();
    await this.#server.stop();
    await this.authority.remove();
  }
}

// The names of this machine, in place of its /etc/hosts and of whatever name server it asks.
async function nameHosts(directory: string): Promise<void> {
  const hosts = [
    '127.0.0.1 localhost',
    // Chromium looks names of STUN and TURN servers up with a dot at the end.
    `${wan.server} ${serverName} ${serverName}.`,
    `${wan.coturn} ${coturnName} ${coturnName}.`,
    ...Object.values(surgery).map(([name, address]) => `${address} ${name}`),
  ];
  // Where nobody listens: a browser's other questions fail at once, also where UDP is lost without a word.
  const files = { hosts: hosts.join('\n'), 'resolv.conf': 'nameserver 127.0.0.1' };
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(directory, name), `${text}\n`);
    if (existsSync(`/etc/${name}`)) {
      await run(['mount', '--bind', join(directory, name), `/etc/${name}`]);
    }
  }
}

// Gives what starts it, as often as one likes.
async function serverInLab(
  authority: Certificate,
  dataDir: string,
  iceServers: readonly string[],
): Promise<StartServer> {
  const namespace = await Namespace.create('server');
  await joinWan(namespace, 'eth0', wan.server);
  const { certificate, key } = await authority.issue('server', `DNS:${serverName}`);
  return (args) =>
    Server.start({
      through: namespace.enter,
      listen: `${wan.server}:443`,
      dataDir,
      args: [
        ...['--tls-cert', certificate, '--tls-key', key],
        ...iceServers.flatMap((url) => ['--ice-server', url]),
        ...args,
      ],
    });
}

async function coturnInLab(authority: Certificate): Promise<Coturn> {
  const namespace = await Namespace.create('coturn');
  await joinWan(namespace, 'eth0', wan.coturn);
  const pair = await authority.issue('coturn', `DNS:${coturnName}`);
  return startCoturn(namespace, { address: wan.coturn, name: coturnName, ...pair });
}
