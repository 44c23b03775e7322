// Runs in a home's namespace and steers one browser there, as it is told: node agent.ts KIND PROFILE
import { runInThisContext } from 'node:vm';
import { openProfileOnDisk } from '../../driver/browsers.ts';
import type { BrowserKind } from '../../driver/tab.ts';
import type { Report, Request } from './messages.ts';

const [, , kind, directory] = process.argv;
if (directory === undefined) throw new Error('usage: node agent.ts KIND PROFILE');

const tab = await (await openProfileOnDisk(kind as BrowserKind, directory)).newTab();
process.on('message', (request) => {
  void answer(request as Request);
});
// Whoever steers is gone, and this process with it.
process.once('disconnect', () => process.exit());
report({ type: 'ready' });

async function answer({ id, method, args }: Request): Promise<void> {
  try {
    const result = await perform(method, args);
    note();
    report({ type: 'done', id, result });
  } catch (error) {
    note();
    report({ type: 'failed', id, reason: inWords(error) });
  }
}

function perform(method: Request['method'], args: readonly unknown[]): Promise<unknown> {
  if (method === 'evaluate') {
    const [source, argument] = args;
    const page = runInThisContext(`(${String(source)})`) as (given: unknown) => unknown;
    return tab.evaluate(page, argument);
  }
  const act = tab[method].bind(tab) as (...given: readonly unknown[]) => Promise<unknown>;
  return act(...args);
}

function note(): void {
  if (tab.console.length + tab.errors.length === 0) return;
  report({ type: 'noted', console: tab.console.splice(0), errors: tab.errors.splice(0) });
}

function report(message: Report): void {
  process.send?.(message);
}

function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${inWords(error.cause)}`;
}
