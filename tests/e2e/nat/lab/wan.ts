// The internet of the lab: a bridge in the network namespace of this process, which is also the router.
import { run } from './command.ts';
import { connect, type Namespace } from './namespace.ts';

export const serverName = 'calls.visavis.test';
export const coturnName = 'turn.visavis.test';
export const origin = `https://${serverName}`;

// All documentation ranges (RFC 5737); 192.0.2.0/24 stays free for the relay's virtual addresses.
export const wan = {
  gateway: '198.51.100.1', // this process
  server: '198.51.100.2',
  coturn: '198.51.100.3',
  secondReflector: '198.51.100.4',
};
// Where the doctor finds a server, by name; each but the first with one thing that is wrong. See surgery.ts.
export const surgery = {
  sound: ['doctor.visavis.test', '198.51.100.220'],
  // Port 80 refuses connections, swallows them, and has a page of its own.
  closed80: ['closed80.visavis.test', '198.51.100.221'],
  silent80: ['silent80.visavis.test', '198.51.100.222'],
  page80: ['page80.visavis.test', '198.51.100.223'],
  // Behind a proxy for containers.
  container: ['container.visavis.test', '198.51.100.224'],
  onlyIpv6: ['ipv6.visavis.test', '2001:db8::220'],
} as const;
// Those who ask are there, and behind there.
export const patients = {
  both: { v4: '198.51.100.230', v6: '2001:db8::230' },
  provider: '198.51.100.231',
};

// A namespace with an address of its own on the WAN.
export async function joinWan(
  namespace: Namespace,
  device: string,
  address: string,
): Promise<void> {
  const port = `to-${namespace.name}`;
  await connect([null, port], [namespace, device]);
  await run(['ip', 'link', 'set', port, 'master', 'wan', 'up']);
  await namespace.shell(`
    ip address add ${address}/24 dev ${device}
    ip link set ${device} up
    ip route add default via ${wan.gateway}
  `);
}

// An address of the other family, which namespaces have only where it is asked for. There are no routers for it.
export async function addIpv6(
  namespace: Namespace,
  device: string,
  address: string,
): Promise<void> {
  await namespace.shell(`
    echo 0 > /proc/sys/net/ipv6/conf/${device}/disable_ipv6
    ip address add ${address}/64 dev ${device} nodad
  `);
}

// Everybody's router: it knows the way to public addresses and to no private one. A bridge without a hardware address
// of its own takes the lowest of its ports', so it would be another one to its neighbours whenever a home comes or goes.
export async function makeWan(): Promise<void> {
  await run(
    ['sh', '-e'],
    `
  echo 1 > /proc/sys/net/ipv4/ip_forward
  echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects
  echo 0 > /proc/sys/net/ipv4/conf/default/send_redirects
  echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
  ip link set lo up
  ip link add wan address 02:00:00:00:00:01 type bridge
  ip address add ${wan.gateway}/24 dev wan
  ip address add ${wan.secondReflector}/24 dev wan
  ip link set wan up
`,
  );
}
