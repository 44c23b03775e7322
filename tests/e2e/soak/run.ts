// What takes minutes: node run.ts [file|calls|room…] [--megabytes N] [--calls N] [--minutes N]
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';

const usage = `usage: ./dev soak [file|calls|room…] [--megabytes N] [--calls N] [--minutes N]

  file           one file of that many megabytes (1000) between two Chromium, from disk to disk
  calls          that many calls in a row (200) between Chromium and Firefox, on the same two pages
  room           three people in a room for that many minutes (10)
All of them by default. Each says what it measured: time, and the memory of the pages and of the server.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    megabytes: { type: 'string', default: '1000' },
    calls: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '10' },
    help: { type: 'boolean' },
  },
});
const all = globSync('*.test.ts', { cwd: import.meta.dirname }).toSorted();
const files = positionals.map((name) => `${name}.test.ts`);
const numbers = [values.megabytes, values.calls, values.minutes];
const known =
  files.every((name) => all.includes(name)) && numbers.every((words) => /^[1-9]\d*$/.test(words));
if (values.help === true || !known) {
  process.stderr.write(usage);
  process.exit(values.help === true ? 0 : 2);
}

const runner = spawn(
  process.execPath,
  ['--test', '--test-isolation=none', '--test-force-exit', ...(files.length > 0 ? files : all)],
  {
    cwd: import.meta.dirname,
    stdio: 'inherit',
    env: {
      ...process.env,
      SOAK_MEGABYTES: values.megabytes,
      SOAK_CALLS: values.calls,
      SOAK_MINUTES: values.minutes,
    },
  },
);
runner.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
