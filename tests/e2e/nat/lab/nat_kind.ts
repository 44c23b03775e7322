// The kinds of networks that people call from, in the words of RFC 4787, and the nftables rules of each.

// Sections 4.1 and 5: what a mapping, and what the filter in front of it, depends on.
export type Dependence =
  'endpoint-independent' | 'address-dependent' | 'address-and-port-dependent';

export interface Behaviour {
  // Whether it puts an address of its own in place of the computer's.
  readonly translates: boolean;
  // Null where no UDP gets through.
  readonly udp: { readonly mapping: Dependence; readonly filtering: Dependence } | null;
  // What TCP connections out of it may be.
  readonly tcp: 'any' | 'port 443' | 'TLS on port 443';
}

const open = { mapping: 'endpoint-independent', filtering: 'endpoint-independent' } as const;

export const behaviours = {
  none: { translates: false, udp: open, tcp: 'any' }, // a public address
  'full-cone': { translates: true, udp: open, tcp: 'any' },
  'address-restricted': {
    translates: true,
    udp: { mapping: 'endpoint-independent', filtering: 'address-dependent' },
    tcp: 'any',
  },
  'port-restricted': {
    translates: true,
    udp: { mapping: 'endpoint-independent', filtering: 'address-and-port-dependent' },
    tcp: 'any',
  },
  symmetric: {
    translates: true,
    udp: { mapping: 'address-and-port-dependent', filtering: 'address-and-port-dependent' },
    tcp: 'any',
  },
  'udp-blocked': { translates: true, udp: null, tcp: 'any' },
  'tcp-443': { translates: true, udp: null, tcp: 'port 443' },
  // A firewall that looks into the connections and lets nothing but TLS go on.
  'tls-443': { translates: true, udp: null, tcp: 'TLS on port 443' },
} as const satisfies Record<string, Behaviour>;

export type NatKind = keyof typeof behaviours;
export const natKinds = Object.keys(behaviours) as NatKind[];

// Rules for a box with the interfaces `lan`, where one host has the address `host`, and `wan`.
export function rulesOf(kind: NatKind, host: string): string {
  if (!behaviours[kind].translates) return '';
  const { entering = '', leaving = 'masquerade', forwarding = 'accept' } = rules[kind](host);
  // The kernel keeps the port of what it masquerades, so mappings are endpoint-independent. What comes in
  // unasked ends at the box and is dropped there: it must leave no connection behind whose port would then
  // not be free for the mapping that the same two addresses are about to make.
  return `
table ip box {
  set contacted {
    type inet_service . ipv4_addr; flags dynamic,timeout; timeout 5m; size 4096;
  }
  set opened {
    type inet_service; flags dynamic,timeout; timeout 5m; size 4096;
  }
  chain entering {
    type nat hook prerouting priority dstnat;
    ${entering}
  }
  chain leaving {
    type nat hook postrouting priority srcnat;
    oifname "wan" ${leaving}
  }
  chain outward {
    ${forwarding}
  }
  chain forwarding {
    type filter hook forward priority filter; policy drop;
    iifname "lan" oifname "wan" jump outward
    iifname "wan" ct status dnat accept
    iifname "wan" ct state established,related accept
  }
  chain arriving {
    type filter hook input priority filter; policy drop;
  }
}
`;
}

interface Rules {
  readonly entering?: string; // what comes in, before its destination is decided
  readonly leaving?: string; // how the source is rewritten
  readonly forwarding?: string; // what may go out, and what to remember of it
}

const rules: Record<NatKind, (host: string) => Rules> = {
  none: () => ({}),
  'full-cone': (host) => ({
    forwarding: 'meta l4proto udp update @opened { udp sport }\n    accept',
    entering: `iifname "wan" udp dport @opened dnat to ${host}`,
  }),
  'address-restricted': (host) => ({
    forwarding: 'meta l4proto udp update @contacted { udp sport . ip daddr }\n    accept',
    entering: `iifname "wan" udp dport . ip saddr @contacted dnat to ${host}`,
  }),
  'port-restricted': () => ({}),
  symmetric: () => ({ leaving: 'masquerade random,fully-random' }),
  'udp-blocked': () => ({ forwarding: 'ip protocol != udp accept' }),
  'tcp-443': () => ({
    forwarding: 'tcp dport 443 accept\n    ip protocol tcp reject with tcp reset',
  }),
  // The first byte that the client sends decides: a handshake record of TLS begins with 0x16. Packets
  // without a payload match neither comparison.
  'tls-443': () => ({
    forwarding: `ct mark 1 accept
    tcp dport 443 @ih,0,8 0x16 ct mark set 1 accept
    tcp dport 443 @ih,0,8 != 0x16 reject with tcp reset
    tcp dport 443 accept
    ip protocol tcp reject with tcp reset`,
  }),
};
