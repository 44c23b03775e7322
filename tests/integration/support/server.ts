// Starts the real binary on a free port with a data directory of its own, and judges how it ends.
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { readFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after } from 'node:test';
import type { Readable } from 'node:stream';
import { inTime } from './pace.ts';

const repository = resolve(import.meta.dirname, '../../..');

export const binary = resolve(repository, process.env['VISAVIS_BINARY'] ?? 'build/release/visavis');

const sanitizerReport = /AddressSanitizer|ThreadSanitizer|LeakSanitizer|runtime error:/;

export interface ServerOptions {
  /** More arguments after `serve`. */
  args?: readonly string[];
  /** The keys of [limits]. The tests' own defaults (one host plays everybody) are under them. */
  limits?: Readonly<Record<string, number>>;
  /** With the limits' own defaults instead. */
  asShipped?: boolean;
  env?: Readonly<Record<string, string>>;
  /** To start on the data of an earlier server; it is then the caller's to remove. */
  dataDir?: string;
  listen?: string;
  /** False: without a listener for /metrics. */
  metricsListener?: boolean;
  /** A command that runs it, such as nsenter with its arguments. It must become the server, not have it as a child. */
  through?: readonly string[];
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/**
 * All people here share 127.0.0.1, and a machine with too much to do must not look like people who are too slow:
 * tests about a time limit set their own.
 */
const testLimits = {
  hellos_per_second: 100_000,
  hellos_burst: 100_000,
  rings_per_minute: 100_000,
  rings_burst: 10_000,
  address_rings_per_minute: 100_000,
  address_rings_burst: 10_000,
  address_callee_rings_per_minute: 100_000,
  address_callee_rings_burst: 10_000,
  rings_per_person_from_address_max: 3,
  hello_timeout_ms: 60_000,
  header_timeout_ms: 60_000,
  reload_window_ms: 60_000,
  resume_window_ms: 120_000,
  close_timeout_ms: 500,
};

/** Those of tests that failed before they could stop them: they must not keep this process. */
const running = new Set<ChildProcessByStdio<null, Readable, Readable>>();
function killRunning(): void {
  for (const child of running) child.kill('SIGKILL');
}
process.once('exit', killRunning);
// Other programs than node:test's runner have no end of tests.
const isTest =
  process.env['NODE_TEST_CONTEXT'] !== undefined ||
  process.execArgv.some((argument) => argument.startsWith('--test'));
if (isTest) after(killRunning);

export class Server {
  readonly #process: ChildProcessByStdio<null, Readable, Readable>;
  readonly #exited: Promise<Exit>;
  readonly #ownedDirectories: string[] = [];
  readonly dataDir: string;
  /** The Unix socket at which /metrics is answered. */
  readonly metricsSocket: string;
  #stdout = '';
  #stderr = '';
  #stopped = false;
  /** Such as http://127.0.0.1:40123. */
  origin = '';

  static async start(options: ServerOptions = {}): Promise<Server> {
    const scratch = await mkdtemp(join(tmpdir(), 'visavis-integration-'));
    const config = join(scratch, 'visavis.toml');
    const limits = Object.entries({
      ...(options.asShipped === true ? {} : testLimits),
      ...options.limits,
    });
    await writeFile(
      config,
      `[limits]\n${limits.map(([key, value]) => `${key} = ${value}\n`).join('')}`,
    );
    const dataDir = options.dataDir ?? join(scratch, 'data');
    const metricsSocket = join(scratch, 'metrics.sock');
    const server = new Server(
      [
        ...(options.metricsListener === false ? [] : ['--metrics-listen', metricsSocket]),
        ...['--config', config, '--listen', options.listen ?? '127.0.0.1:0'],
        ...['--data-dir', dataDir],
        ...(options.args ?? []),
      ],
      options.env ?? {},
      dataDir,
      metricsSocket,
      options.through ?? [],
    );
    server.#ownedDirectories.push(scratch);
    try {
      await server.#ready();
    } catch (error) {
      server.#process.kill('SIGKILL');
      await server.#cleanUp();
      throw error;
    }
    return server;
  }

