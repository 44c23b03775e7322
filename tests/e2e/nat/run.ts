// Runs the cells: node run.ts [short|full] [--relay own|coturn] [--only PATTERN]
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { parseArgs } from 'node:util';

const usage = `usage: ./dev nat [short|full] [--relay own|coturn] [--only REGEXP]

  short          six cells: direct, each way to the relay, mixed, Firefox; a room with a broken link and with
                 a narrow uplink; a large file and a cut; what the check and the doctor say
  full           all pairs of networks between two Chromium, a selection with Firefox (default)
  --relay NAME   what relays: the server itself (default) or coturn, for comparison
  --only REGEXP  cells whose title matches, such as 'chromium behind symmetric calls'

The table is in build/nat.md. What failed is in tests/artifacts/failed.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    relay: { type: 'string', default: 'own' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const selection = positionals[0] ?? 'full';
const known = ['short', 'full'].includes(selection) && ['own', 'coturn'].includes(values.relay);
if (values.help === true || !known) {
  process.stderr.write(usage);
  process.exit(values.help === true ? 0 : 2);
}

const runner = spawn(
  process.execPath,
  [
    '--test',
    '--test-isolation=none',
    '--test-force-exit',
    ...(values.only === undefined ? [] : [`--test-name-pattern=${values.only}`]),
    ...globSync('*.test.ts', { cwd: import.meta.dirname }).toSorted(),
  ],
  {
    cwd: import.meta.dirname,
    stdio: 'inherit',
    env: { ...process.env, NAT_SELECTION: selection, NAT_RELAY: values.relay },
  },
);
runner.once('exit', (code) => {
  process.exitCode = code ?? 1;
});
