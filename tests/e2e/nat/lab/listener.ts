// Counts what reaches the computer of a home, whatever program it is for.
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { inTime } from '../../../integration/support/pace.ts';
import type { Namespace } from './namespace.ts';

export type Counts<Word extends string> = Readonly<Record<Word | 'packets', number>>;

export class Listener<Word extends string> {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  #output = '';

  static async start<Word extends string>(
    computer: Namespace,
    ...words: readonly Word[]
  ): Promise<Listener<Word>> {
    const listener = new Listener<Word>(computer, words);
    await inTime(once(listener.#child.stdout, 'data'), 'the listener is ready');
    return listener;
  }

  private constructor(computer: Namespace, words: readonly Word[]) {
    const [command, ...prefix] = computer.enter;
    const script = join(import.meta.dirname, 'listen.py');
    this.#child = spawn(command, [...prefix, 'python3', script, ...words], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  // Ends it and gives the packets that came, and those among them that held each word.
  async counts(): Promise<Counts<Word>> {
    const closed = once(this.#child, 'close');
    this.#child.stdin.end();
    await inTime(closed, 'the listener tells');
    return JSON.parse(this.#output.slice(this.#output.indexOf('{'))) as Counts<Word>;
  }
}
