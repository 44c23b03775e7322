// Our relay against Debian's coturn: what a relayed packet and an allocation cost. Interleaved, and ratios
// are taken within a round, as for signaling.
import { benchmark } from './support/benchmark.ts';
import { median, medianAndBest, round, table } from './support/figures.ts';
import { asArguments, type Figures, runGenerator } from './support/generator.ts';
import { type Relay, type RunningRelay, startRelay } from './support/relay_server.ts';
import type { Part, Verdict } from './support/verdicts.ts';

export const relayHelp = 'ours beside coturn: CPU per packet and allocation, latency, memory, loss';

type Plan = { rounds: number; durationMs: number; allocations: number };
type Ours = Exclude<Relay, 'coturn'>;
type Options = Readonly<Record<string, number | string>>;
type Pair = { ours: Figures[]; coturn: Figures[] };

/** How packets are sent: alone, or eight at a time, as those of a video frame are. */
const patterns = {
  single: { title: 'single packets', options: { burst: 1 } },
  bursts: { title: 'bursts of 8', options: { burst: 8, sender: 'plain' } },
  gso: { title: 'bursts of 8, GSO', options: { burst: 8, sender: 'gso' } },
} as const;
type Pattern = keyof typeof patterns;

const forms = { channel: 'ChannelData', indication: 'Send and Data' } as const;
type Form = keyof typeof forms;

const sizes = [1_200, 160] as const;

/** What the targets are about: which server of ours, and which ratios to coturn. */
const routes = {
  both: {
    title: 'Both on the relay (ours closed; coturn from relay to relay)',
    name: 'both on the relay',
    ours: 'closed',
    limits: { single: 0.45, gso: 0.12 },
  },
  peer: {
    title: 'From a client to a peer (ours open)',
    name: 'to a peer',
    ours: 'open',
    limits: { single: 0.85, gso: 0.2 },
  },
} as const;
type Route = keyof typeof routes;

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

async function generate(
  scenario: string,
  server: RunningRelay,
  options: Options,
): Promise<Figures> {
  return await runGenerator('bench_turn_generator', [
    ...[scenario, '--port', String(server.port), '--pid', String(server.pid)],
    ...asArguments(server.credentials),
    ...asArguments(options),
  ]);
}

/** Two servers that stay up and take turns; only one of them has anything to do at a time. */
class Opponents {
  readonly #ours: RunningRelay;
  readonly #coturn: RunningRelay;

  static async start(ours: Ours): Promise<Opponents> {
    const first = await startRelay(ours);
    try {
      return new Opponents(first, await startRelay('coturn'));
    } catch (error) {
      await first.stop();
      throw error;
    }
  }
  private constructor(ours: RunningRelay, coturn: RunningRelay) {
    this.#ours = ours;
    this.#coturn = coturn;
  }

