// One attack: a server as it is shipped, honest people, attackers, and the verdict.
import { Server } from '../integration/support/server.ts';
import type { AttackerWord } from './attacker.ts';
import type { BystanderOrder, BystanderWord } from './bystanders.ts';
import type { Ledger, Page, Phase } from './honest/ledger.ts';
import type { WorldOptions } from './honest/world.ts';
import type { Attack, Outcome, Targets } from './support/attack.ts';
import type { FieldOptions } from './support/field.ts';
import { quantile } from './support/figures.ts';
import { Program, serverCore } from './support/processes.ts';
import { addUp } from './support/tally.ts';
import { growth, metricsOf, Watch, worstLag } from './support/watch.ts';

export interface Terms {
  seconds: number;
  quietSeconds: number;
  /** Shared cores: nothing is pinned, and times are not judged. */
  short: boolean;
  sameAddress: boolean;
}

export interface Verdict {
  attack: Attack;
  terms: Terms;
  ledger: Ledger;
  outcome: Outcome;
  residentGrowth: number;
  /** Seconds; NaN where the server does not tell. */
  lag: number;
  /** How much of its time the attackers' process worked. */
  busy: number;
  /** What does not hold, one sentence each; none: passed. */
  problems: string[];
}

const residentGrowthMax = 64e6;
const pongMax = 50;
/** Bytes of messages a second that somebody may get because of what others do, and at once. */
const drownedAbove = 128 * 1024;
const drownedAtOnce = 256 * 1024;
/** Of a loop, where cores are shared. */
const lagMax = 0.5;

type Bystanders = Program<BystanderOrder, BystanderWord>;
type Attackers = Program<FieldOptions, AttackerWord>;

export async function tryAttack(attack: Attack, terms: Terms): Promise<Verdict> {
  const trial = new Trial(attack, terms);
  try {
    return await trial.run();
  } finally {
    await trial.cleanUp();
  }
}

class Trial {
  readonly #attack: Attack;
  readonly #terms: Terms;
  readonly #bystanders: Bystanders;
  readonly #attackers: Attackers;
  #server: Server | null = null;
  #first: Server | null = null;

  constructor(attack: Attack, terms: Terms) {
    this.#attack = attack;
    this.#terms = terms;
    const pinned = !terms.short;
    this.#bystanders = new Program('bystanders.ts', [], { pinned, first: pinned });
    this.#attackers = new Program('attacker.ts', [attack.name], { pinned, first: false });
  }

  async run(): Promise<Verdict> {
    const { seconds, quietSeconds, short, sameAddress } = this.#terms;
    const server = await this.#start();
    const targets = await this.#arrive(server);
    await this.#expectReady();
    await this.#phase('before');
    await pause(quietSeconds * 1000);

    const before = await metricsOf(server);
    const residentBefore = await server.residentBytes();
    const watch = new Watch(server);
    await this.#phase('during');
    this.#attackers.order({
      port: server.port,
      seconds,
      addresses: this.#addresses(),
      targets,
      tls: server.origin.startsWith('https'),
      short,
    });
    if (this.#attack.life !== undefined) watch.follow(await this.#restart(server, seconds));
    const report = await this.#attackers.word((seconds + 12) * 1000);
    const after = await metricsOf(this.#server ?? server);
    await this.#phase('after');
    await pause(quietSeconds * 1000);
    const ledger = await this.#finish();
    watch.stop();
    const stopped = await this.#stop();

    if (report === null || !('report' in report)) throw new Error('the attackers did not report');
    const grown = growth(this.#attack.life === undefined ? before : null, after);
    const outcome: Outcome = {
      ...addUp([report.report]),
      ...{ seconds, grown, short, sameAddress },
      kernelBytes: watch.kernelMost,
    };
    const residentGrowth = watch.residentMost - residentBefore;
    const lag = worstLag(grown, after ?? new Map<string, number>());
    const evidence = {
      attack: this.#attack,
      terms: this.#terms,
      ledger,
      outcome,
      residentGrowth,
      lag,
    };
    const problems = [
      ...(report.problem === null ? [] : [`the attacker's own program failed: ${report.problem}`]),
      ...(stopped === null ? [] : [`the server ended badly: ${stopped}`]),
      ...judgeAll(evidence),
    ];
    return { ...evidence, busy: report.busy, problems };
  }

  async cleanUp(): Promise<void> {
    await this.#bystanders.kill();
    await this.#attackers.kill();
    await this.#server?.kill().catch(() => undefined);
  }

  async #start(port = 0, dataDir?: string): Promise<Server> {
    this.#server = await Server.start({
      asShipped: true,
      args: this.#attack.server ?? [],
      listen: `127.0.0.1:${port}`,
      ...(dataDir === undefined ? {} : { dataDir }),
      ...(this.#terms.short ? {} : { through: serverCore }),
    });
    return this.#server;
  }
  async #stop(): Promise<string | null> {
    const server = this.#server;
    this.#server = null;
    try {
      await server?.stop();
      await this.#first?.kill();
      return null;
    } catch (error) {
      return (error as Error).message.slice(0, 300);
    }
  }
  /** In the middle of the attack. The new server has the port and the data of the old one. */
  async #restart(server: Server, seconds: number): Promise<Server> {
    await pause(seconds * 400);
    server.signal(this.#attack.life === 'kill' ? 'SIGKILL' : 'SIGTERM');
    await server.exited;
    this.#first = server;
    return await this.#start(server.port, server.dataDir);
  }
  async #arrive(server: Server): Promise<Targets> {
    const options: WorldOptions = {
      port: server.port,
      tls: server.origin.startsWith('https'),
      short: this.#terms.short,
      sameAddress: this.#terms.sameAddress,
      mayGo: this.#attack.life !== undefined,
    };
    this.#bystanders.order({ start: options });
    const word = await this.#hear(20_000);
    if (!('ready' in word)) throw new Error('the honest people are not there');
    return word.ready;
  }
  async #expectReady(): Promise<void> {
    if ((await this.#attackers.word(20_000)) === null) throw new Error('no attackers');
  }
  async #phase(phase: Phase): Promise<void> {
    this.#bystanders.order({ phase });
    await this.#hear(20_000);
  }
  async #finish(): Promise<Ledger> {
    this.#bystanders.order({ finish: true });
    const word = await this.#hear(60_000);
    if (!('finished' in word)) throw new Error('the honest people tell nothing');
    return word.finished;
  }
  async #hear(milliseconds: number): Promise<BystanderWord> {
    const word = await this.#bystanders.word(milliseconds);
    if (word === null) throw new Error('nothing is heard of the honest people');
    if ('problem' in word) throw new Error(`the honest people: ${word.problem}`);
    return word;
  }
  #addresses(): string[] {
    if (this.#terms.sameAddress) return ['127.0.0.1'];
    const count = this.#attack.addresses ?? 1;
    return Array.from({ length: count }, (_, n) => `127.0.${1 + (n >> 7)}.${2 + (n & 127)}`);
  }
}

