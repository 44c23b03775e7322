// Runs `visavis check` as an operator does, and reads its report.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { inTime } from './pace.ts';
import { binary } from './server.ts';

export interface Finding {
  severity: 'ok' | 'skipped' | 'warning' | 'failure';
  check: string;
  code?: string;
  tried?: string;
  seen?: string;
  means?: string;
  change?: string;
}
export interface Report {
  target: string;
  result: 'ok' | 'warning' | 'failure';
  findings: Finding[];
  exitCode: number | null;
  /** Of what is wrong: "failure websocket upgrade_dropped". */
  named: string[];
  finding(check: string): Finding;
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export async function runDoctor(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): Promise<Ended> {
  const [command = binary, ...rest] = [...through, binary, 'check', ...args];
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
  try {
    const end = await inTime(ended, `visavis check ${args.join(' ')}`, 150_000);
    assert.doesNotMatch(end.stderr, /Sanitizer|runtime error:/);
    return end;
  } finally {
    child.kill('SIGKILL');
  }
}

/** With --json; `through` is a command that runs it, such as nsenter with its arguments. */
export async function examine(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  through: readonly string[] = [],
): Promise<Report> {
  const { code, stdout, stderr } = await runDoctor([...args, '--json'], env, through);
  assert.equal(stdout.split('\n').length, 2, `one line: ${stdout}${stderr}`);
  const report = JSON.parse(stdout) as Omit<Report, 'exitCode' | 'named' | 'finding'>;
  const wrong = report.findings.filter(({ severity }) => ['warning', 'failure'].includes(severity));
  for (const finding of wrong) {
    for (const key of ['tried', 'seen', 'means', 'change'] as const)
      assert.ok(finding[key], `${finding.check} ${finding.code} says what was ${key}`);
  }
  assert.equal(code, report.result === 'failure' ? 1 : 0);
  return {
    ...report,
    exitCode: code,
    named: wrong.map(({ severity, check, code: cause }) => `${severity} ${check} ${cause}`),
    finding: (check) => {
      const found = report.findings.find((one) => one.check === check);
      assert.ok(found, `${check} is among ${report.findings.map((one) => one.check).join(', ')}`);
      return found;
    },
  };
}

/** A check code of a server. */
export async function issueCode(server: { dataDir: string }, ...more: string[]): Promise<string> {
  const { code, stdout, stderr } = await runDoctor([
    ...['--data-dir', server.dataDir, '--issue', '--json'],
    ...more,
  ]);
  assert.equal(code, 0, stderr);
  return (JSON.parse(stdout) as { code: string }).code;
}

/** As somebody elsewhere with a code does it. */
export async function lookWithCode(
  place: { url: string; server: { dataDir: string } },
  env: Readonly<Record<string, string>> = {},
): Promise<Report> {
  return await examine([place.url, '--code', await issueCode(place.server)], env);
}

/** All that one is told to write. */
export function changes(report: Report): string {
  return report.findings.map(({ change }) => change ?? '').join('\n');
}
