// What came of every cell, as Markdown.
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Cell, Outcome } from './cell.ts';
import { directIsPossible } from './expectation.ts';
import type { RelayChoice } from './lab/lab.ts';

const directory = resolve(import.meta.dirname, '../../../build');

export class Table {
  readonly #relay: RelayChoice;
  readonly #rows: string[] = [];

  constructor(relay: RelayChoice) {
    this.#relay = relay;
  }

  // Null for a cell that failed.
  add({ caller, callee }: Cell, outcome: Outcome | null): void {
    const expected = directIsPossible(caller.nat, callee.nat) ? 'direct' : 'relayed';
    const found =
      outcome === null
        ? ['**no**', '', '', '']
        : ['yes', ...outcome.paths, `${String(outcome.callerMs)} / ${String(outcome.calleeMs)}`];
    this.#rows.push(
      row([
        `${caller.browser} ${caller.nat}`,
        `${callee.browser} ${callee.nat}`,
        expected,
        ...found,
      ]),
    );
  }

  async write(): Promise<void> {
    if (this.#rows.length === 0) return;
    const relay = this.#relay === 'own' ? "the server's own relay" : 'coturn';
    const text = [
      `# Calls between networks, with ${relay}`,
      '',
      'Times are milliseconds from the click on Accept to the first frame on screen, at caller / callee.',
      '',
      row([
        'caller',
        'callee',
        'expected',
        'connected',
        'path of caller',
        'path of callee',
        'first frame',
      ]),
      row(['---', '---', '---', '---', '---', '---', '---:']),
      ...this.#rows,
      '',
    ].join('\n');
    await mkdir(directory, { recursive: true });
    await writeFile(resolve(directory, 'nat.md'), text);
    process.stdout.write(text);
  }
}

function row(columns: readonly string[]): string {
  return `| ${columns.join(' | ')} |`;
}
