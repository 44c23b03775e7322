// Our server against a relay on npm ws and one on Socket.IO 4: what a message, a connection, a join costs.
// Interleaved (A B C A B C …), because the machine's mood changes by the minute; ratios are taken within
// a round.
import { benchmark } from './support/benchmark.ts';
import { median, medianAndBest, round, table } from './support/figures.ts';
import { type Figures, generate, type Scenario } from './support/generator.ts';
import { type Dialect, dialects, type RunningServer, startServer } from './support/server.ts';
import type { Part, Verdict } from './support/verdicts.ts';

export const signalingHelp = 'ours beside npm ws and Socket.IO: CPU, latency, memory, joins';

type Plan = { rounds: number; idleRounds: number; durationMs: number; connections: number };
type ByDialect = Record<Dialect, Figures[]>;

const names: Record<Dialect, string> = {
  visavis: 'Vis-à-vis',
  ws: 'npm ws',
  socketio: 'Socket.IO 4',
};

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function noFigures(): ByDialect {
  return { visavis: [], ws: [], socketio: [] };
}

function values(figures: readonly Figures[], name: string): number[] {
  return figures.map((one) => one[name] ?? Number.NaN);
}

/** The servers stay up for all rounds and take turns; only one of them has anything to do at a time. */
async function inTurns(
  scenario: Scenario,
  rounds: number,
  options: Readonly<Record<string, number>>,
  tls = false,
): Promise<ByDialect> {
  const servers: RunningServer[] = [];
  const figures = noFigures();
  try {
    for (const dialect of dialects) servers.push(await startServer(dialect, { tls }));
    for (let number = 1; number <= rounds; ++number) {
      say(`${scenario}${tls ? ' over TLS' : ''}, round ${number} of ${rounds}`);
      for (const server of servers) {
        figures[server.dialect].push(await generate(scenario, server, options));
      }
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
  return figures;
}

/** A server's memory is measured from its start: a fresh one each time. */
async function freshInTurns(
  scenario: Scenario,
  rounds: number,
  options: Readonly<Record<string, number>>,
  tls: boolean,
): Promise<ByDialect> {
  const figures = noFigures();
  for (let number = 1; number <= rounds; ++number) {
    say(`${scenario}${tls ? ' over TLS' : ''}, round ${number} of ${rounds}`);
    for (const dialect of dialects) {
      figures[dialect].push(await onFreshServer(dialect, scenario, options, { tls }));
    }
  }
  return figures;
}

async function onFreshServer(
  dialect: Dialect,
  scenario: Scenario,
  options: Readonly<Record<string, number>>,
  serverOptions: Parameters<typeof startServer>[1] = {},
): Promise<Figures> {
  const server = await startServer(dialect, serverOptions);
  try {
    return await generate(scenario, server, options);
  } finally {
    await server.stop();
  }
}

function ratioToWs(figures: ByDialect, name: string): number {
  const ours = values(figures.visavis, name);
  const theirs = values(figures.ws, name);
  return median(ours.map((value, index) => value / (theirs[index] ?? Number.NaN)));
}

async function messages(plan: Plan): Promise<Part> {
  const options = { 'duration-ms': plan.durationMs };
  const one = await inTurns('one', plan.rounds, options);
  const burst = await inTurns('burst', plan.rounds, options);
  const latency = await inTurns('latency', plan.rounds, options);
  const bytes = median(values(one.visavis, 'mean_message_bytes'));
  const rows = dialects.map((dialect) => [
    names[dialect],
    medianAndBest(values(one[dialect], 'cpu_us_per_message')),
    medianAndBest(values(burst[dialect], 'cpu_us_per_message')),
    `${medianAndBest(values(latency[dialect], 'p50_us'))} / ${medianAndBest(values(latency[dialect], 'p99_us'))}`,
  ]);
  const header = [
    'server',
    'CPU µs per message, one in flight per pair',
    "CPU µs per message, a call's 22 messages in 3 writes",
    'p50 / p99 µs at 2,000 messages/s',
  ];
  return {
    text: `### Relayed messages (mean ${round(bytes)} B, 50 pairs)\n\n${table(header, rows)}`,
    verdicts: [
      {
        what: 'CPU per message against npm ws, one in flight',
        measured: ratioToWs(one, 'cpu_us_per_message'),
        limit: 0.5,
        unit: '×',
      },
      {
        what: 'CPU per message against npm ws, bursts',
        measured: ratioToWs(burst, 'cpu_us_per_message'),
        limit: 0.15,
        unit: '×',
      },
    ],
  };
}

async function connections(plan: Plan): Promise<Part> {
  const idleOptions = { count: plan.connections, 'duration-ms': 6_000 };
  const plain = await freshInTurns('idle', plan.idleRounds, idleOptions, false);
  const secure = await freshInTurns('idle', plan.idleRounds, idleOptions, true);
  const connect = await inTurns('connect', plan.idleRounds, { count: 500 });
  const connectTls = await inTurns('connect', plan.idleRounds, { count: 300 }, true);
  const rows = dialects.map((dialect) => [
    names[dialect],
    medianAndBest(values(plain[dialect], 'bytes_per_connection')),
    medianAndBest(values(secure[dialect], 'bytes_per_connection')),
    medianAndBest(values(connect[dialect], 'cpu_us_per_connection')),
    medianAndBest(values(connectTls[dialect], 'cpu_us_per_connection')),
  ]);
  const header = [
    'server',
    'RSS B per idle session',
    'over TLS',
    'CPU µs per connection, to welcome and goodbye',
    'over TLS',
  ];
  return {
    text: `### Connections (${round(plan.connections)} idle, heartbeats on)\n\n${table(header, rows)}`,
    verdicts: [
      {
        what: 'RSS per idle session, plain',
        measured: median(values(plain.visavis, 'bytes_per_connection')),
        limit: 3_000,
        unit: ' B',
      },
      {
        what: 'RSS per idle session, TLS',
        measured: median(values(secure.visavis, 'bytes_per_connection')),
        limit: 19_000,
        unit: ' B',
      },
    ],
  };
}

/** The seed's way sends the whole list (23 B a person) to everybody on every join: 23 B × U² each. */
function wholeListBytes(people: number): number {
  return 23 * people ** 2;
}

/** The sum of that over everybody who joins. */
function wholeListStormBytes(people: number): number {
  let total = 0;
  for (let present = 1; present <= people; ++present) total += wholeListBytes(present);
  return total;
}

async function joins(): Promise<Part> {
  const rows: string[][] = [];
  const everybody = { presence_list_max: 10_000 };
  for (const people of [1_000, 5_000]) {
    for (const limits of [{}, everybody]) {
      say(`join among ${people}`);
      const figures = await onFreshServer(
        'visavis',
        'join',
        { count: people, joins: 10 },
        { limits },
      );
      rows.push([
        round(people),
        limits === everybody ? 'everybody' : 'the first 500',
        round(figures['cpu_ms_per_join'] ?? Number.NaN),
        round(figures['cpu_us_per_recipient'] ?? Number.NaN),
        round((figures['bytes_per_join'] ?? Number.NaN) / 1_000),
        round(wholeListBytes(people) / 1_000),
      ]);
    }
  }
  const header = [
    'people',
    'listed',
    'CPU ms per join',
    'CPU µs per recipient',
    'kB sent',
    "kB, the whole list's way",
  ];
  const storm = await stormOf(1_000, everybody);
  return {
    text: `### One more person joins\n\n${table(header, rows)}\n\n${storm.text}`,
    verdicts: [storm.verdict],
  };
}

async function stormOf(
  people: number,
  limits: Readonly<Record<string, number>>,
): Promise<{ text: string; verdict: Verdict }> {
  say(`storm of ${people}`);
  const rows: string[][] = [];
  let share = 0;
  for (const [listed, serverLimits] of [
    ['the first 500', {}],
    ['everybody', limits],
  ] as const) {
    const figures = await onFreshServer(
      'visavis',
      'storm',
      { count: people },
      { limits: serverLimits },
    );
    share = ((figures['bytes'] ?? Number.NaN) / wholeListStormBytes(people)) * 100;
    rows.push([
      listed,
      round((figures['bytes'] ?? Number.NaN) / 1e6),
      round(wholeListStormBytes(people) / 1e6),
      `${round(share)} %`,
      round(figures['cpu_ms'] ?? Number.NaN),
      round(figures['all_welcome_ms'] ?? Number.NaN),
    ]);
  }
  const header = [
    'listed',
    'MB sent',
    "MB, the whole list's way",
    'share',
    'CPU ms',
    'ms until all are welcome',
  ];
  return {
    text: `### ${round(people)} people join at once\n\n${table(header, rows)}`,
    verdict: {
      what: `bytes of ${round(people)} joins at once, everybody listed`,
      measured: share,
      limit: 2,
      unit: ' %',
    },
  };
}

export async function signaling(args: readonly string[]): Promise<boolean> {
  return await benchmark('signaling', args, (quick) => {
    const plan: Plan = quick
      ? { rounds: 2, idleRounds: 1, durationMs: 1_000, connections: 500 }
      : { rounds: 5, idleRounds: 3, durationMs: 2_000, connections: 2_000 };
    return { messages: () => messages(plan), connections: () => connections(plan), joins };
  });
}
