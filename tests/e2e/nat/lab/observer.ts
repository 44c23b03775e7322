// Finds out of which kind the box in front of a home really is: nothing is said of a kind that was not seen.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inTime } from '../../../integration/support/pace.ts';
import type { Home } from './home.ts';
import type { Lab } from './lab.ts';
import type { Behaviour, Dependence } from './nat_kind.ts';
import type { Answers, Step } from './probe.ts';
import type { Endpoint, Reflectors } from './reflectors.ts';
import { serverName } from './wan.ts';

export async function observe(home: Home, lab: Lab): Promise<Behaviour> {
  const [command, ...prefix] = home.computer.enter;
  const child = spawn(
    command,
    [...prefix, process.execPath, join(import.meta.dirname, 'probe.ts')],
    { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
  try {
    return await inTime(observeWith(new Probe(child), home, lab), `${home.kind} is observed`);
  } finally {
    child.kill('SIGKILL');
  }
}

async function observeWith(probe: Probe, home: Home, lab: Lab): Promise<Behaviour> {
  const { reflectors, authority } = lab;
  await reflectors.flush();
  const mapped = await mappedAddresses(probe, reflectors);
  const port443 = await probe.ask('tcp', reflectors.tcp.port443);
  const otherPort = await probe.ask('tcp', reflectors.tcp.otherPort);
  if (port443 === null) throw new Error('not even TCP to port 443 gets out');
  if (!(await probe.ask('tls', serverName, authority.pem))) {
    throw new Error('the server is not reached over TLS');
  }
  const [seen] = mapped;
  if (seen !== undefined && seen.address !== port443.address) {
    throw new Error('TCP and UDP leave by different addresses');
  }
  return {
    translates: port443.address !== home.address,
    udp:
      seen === undefined
        ? null
        : { mapping: mappingOf(mapped), filtering: await filteringOf(probe, reflectors) },
    tcp: otherPort !== null ? 'any' : port443.echoes ? 'port 443' : 'TLS on port 443',
  };
}

// How one socket is seen by each reflector; empty where no UDP gets out.
async function mappedAddresses(probe: Probe, reflectors: Reflectors): Promise<Endpoint[]> {
  for (const reflector of reflectors.udp) await probe.ask('send', 'mapping', reflector);
  const seen = (await reflectors.flush()).filter((endpoint) => endpoint !== undefined);
  if (seen.length !== 0 && seen.length !== reflectors.udp.length) {
    throw new Error('UDP gets to some addresses only');
  }
  return seen;
}

function mappingOf(mapped: readonly Endpoint[]): Dependence {
  const [first, otherPort, otherAddress] = mapped.map(({ port }) => port);
  if (first !== otherPort) return 'address-and-port-dependent';
  return first === otherAddress ? 'endpoint-independent' : 'address-dependent';
}

// The first reflector is spoken to; which of them are heard?
async function filteringOf(probe: Probe, reflectors: Reflectors): Promise<Dependence> {
  const [first, otherPort, otherAddress] = [0, 1, 2];
  const heard = new Set<string>();
  // The first one's answer comes last. Two packets could overtake each other, so there is another round.
  for (let round = 0; round < 2; round += 1) {
    await probe.ask('send', 'filtering', reflectors.udp[first]!);
    const [mapped] = await reflectors.flush();
    if (mapped === undefined) throw new Error('a second socket gets no UDP out');
    for (const reflector of [otherAddress, otherPort, first]) {
      await reflectors.sendFrom(reflector, mapped);
    }
    for (const who of await probe.ask('heard', 'filtering', String(first))) heard.add(who);
  }
  if (!heard.has(String(otherPort))) return 'address-and-port-dependent';
  return heard.has(String(otherAddress)) ? 'endpoint-independent' : 'address-dependent';
}

class Probe {
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  async ask<S extends Step>(
    step: S,
    ...args: Parameters<Answers[S]>
  ): Promise<Awaited<ReturnType<Answers[S]>>> {
    this.#child.send({ step, args });
    const [{ result }] = (await once(this.#child, 'message')) as [
      { result: Awaited<ReturnType<Answers[S]>> },
    ];
    return result;
  }
}
