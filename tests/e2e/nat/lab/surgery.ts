// Servers for the doctor to look at: one that is sound at one address and has something wrong at others, and one in a
// container whose engine forwards in user space, as Docker's userland proxy does.
import { spawn } from 'node:child_process';
import { until } from '../../../integration/support/pace.ts';
import { Server } from '../../../integration/support/server.ts';
import { run } from './command.ts';
import type { Lab } from './lab.ts';
import { connect, Namespace } from './namespace.ts';
import { addIpv6, joinWan, surgery as places } from './wan.ts';

const bridge = '172.17.0.1';
const contained = '172.17.0.2';

export class Surgery {
  // Answers at all names but the container's.
  readonly server: Server;
  readonly container: Server;
  readonly #namespaces: readonly Namespace[];

  static async open(lab: Lab): Promise<Surgery> {
    const names = Object.values(places).map(([name]) => `DNS:${name}`);
    const { certificate, key } = await lab.authority.issue('surgery', names.join(','), 60);
    const tls = ['--tls-cert', certificate, '--tls-key', key];
    const [host, engine, inside] = await Promise.all(
      ['surgery', 'engine', 'container'].map((name) => Namespace.create(name)),
    );
    if (host === undefined || engine === undefined || inside === undefined) throw new Error('none');
    const [server, container] = await Promise.all([
      startServer(host, tls),
      startContainer(engine, inside, tls),
    ]);
    return new Surgery(server, container, [host, engine, inside]);
  }
  private constructor(server: Server, container: Server, namespaces: readonly Namespace[]) {
    this.server = server;
    this.container = container;
    this.#namespaces = namespaces;
  }

  async close(): Promise<void> {
    await Promise.all([this.server.stop(), this.container.stop()]);
    await Promise.all(this.#namespaces.map((namespace) => namespace.remove()));
  }
}

async function startServer(host: Namespace, tls: readonly string[]): Promise<Server> {
  const [name, sound] = places.sound;
  const others = [places.closed80, places.silent80, places.page80].map(([, address]) => address);
  await joinWan(host, 'eth0', sound);
  for (const address of others) await host.shell(`ip address add ${address}/24 dev eth0`);
  await addIpv6(host, 'eth0', places.onlyIpv6[1]);
  await host.firewall(`
table ip surgery {
  chain arriving {
    type filter hook input priority filter; policy accept;
    ip daddr ${places.silent80[1]} tcp dport 80 drop
  }
}`);
  const listens = [
    ...[
      `${sound}:80`,
      `${sound}:3478`,
      `[${places.onlyIpv6[1]}]:443`,
      `[${places.onlyIpv6[1]}]:80`,
    ],
    ...others.map((address) => `${address}:443`),
  ];
  const server = await Server.start({
    through: host.enter,
    listen: `${sound}:443`,
    args: [
      ...tls,
      ...listens.flatMap((listen) => ['--listen', listen]),
      // As behind a proxy: ports of their own for what is no HTTP, and TLS for those who get nothing else out.
      ...['udp', 'tcp'].flatMap((transport) => [
        '--relay-url',
        `turn:${name}:3478?transport=${transport}`,
      ]),
      ...['--relay-url', `turns:${name}:443?transport=tcp`],
    ],
  });
  await serve(host, ['python3', '-m', 'http.server', '--bind', places.page80[1], '80'], 'tcp', 80);
  return server;
}

async function startContainer(
  engine: Namespace,
  inside: Namespace,
  tls: readonly string[],
): Promise<Server> {
  await joinWan(engine, 'eth0', places.container[1]);
  await connect([engine, 'docker0'], [inside, 'eth0']);
  await engine.shell(`ip address add ${bridge}/16 dev docker0; ip link set docker0 up`);
  await inside.shell(`
    ip address add ${contained}/16 dev eth0
    ip link set eth0 up
    ip route add default via ${bridge}
  `);
  const server = await Server.start({
    through: inside.enter,
    listen: `${contained}:443`,
    args: [...tls, '--listen', `${contained}:80`],
  });
  for (const [protocol, port] of [
    ['tcp', 443],
    ['tcp', 80],
    ['udp', 443],
  ] as const) {
    const from = `${protocol}4-listen:${String(port)},fork,reuseaddr`;
    await serve(
      engine,
      ['socat', from, `${protocol}4:${contained}:${String(port)}`],
      protocol,
      port,
    );
  }
  return server;
}

// Returns as soon as it listens. It ends with its namespace.
async function serve(
  namespace: Namespace,
  command: readonly string[],
  protocol: 'tcp' | 'udp',
  port: number,
): Promise<void> {
  const [enter, ...args] = [...namespace.enter, ...command];
  const child = spawn(enter, args, { stdio: 'ignore' });
  const socket = `sport = :${String(port)}`;
  await until(
    async () => {
      if (child.exitCode !== null) throw new Error(`${command.join(' ')} ended`);
      const listing = ['ss', '-H', '-lnp', `--${protocol}`, socket] as const;
      return (await run([...namespace.enter, ...listing])).includes(`"${command[0] ?? ''}"`);
    },
    `${command.join(' ')} listens`,
  );
}