type Evidence = Omit<Verdict, 'problems' | 'busy'>;

function judgeAll(evidence: Evidence): string[] {
  const { attack, terms, ledger, outcome, residentGrowth, lag } = evidence;
  const problems: string[] = [];
  for (const phase of ['before', 'during', 'after'] as const) {
    problems.push(...judgePage(phase, ledger[phase]));
  }
  if (!terms.short) problems.push(...judgeTimes(ledger, attack));
  else if (lag > lagMax) problems.push(`a loop was ${lag} s late`);
  if (residentGrowth > residentGrowthMax) {
    problems.push(`the server's memory grew by ${Math.round(residentGrowth / 1e6)} MB`);
  }
  const { bytesMost, seconds } = ledger.during;
  const most = drownedAtOnce + drownedAbove * seconds + (attack.reaches?.(seconds) ?? 0);
  if (bytesMost > most) {
    problems.push(`somebody was sent ${Math.round(bytesMost / seconds / 1024)} KiB a second`);
  }
  problems.push(...judgeIntensity(attack, outcome));
  problems.push(...(attack.judge?.(outcome) ?? []));
  return problems;
}

function judgePage(phase: Phase, page: Page): string[] {
  const problems: string[] = [];
  const some = (list: readonly string[], what: string): void => {
    if (list.length === 0) return;
    const kinds = [...new Set(list)].slice(0, 4).join('; ');
    problems.push(`${phase}: ${list.length} ${what}: ${kinds}`);
  };
  some(page.closed, 'closed');
  some(page.refused, 'refused');
  some(page.failedCalls, `of ${page.calls} calls failed`);
  if (page.lost > 0) problems.push(`${phase}: ${page.lost} of ${page.signals} messages lost`);
  return problems;
}

function judgeTimes(ledger: Ledger, attack: Attack): string[] {
  const before = quantile(ledger.before.pongs, 0.99);
  const during = quantile(ledger.during.pongs, 0.99);
  const limit = Math.max(3 * before, pongMax);
  if (during <= limit) return [];
  // A server that is away answers nothing.
  if (attack.life !== undefined) return [];
  return [`pong p99 was ${during.toFixed(0)} ms, at most ${limit.toFixed(0)}`];
}

/** What a weak generator leaves standing has not held. */
function judgeIntensity(attack: Attack, outcome: Outcome): string[] {
  if (outcome.short) return [];
  const problems: string[] = [];
  for (const kind of ['sent', 'dialled'] as const) {
    const wanted = attack.atLeast[kind] ?? 0;
    const rate = outcome[kind] / outcome.seconds;
    if (rate < wanted) {
      problems.push(`too weak an attack: ${kind} ${rate.toFixed(0)} a second, not ${wanted}`);
    }
  }
  return problems;
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
