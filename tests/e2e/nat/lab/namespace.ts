// A network namespace: a host with interfaces, addresses and firewall of its own.
import { run } from './command.ts';

export class Namespace {
  readonly name: string;

  static async create(name: string): Promise<Namespace> {
    await run(['ip', 'netns', 'add', name]);
    const namespace = new Namespace(name);
    // Without IPv6: link-local addresses that come up late abort page loads in Chromium.
    await namespace.shell(`
      echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
      echo 1 > /proc/sys/net/ipv6/conf/default/disable_ipv6
      ip link set lo up
    `);
    return namespace;
  }

  private constructor(name: string) {
    this.name = name;
  }

  // What to put before a command so that it runs in here.
  get enter(): readonly [string, ...string[]] {
    return ['nsenter', `--net=/run/netns/${this.name}`, '--'];
  }

  async shell(script: string): Promise<void> {
    await run([...this.enter, 'sh', '-e'], script);
  }

  async firewall(rules: string): Promise<void> {
    if (rules !== '') await run([...this.enter, 'nft', '-f', '-'], rules);
  }

  // Ends whatever still runs in here.
  async remove(): Promise<void> {
    const processes = (await run(['ip', 'netns', 'pids', this.name])).trim().split('\n');
    for (const id of processes.map(Number).filter((number) => number > 1)) {
      try {
        process.kill(id, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    }
    await run(['ip', 'netns', 'delete', this.name]);
  }
}

// A cable between two namespaces; `null` is the one that this process is in.
export async function connect(
  [one, oneInterface]: readonly [Namespace | null, string],
  [other, otherInterface]: readonly [Namespace | null, string],
): Promise<void> {
  await run([
    ...['ip', 'link', 'add', 'name', oneInterface, ...netns(one), 'type', 'veth'],
    ...['peer', 'name', otherInterface, ...netns(other)],
  ] as [string, ...string[]]);
}

function netns(namespace: Namespace | null): string[] {
  return namespace === null ? [] : ['netns', namespace.name];
}
