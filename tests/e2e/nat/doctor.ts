// `visavis check` from within networks of each kind, and at servers with something wrong: what it names, and that it
// names nothing where nothing is wrong.
import assert from 'node:assert/strict';
import { examine, issueCode, type Report } from '../../integration/support/doctor.ts';
import type { Home } from './lab/home.ts';
import type { Lab } from './lab/lab.ts';
import { connect, Namespace } from './lab/namespace.ts';
import { rulesOf, type NatKind } from './lab/nat_kind.ts';
import { Surgery } from './lab/surgery.ts';
import { addIpv6, joinWan, patients, surgery as places } from './lab/wan.ts';

type PlaceName = keyof typeof places;

interface Cause {
  readonly title: string;
  readonly from: 'the internet' | 'two NATs' | NatKind;
  readonly at?: PlaceName;
  // Something in the home's own box.
  readonly spoil?: (home: Home) => Promise<void>;
  // Packets go through the relay.
  readonly code: boolean;
  readonly named: readonly string[];
  readonly says?: RegExp;
}

export const causes: readonly Cause[] = [
  { title: 'nothing from the internet', from: 'the internet', code: true, named: [] },
  { title: 'nothing from behind a NAT', from: 'port-restricted', code: true, named: [] },
  {
    title: 'a firewall that lets no UDP out',
    from: 'udp-blocked',
    code: true,
    named: ['failure stun-ipv4 udp_blocked', 'failure turn-udp udp_blocked'],
    says: /ufw allow 3478\/udp/,
  },
  {
    title: 'a firewall that swallows TCP to port 3478',
    from: 'port-restricted',
    spoil: (home) => home.dropTcp(3478),
    code: true,
    named: ['failure turn-tcp tcp_blocked'],
    says: /ufw allow 3478\/tcp/,
  },
  {
    title: 'two NATs in a row',
    from: 'two NATs',
    code: true,
    named: ['warning nat double_nat'],
    says: /bridge mode/,
  },
  {
    title: 'a container whose engine forwards in user space',
    from: 'the internet',
    at: 'container',
    code: true,
    named: ['failure stun-ipv4 address_of_a_proxy'],
    says: /network_mode: host/,
  },
  {
    title: 'a name without an IPv4 address',
    from: 'the internet',
    at: 'onlyIpv6',
    code: false,
    named: ['warning dns only_ipv6'],
    says: /Make an A record/,
  },
  {
    title: 'a port 80 that is closed',
    from: 'the internet',
    at: 'closed80',
    code: false,
    named: ['warning https-redirect port_80_closed'],
    says: /0\.0\.0\.0:80/,
  },
  {
    title: 'a port 80 that a firewall swallows',
    from: 'the internet',
    at: 'silent80',
    code: false,
    named: ['warning https-redirect port_80_filtered'],
    says: /ufw allow 80\/tcp/,
  },
  {
    title: 'another page at port 80',
    from: 'the internet',
    at: 'page80',
    code: false,
    named: ['warning https-redirect no_redirect'],
    says: /return 301/,
  },
];

// Where the doctor is asked, and from where; all of it is made at once.
export class Clinic {
  readonly #lab: Lab;
  readonly #surgery: Surgery;
  readonly #homes: ReadonlyMap<Cause, Home>;
  readonly #internet: Namespace;
  readonly #behindTwo: readonly [Namespace, ...Namespace[]];

  static async open(lab: Lab): Promise<Clinic> {
    const [surgery, internet, behindTwo, homes] = await Promise.all([
      Surgery.open(lab),
      onTheInternet(),
      behindTwoNats(),
      homesIn(lab),
    ]);
    return new Clinic(lab, surgery, internet, behindTwo, homes);
  }
  private constructor(
    lab: Lab,
    surgery: Surgery,
    internet: Namespace,
    behindTwo: readonly [Namespace, ...Namespace[]],
    homes: ReadonlyMap<Cause, Home>,
  ) {
    this.#lab = lab;
    this.#surgery = surgery;
    this.#internet = internet;
    this.#behindTwo = behindTwo;
    this.#homes = homes;
  }

  async names(cause: Cause, note: (words: string) => void): Promise<void> {
    const [name] = places[cause.at ?? 'sound'];
    const server = cause.at === 'container' ? this.#surgery.container : this.#surgery.server;
    const code = cause.code ? ['--code', await issueCode(server)] : [];
    const report = await examine(
      [`https://${name}`, ...code],
      { SSL_CERT_FILE: this.#lab.authority.file },
      this.#computerOf(cause).enter,
    );
    try {
      assert.deepEqual(report.named, cause.named);
      assert.match(changesOf(report), cause.says ?? /^$/);
      if (cause.code) assert.match(JSON.stringify(report.findings), /came through/);
    } catch (error) {
      note(JSON.stringify(report.findings, null, 1));
      throw error;
    }
  }

  #computerOf(cause: Cause): Namespace {
    if (cause.from === 'two NATs') return this.#behindTwo[0];
    return this.#homes.get(cause)?.computer ?? this.#internet;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#homes.values()].map((home) => this.#lab.remove(home)));
    await Promise.all([this.#internet, ...this.#behindTwo].map((namespace) => namespace.remove()));
    await this.#surgery.close();
  }
}

async function homesIn(lab: Lab): Promise<Map<Cause, Home>> {
  const homes = new Map<Cause, Home>();
  const build = async (cause: Cause, kind: NatKind): Promise<void> => {
    const home = await lab.home(kind);
    homes.set(cause, home);
    await cause.spoil?.(home);
  };
  await Promise.all(
    causes.map(async (cause) => {
      if (cause.from !== 'the internet' && cause.from !== 'two NATs')
        await build(cause, cause.from);
    }),
  );
  return homes;
}

function changesOf(report: Report): string {
  return report.findings.flatMap(({ change }) => change ?? []).join('\n');
}

async function onTheInternet(): Promise<Namespace> {
  const namespace = await Namespace.create('patient');
  await joinWan(namespace, 'eth0', patients.both.v4);
  await addIpv6(namespace, 'eth0', patients.both.v6);
  return namespace;
}

// Somebody's own router behind their provider's, both of which translate.
async function behindTwoNats(): Promise<readonly [Namespace, ...Namespace[]]> {
  const provider = await Namespace.create('provider');
  const router = await Namespace.create('router');
  const computer = await Namespace.create('inner');
  await joinWan(provider, 'wan', patients.provider);
  await connect([provider, 'lan'], [router, 'wan']);
  await connect([router, 'lan'], [computer, 'eth0']);
  const forwards = 'echo 1 > /proc/sys/net/ipv4/ip_forward';
  await provider.shell(`
    ip address add 100.64.7.1/30 dev lan
    ip link set lan up
    ${forwards}
  `);
  await provider.firewall(rulesOf('port-restricted', '100.64.7.2'));
  await router.shell(`
    ip address add 100.64.7.2/30 dev wan
    ip link set wan up
    ip route add default via 100.64.7.1
    ip address add 192.168.7.1/24 dev lan
    ip link set lan up
    ${forwards}
  `);
  await router.firewall(rulesOf('port-restricted', '192.168.7.2'));
  await computer.shell(`
    ip address add 192.168.7.2/24 dev eth0
    ip link set eth0 up
    ip route add default via 192.168.7.1
  `);
  return [computer, router, provider];
}
