// Runs the scripts in python/ with Debian's Python, which has Debian's libraries.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { inTime, within } from './pace.ts';

const python = '/usr/bin/python3';

function scriptPath(script: string): string {
  return resolve(import.meta.dirname, '../python', script);
}

export async function runPython(
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  return await new Promise((resolvePromise, reject) => {
    execFile(
      python,
      [scriptPath(script), ...args],
      { timeout: within(20_000), env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        if (error === null) resolvePromise(stdout);
        else reject(new Error(`${script} failed: ${error.message}\n${stdout}${stderr}`));
      },
    );
  });
}

export interface RunningScript {
  /** The first line it prints. */
  line(): Promise<string>;
  /** Lets it end, and waits for that. */
  leave(): Promise<void>;
}

/** Starts a script that says something and then waits to be let go. */
export function startPython(script: string, args: readonly string[]): RunningScript {
  const child = spawn(python, [scriptPath(script), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const firstLine = once(child.stdout.setEncoding('utf8'), 'data') as Promise<[string]>;
  return {
    line: async () => (await inTime(firstLine, `${script} says something`, 20_000))[0].trim(),
    leave: async () => {
      child.stdin.end('\n');
      await inTime(exited, `${script} ends`);
    },
  };
}