  async inTurns(scenario: string, rounds: number, options: Options, what: string): Promise<Pair> {
    const figures: Pair = { ours: [], coturn: [] };
    for (let number = 1; number <= rounds; ++number) {
      say(`${what}, round ${number} of ${rounds}`);
      figures.ours.push(await generate(scenario, this.#ours, options));
      figures.coturn.push(await generate(scenario, this.#coturn, options));
    }
    return figures;
  }
  async stop(): Promise<void> {
    await Promise.all([this.#ours.stop(), this.#coturn.stop()]);
  }
}

async function between<T>(ours: Ours, body: (servers: Opponents) => Promise<T>): Promise<T> {
  const servers = await Opponents.start(ours);
  try {
    return await body(servers);
  } finally {
    await servers.stop();
  }
}

function values(figures: readonly Figures[], name: string): number[] {
  return figures.map((one) => one[name] ?? Number.NaN);
}

function ratio(pair: Pair, name: string): number {
  const theirs = values(pair.coturn, name);
  return median(values(pair.ours, name).map((value, i) => value / (theirs[i] ?? Number.NaN)));
}

function worst(figures: readonly Figures[], name: string): number {
  return Math.max(...values(figures, name));
}

const cpu = 'cpu_us_per_packet';
const lost = 'lost_percent';

function packetCells(pair: Pair): string[] {
  return [
    medianAndBest(values(pair.ours, cpu)),
    medianAndBest(values(pair.coturn, cpu)),
    `${ratio(pair, cpu).toFixed(2)}×`,
    `${round(worst(pair.ours, lost))} / ${round(worst(pair.coturn, lost))} %`,
  ];
}

const packetHeader = ['CPU µs per packet: ours', 'coturn', 'ratio', 'lost at worst: ours / coturn'];

async function relayed(plan: Plan, route: Route): Promise<Part> {
  const { title, name, ours, limits } = routes[route];
  const rows: string[][] = [];
  const verdicts: Verdict[] = [];
  await between(ours, async (servers) => {
    for (const form of Object.keys(forms) as Form[]) {
      for (const size of sizes) {
        for (const pattern of Object.keys(patterns) as Pattern[]) {
          const what = `${name}, ${forms[form]}, ${size} B, ${patterns[pattern].title}`;
          const options = {
            ...{ route, form, 'payload-bytes': size, 'duration-ms': plan.durationMs },
            ...patterns[pattern].options,
          };
          const pair = await servers.inTurns('relayed', plan.rounds, options, what);
          rows.push([`${forms[form]}, ${size} B`, patterns[pattern].title, ...packetCells(pair)]);
          if (form !== 'channel') continue;
          if (pattern !== 'bursts')
            verdicts.push({ what, measured: ratio(pair, cpu), limit: limits[pattern], unit: '×' });
          if (pattern !== 'single')
            verdicts.push({
              what: `loss ${what}`,
              measured: worst(pair.ours, lost),
              limit: 0,
              unit: ' %',
            });
        }
      }
    }
    verdicts.push(await allAtOnce(plan, route, servers, rows));
  });
  const header = ['packets', 'sent as', ...packetHeader];
  return { text: `### ${title}\n\n${table(header, rows)}`, verdicts };
}

/** Bursts of all clients at the same time: who loses then has buffers that are too small. */
async function allAtOnce(
  plan: Plan,
  route: Route,
  servers: Opponents,
  rows: string[][],
): Promise<Verdict> {
  const what = `${routes[route].name}, bursts of all 100 clients at once`;
  const options = {
    route,
    burst: 8,
    sender: 'gso',
    'in-flight': 800,
    'duration-ms': plan.durationMs,
  };
  const pair = await servers.inTurns('relayed', plan.rounds, options, what);
  rows.push([
    'ChannelData, 1200 B',
    'bursts of 8, GSO, of all 100 clients at once',
    ...packetCells(pair),
  ]);
  return { what: `loss ${what}`, measured: worst(pair.ours, lost), limit: 0, unit: ' %' };
}

async function streams(plan: Plan): Promise<Part> {
  const rows = await between('closed', async (servers) => {
    const made: string[][] = [];
    for (const leg of ['tcp', 'tls']) {
      for (const burst of [1, 8]) {
        const sent = burst === 1 ? 'single packets' : 'bursts of 8, each in one write';
        const options = { leg, burst, 'duration-ms': plan.durationMs };
        const what = `${leg}, ${sent}`;
        const pair = await servers.inTurns('relayed', plan.rounds, options, what);
        made.push([`${leg.toUpperCase()} on both sides`, sent, ...packetCells(pair)]);
      }
    }
    return made;
  });
  const header = ['legs', 'sent as', ...packetHeader];
  const title = 'TCP and TLS, both on the relay, ChannelData, 1200 B';
  return { text: `### ${title}\n\n${table(header, rows)}`, verdicts: [] };
}

async function latency(plan: Plan): Promise<Part> {
  const rows: string[][] = [];
  for (const route of Object.keys(routes) as Route[]) {
    const options = { route, rate: 40_000, 'duration-ms': plan.durationMs };
    const what = `latency, ${routes[route].name}`;
    const pair = await between(
      routes[route].ours,
      async (servers) => await servers.inTurns('latency', plan.rounds, options, what),
    );
    const cell = (figures: readonly Figures[]): string =>
      `${medianAndBest(values(figures, 'p50_us'))} / ${medianAndBest(values(figures, 'p99_us'))}`;
    rows.push([routes[route].name, cell(pair.ours), cell(pair.coturn)]);
  }
  const header = ['route', 'p50 / p99 µs: ours', 'coturn'];
  const title = 'Latency at 40,000 packets/s, ChannelData, 1200 B, 100 clients';
  return { text: `### ${title}\n\n${table(header, rows)}`, verdicts: [] };
}

/** Memory is measured from a server's start: a fresh one each time. */
async function allocations(plan: Plan): Promise<Part> {
  const figures: Record<Relay, Figures[]> = { closed: [], open: [], coturn: [] };
  const options = { count: plan.allocations };
  for (let number = 1; number <= plan.rounds; ++number) {
    for (const relay of Object.keys(figures) as Relay[]) {
      say(`allocations, ${relay}, round ${number} of ${plan.rounds}`);
      const server = await startRelay(relay);
      try {
        figures[relay].push(await generate('allocations', server, options));
      } finally {
        await server.stop();
      }
    }
  }
  const names: Record<Relay, string> = {
    closed: 'ours, closed',
    open: 'ours, open',
    coturn: 'coturn',
  };
  const rows = (Object.keys(figures) as Relay[]).map((relay) => [
    names[relay],
    medianAndBest(values(figures[relay], 'cpu_us_per_allocation')),
    medianAndBest(values(figures[relay], 'bytes_per_allocation')),
  ]);
  const header = [
    'server',
    'CPU µs per allocation, the challenge included',
    'RSS B per allocation',
  ];
  const pair = { ours: figures.closed, coturn: figures.coturn };
  return {
    text: `### ${round(plan.allocations)} allocations over UDP\n\n${table(header, rows)}`,
    verdicts: [
      {
        what: 'CPU per closed allocation against coturn',
        measured: ratio(pair, 'cpu_us_per_allocation'),
        limit: 0.4,
        unit: '×',
      },
      {
        what: 'RSS per closed allocation',
        measured: median(values(figures.closed, 'bytes_per_allocation')),
        limit: 3_000,
        unit: ' B',
      },
    ],
  };
}

export async function relay(args: readonly string[]): Promise<boolean> {
  return await benchmark('relay', args, (quick) => {
    const plan: Plan = quick
      ? { rounds: 2, durationMs: 500, allocations: 2_000 }
      : { rounds: 5, durationMs: 1_000, allocations: 5_000 };
    return {
      both: () => relayed(plan, 'both'),
      peer: () => relayed(plan, 'peer'),
      streams: () => streams(plan),
      latency: () => latency(plan),
      allocations: () => allocations(plan),
    };
  });
}
