// What can be asked of every benchmark on the command line.
import { parseArgs } from 'node:util';
import { type Parts, report } from './report.ts';

function usage(name: string, parts: Parts): string {
  return `usage: ./dev bench ${name} [-- --quick] [-- --only ${Object.keys(parts).join('|')}]

Writes build/bench/${name}.md. --quick takes fewer and shorter rounds: for trying, not for quoting.`;
}

/** Runs what `args` ask for, or says what they may be. Whether all targets were reached. */
export async function benchmark(
  name: string,
  args: readonly string[],
  makeParts: (quick: boolean) => Parts,
): Promise<boolean> {
  const { values: options } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const parts = makeParts(options.quick);
  if (options.help) {
    console.log(usage(name, parts));
    return true;
  }
  return await report(name, parts, options.only);
}
