import { describe, expect, it } from 'vitest';

import type { Mapping, UdpCheck } from './check_udp.ts';
import { natKind, udpReach } from './nat.ts';

const CHECK: UdpCheck = {
  servers: 1,
  mappings: [],
  sockets: 1,
  failures: 0,
  complete: true,
  lookupFailures: 0,
  errorText: null,
  tellsFailures: true,
};
const seen = (port: number, base: Mapping['base'], address = '203.0.113.7'): Mapping => ({
  address,
  port,
  base,
});
const HOME = { address: '192.168.1.5', port: 50_000 };
const WIFI = { address: '192.168.2.5', port: 51_000 };
const PUBLIC = { address: '203.0.113.7', port: 50_000 };

describe('UDP', () => {
  it.each([
    ['works where a server saw us', { mappings: [seen(40_000, HOME)] }, 'works'],
    [
      'works where one of two servers saw us',
      { servers: 2, failures: 1, mappings: [seen(1, null)] },
      'works',
    ],
    ['works without a NAT, where the browser would tell of silence', {}, 'works'],
    ['may work where the browser tells of nothing', { tellsFailures: false }, 'unknown'],
    ['is blocked where the browser says that nobody answers', { failures: 1 }, 'blocked'],
    [
      'is blocked where the browser still waits for an answer',
      { complete: false, tellsFailures: false },
      'blocked',
    ],
    ['is not known without a server', { servers: 0 }, 'unknown'],
  ] satisfies [string, Partial<UdpCheck>, string][])('%s', (_, check, reach) => {
    expect(udpReach({ ...CHECK, ...check })).toBe(reach);
  });
});

describe('the NAT', () => {
  it.each([
    ['is none where nothing is mapped', {}, 'none'],
    ['is none where we are seen as we are', { mappings: [seen(50_000, PUBLIC)] }, 'none'],
    [
      'is easy where two servers see the same',
      { servers: 2, mappings: [seen(40_000, HOME)] },
      'same_port',
    ],
    [
      'is hard where two servers see different ports',
      { servers: 2, mappings: [seen(40_000, HOME), seen(40_001, HOME)] },
      'other_port',
    ],
    [
      'is hard, too, where the one socket is not named',
      { servers: 2, mappings: [seen(40_000, null), seen(40_001, null)] },
      'other_port',
    ],
    [
      'is not known where there are several sockets, and none is named',
      { servers: 2, sockets: 2, mappings: [seen(40_000, null), seen(40_001, null)] },
      'unknown',
    ],
    [
      'is easy for two networks with a port each',
      { servers: 2, sockets: 2, mappings: [seen(40_000, HOME), seen(41_000, WIFI)] },
      'same_port',
    ],
    ['keeps ports, says one server', { mappings: [seen(50_000, HOME)] }, 'keeps_port'],
    ['changes ports, says one server', { mappings: [seen(40_000, HOME)] }, 'changes_port'],
    [
      'is judged by one server where the browser does not say whether the other was silent',
      { servers: 2, tellsFailures: false, mappings: [seen(40_000, HOME)] },
      'changes_port',
    ],
    ['is not known where the socket is not named', { mappings: [seen(40_000, null)] }, 'unknown'],
    ['is not known without UDP', { failures: 1 }, 'unknown'],
  ] satisfies [string, Partial<UdpCheck>, string][])('%s', (_, check, kind) => {
    expect(natKind({ ...CHECK, ...check })).toBe(kind);
  });
});