  private constructor(
    args: readonly string[],
    env: Record<string, string>,
    dataDir: string,
    metricsSocket: string,
    through: readonly string[],
  ) {
    this.dataDir = dataDir;
    this.metricsSocket = metricsSocket;
    const [command = binary, ...rest] = [...through, binary, 'serve', ...args];
    this.#process = spawn(command, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment(env),
    });
    this.#process.stdout.setEncoding('utf8').on('data', (text: string) => (this.#stdout += text));
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => (this.#stderr += text));
    running.add(this.#process);
    this.#exited = new Promise((resolve, reject) => {
      this.#process.once('error', reject);
      this.#process.once('close', (code, signal) => {
        running.delete(this.#process);
        resolve({ code, signal, stdout: this.#stdout, stderr: this.#stderr });
      });
    });
    this.#exited.catch(() => undefined); // told by whoever awaits it
  }

  /** What the first group matches, once it has been written to stdout. */
  async line(wanted: RegExp): Promise<string> {
    const written = new Promise<string>((resolve) => {
      const look = (): void => {
        const match = wanted.exec(this.#stdout);
        if (match?.[1] === undefined) return;
        this.#process.stdout.off('data', look);
        resolve(match[1]);
      };
      this.#process.stdout.on('data', look);
      look();
    });
    return await inTime(written, `a line like ${wanted}`, 20_000);
  }

  async #ready(): Promise<void> {
    const line = this.line(
      /^(?:listening on |\{.*"event":"ready","url":")(https?:\/\/[^\s"]+)(?:"\})?$/m,
    );
    line.catch(() => undefined); // it died: told below
    const died = this.#exited.then((exit) => {
      throw new Error(`the server did not start: ${exit.code ?? exit.signal}\n${exit.stderr}`);
    });
    this.origin = await inTime(Promise.race([line, died]), 'the ready line', 20_000);
  }

  get port(): number {
    return Number(new URL(this.origin).port);
  }
  /** Where the WebSocket is. */
  get socketUrl(): string {
    return `${this.origin.replace(/^http/, 'ws')}/ws`;
  }
  get pid(): number {
    assert(this.#process.pid !== undefined);
    return this.#process.pid;
  }
  /** What the server wrote to stdout so far. */
  get output(): string {
    return this.#stdout;
  }
  /** What the server wrote to stderr so far. */
  get log(): string {
    return this.#stderr;
  }
  /** The process's end, however it comes. */
  get exited(): Promise<Exit> {
    return this.#exited;
  }

  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGTERM' || signal === 'SIGINT' || signal === 'SIGKILL') this.#stopped = true;
    this.#process.kill(signal);
  }

  /** Resident memory. */
  async residentBytes(): Promise<number> {
    const status = await readFile(`/proc/${this.pid}/status`, 'utf8');
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
  }

  /** Asks the server to leave and fails unless it does so cleanly. */
  async stop(): Promise<Exit> {
    if (!this.#stopped) this.signal('SIGTERM');
    try {
      const exit = await inTime(this.#exited, 'the server leaves after SIGTERM', 15_000);
      assert.doesNotMatch(exit.stderr, sanitizerReport);
      assert.equal(exit.code, 0, `exit ${exit.code ?? exit.signal}\n${exit.stderr}`);
      return exit;
    } finally {
      this.#process.kill('SIGKILL');
      await this.#cleanUp();
    }
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#exited;
    await this.#cleanUp();
  }

  async #cleanUp(): Promise<void> {
    for (const directory of this.#ownedDirectories)
      await rm(directory, { recursive: true, force: true });
  }
}

/** A command under which even root is held to the modes of files. */
export const withoutPrivileges: readonly string[] =
  process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all', '--inh-caps=-all', '--'] : [];

/** Runs the binary to its end: for --help, --version and what is wrong with a configuration. */
export async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): Promise<Exit> {
  const [command = binary, ...rest] = [...through, binary, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: environment(env) });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      resolve({ code, signal, stdout, stderr });
    });
  });
  try {
    const exit = await inTime(exited, `visavis ${args.join(' ')} ends`, 15_000);
    assert.doesNotMatch(exit.stderr, sanitizerReport);
    return exit;
  } finally {
    child.kill('SIGKILL');
  }
}

/** Nothing of the developer's own VISAVIS_… variables gets through. */
function environment(more: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name, value]) =>
      value !== undefined &&
      /^(PATH|TMPDIR|.SAN_OPTIONS|UBSAN_OPTIONS|ASAN_OPTIONS|TSAN_OPTIONS)$/.test(name),
  );
  return { HOME: tmpdir(), ...Object.fromEntries(kept as [string, string][]), ...more };
}
