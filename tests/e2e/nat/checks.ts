// What the check of one's connection says to people in networks of each kind.
import assert from 'node:assert/strict';
import { runCheck } from '../fixtures/check.ts';
import type { Person } from '../fixtures/person.ts';
import type { Lab } from './lab/lab.ts';
import { serverName } from './lab/wan.ts';
import { withHomes, type Note, type Side } from './pair.ts';

interface Check extends Side {
  // All of these are in the report.
  readonly says: readonly RegExp[];
}

const noUdp = [
  /\[!\] Relay: Your network lets no UDP through/,
  /\[!\] Direct connections: UDP does not/,
];

// With one STUN server a browser cannot tell a symmetric NAT from one that only changes ports.
export const checks: readonly Check[] = [
  {
    nat: 'port-restricted',
    browser: 'chromium',
    says: [/\[ok\] Relay: .* UDP, TCP, and TLS/, /router keeps port numbers/, /Measured over: UDP/],
  },
  {
    nat: 'tls-443',
    browser: 'chromium',
    says: [...noUdp, /Over TCP: no answer/, /Over TLS: \d+ ms/, /Measured over: TLS/],
  },
  {
    nat: 'none',
    browser: 'chromium',
    says: [/\[ok\] Relay: .* UDP, TCP, and TLS/, /No router changes the address of this device/],
  },
  {
    nat: 'symmetric',
    browser: 'chromium',
    says: [/\[ok\] Relay: .* UDP, TCP, and TLS/, /cannot be told with one server/],
  },
  {
    nat: 'udp-blocked',
    browser: 'chromium',
    says: [...noUdp, /Over UDP: no answer/, /Over TCP: \d+ ms/, /Measured over: TCP/],
  },
  {
    nat: 'port-restricted',
    browser: 'firefox',
    says: [/\[ok\] Relay: .* UDP, TCP, and TLS/, /UDP gets to the server/, /Measured over: UDP/],
  },
  {
    nat: 'tls-443',
    browser: 'firefox',
    says: [...noUdp, /Over TCP: no answer/, /Over TLS: \d+ ms/, /Measured over: TLS/],
  },
];

export function theCheckNamesTheNetwork(lab: Lab, check: Check, note: Note): Promise<void> {
  const { nat, browser, says } = check;
  return withHomes(`check ${browser} ${nat}`, [nat], lab, note, async ([home], people) => {
    const ana = await home.visitor('Ana', browser);
    people.push(ana);
    await ana.join();
    const report = await checked(ana);
    note(report);
    for (const words of says) assert.match(report, words);
    assert.match(report, /\[ok\] Server: The server answers/);
  });
}

// Two ports of the server are two STUN servers: by them, a NAT shows what its mappings depend on.
export async function theCheckTellsNatsApart(lab: Lab, note: Note): Promise<void> {
  const urls = ['443', '3478'].flatMap((port) =>
    ['udp', 'tcp'].map((transport) => `turn:${serverName}:${port}?transport=${transport}`),
  );
  await lab.restartServer(
    ...['--listen', '0.0.0.0:3478'],
    ...urls.flatMap((url) => ['--relay-url', url]),
  );
  try {
    for (const [nat, words] of [
      ['symmetric', /\[!\] Direct connections: .*“symmetric” NAT/],
      ['port-restricted', /\[ok\] Direct connections: .*easy to get through/],
    ] as const) {
      await theCheckNamesTheNetwork(lab, { nat, browser: 'chromium', says: [words] }, note);
    }
  } finally {
    await lab.restartServer();
  }
}

export function theCheckMeasuresTheUplink(lab: Lab, note: Note): Promise<void> {
  return withHomes('check uplink', ['none'], lab, note, async ([home], people) => {
    const ana = await home.visitor('Ana', 'chromium');
    people.push(ana);
    await ana.join();
    await home.limitUplink(1_200);
    const report = await checked(ana);
    note(report);
    assert.match(report, /Enough for two people with video, not for three/);
  });
}

// By the session of whoever has joined, which may try the relay.
async function checked(person: Person): Promise<string> {
  await person.tab.evaluate(() => {
    history.pushState(null, '', '/check');
    dispatchEvent(new PopStateEvent('popstate'));
  }, null);
  return runCheck(person.tab);
}
