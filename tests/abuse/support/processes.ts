// Programs of the suite in processes of their own: the server on one core, everybody else on another, the honest
// people ahead of the attackers, so that what they measure is the server.
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

const mayBeFirst = spawnSync('chrt', ['--rr', '5', 'true']).status === 0;
const folder = join(import.meta.dirname, '..');

/** Whether times can be judged: nobody else's work is in the way of who measures. */
export function canMeasure(): boolean {
  return mayBeFirst && availableParallelism() >= 2;
}

/** What runs the server: other programs of this machine do not make it slow. */
export const serverCore: readonly string[] = [
  ...(mayBeFirst ? ['chrt', '--rr', '5'] : []),
  ...['taskset', '-c', '0'],
];

export interface Place {
  pinned: boolean;
  first: boolean;
}

export class Program<Order, Word extends object> {
  readonly #child: ChildProcess;
  readonly #words: Word[] = [];
  #wake: (() => void) | null = null;
  #exited = false;

  constructor(file: string, args: readonly string[], { pinned, first }: Place) {
    const command = [
      ...(first && mayBeFirst ? ['chrt', '--rr', '5'] : []),
      ...(pinned ? ['taskset', '-c', '1'] : []),
      process.execPath,
    ];
    const [execPath = process.execPath, ...execArgv] = command;
    this.#child = fork(join(folder, file), args, { execPath, execArgv });
    this.#child.on('message', (word) => {
      this.#words.push(word as Word);
      this.#wake?.();
    });
    this.#child.on('exit', () => {
      this.#exited = true;
      this.#wake?.();
    });
  }

  order(order: Order): void {
    if (this.#child.connected) this.#child.send(order as object, () => undefined);
  }
  /** What it says next, or null when it has ended or time is over. */
  async word(milliseconds: number): Promise<Word | null> {
    const deadline = performance.now() + milliseconds;
    while (this.#words.length === 0 && !this.#exited) {
      const left = deadline - performance.now();
      if (left <= 0) return null;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    return this.#words.shift() ?? null;
  }
  async kill(): Promise<void> {
    if (this.#exited) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
