// Runs the scenarios: node run.ts [short|full] [--repeat N] [--only PATTERN] [FILE…]
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';

const usage = `usage: npm test -w @visavis/e2e -- [short|full] [--repeat N] [--only PATTERN] [--file FILE]…

  short          one or two pairs of browsers, the calls that matter most
  full           everything (default; VISAVIS_E2E=short changes that)
  --repeat N     every scenario N times
  --only REGEXP  scenarios whose title matches
  --file FILE    of scenarios/, such as call; may be repeated

The server is build/release/visavis, or VISAVIS_BINARY. What failed is in tests/artifacts/failed.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repeat: { type: 'string', default: '1' },
    only: { type: 'string' },
    file: { type: 'string', multiple: true },
    help: { type: 'boolean' },
  },
});
const selection = positionals[0] ?? process.env['VISAVIS_E2E'] ?? 'full';
const repeat = Number(values.repeat);
const known = selection === 'short' || selection === 'full';
if (values.help === true || !known || !Number.isInteger(repeat) || repeat < 1) {
  process.stderr.write(usage);
  process.exit(values.help === true ? 0 : 2);
}

const files = globSync(
  values.file?.map((name) => `scenarios/${name}.test.ts`) ?? 'scenarios/*.test.ts',
  {
    cwd: import.meta.dirname,
  },
);
const runner = spawn(
  process.execPath,
  [
    '--test',
    // One process and one browser of each kind for all of it: starting them takes longer than most scenarios.
    '--test-isolation=none',
    // A browser that does not close must not keep the suite from ending.
    '--test-force-exit',
    ...(values.only === undefined ? [] : [`--test-name-pattern=${values.only}`]),
    ...files.toSorted(),
  ],
  {
    cwd: import.meta.dirname,
    stdio: 'inherit',
    env: { ...process.env, E2E_SELECTION: selection, E2E_REPEAT: String(repeat) },
  },
);
runner.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
